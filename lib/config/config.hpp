#pragma once

#include "core/source_ref.hpp"
#include "secrets/secret.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cowork::config {

// One configured value. Every value is kept as a Secret, because any line of an env file may hold one.
struct Setting {
    std::string key;
    Secret value;
    SourceRef source;
};

// The effective configuration: for each key the value that wins, and where it came from.
class Config {
  public:
    // Replaces an earlier value of the same key: call in order of rising precedence.
    void set(std::string key, Secret value, SourceRef source);
    [[nodiscard]] const Setting* find(std::string_view key) const;
    // Keeps a value that does not count, because something else wins: it may be a secret all the same.
    void set_overridden(Setting setting) { overridden_.push_back(std::move(setting)); }
    // The value, or the empty text when the key is not set. The view lives as long as the setting.
    [[nodiscard]] std::string_view text(std::string_view key) const;
    [[nodiscard]] const std::vector<Setting>& settings() const { return settings_; }
    // What was replaced or never counted, so that a redactor can know it.
    [[nodiscard]] const std::vector<Setting>& overridden() const { return overridden_; }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
    };
    std::vector<Setting> settings_;
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;  // key → its place there
    std::vector<Setting> overridden_;
};

}  // namespace cowork::config
