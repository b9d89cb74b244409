#pragma once

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// What a configuration lets agents do with whole tools. `key` is a pattern for what a tool asks for.
struct PermissionRule {
    std::string key;
    std::string action;  // allow, ask, deny
};

// In order: the last that matches decides. The empty action when none does.
[[nodiscard]] std::string_view permission_for(const std::vector<PermissionRule>& rules,
                                              std::string_view tool);

// Gathers the rules of layers, the weakest first, as OpenCode 1.18 does: an action in the place of the object
// stands for everything, a key keeps the place where it first stood, and `tools` come before all of them.
class PermissionLayers {
  public:
    void take(const nlohmann::ordered_json& layer);
    [[nodiscard]] std::vector<PermissionRule> rules() const;

  private:
    // Of one key. What is said of single inputs counts only as far as it is said of all others, too.
    struct Entry {
        std::string key;
        std::string action;  // empty: only single inputs have one
        bool by_input = false;
    };
    class Entries {
      public:
        Entry& of(const std::string& key);
        void set(const std::string& key, std::string action) { of(key) = {key, std::move(action), false}; }
        [[nodiscard]] const std::vector<Entry>& all() const { return all_; }

      private:
        std::vector<Entry> all_;
        std::map<std::string, std::size_t, std::less<>> index_;
    };
    void permission(const std::string& key, const nlohmann::ordered_json& value);

    Entries permissions_;
    Entries tools_;
};

}  // namespace cowork::capabilities
