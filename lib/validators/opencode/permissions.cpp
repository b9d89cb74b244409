#include "core/names.hpp"
#include "rules/opencode_shape.hpp"
#include "validators/opencode/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace cowork::validators {
namespace {

using Json = nlohmann::ordered_json;

// What an agent does with these cannot be taken back.
constexpr std::array risky{std::string_view{"bash"}, std::string_view{"edit"},
                           std::string_view{"external_directory"}};

bool says(const Json& value, std::string_view action) {
    return value.is_string() && value.get_ref<const std::string&>() == action;
}

bool is_open(const Json& rule) {
    if (!rule.is_object()) return says(rule, "allow");
    const auto rest = rule.find("*");
    return rest != rule.end() && says(*rest, "allow");
}

class Permissions {
  public:
    Permissions(JsonFindings& found, std::optional<Severity> open) : found_(found), open_(open) {}

    void judge(const std::string& pointer, const Json& permission) {
        if (says(permission, "allow")) return tell_open(pointer);
        if (!permission.is_object()) return;
        order(pointer, permission, "every tool");
        for (const auto& [tool, rule] : permission.items()) {
            const std::string where = config::child_pointer(pointer, tool);
            if (rule.is_object()) order(where, rule, "everything");
            unknown(where, tool);
        }
        for (const std::string& tool : open_tools(permission))
            tell_open(config::child_pointer(pointer, tool));
    }

  private:
    void tell_open(const std::string& pointer) {
        found_.add("opencode.permission-open", pointer, "allows everything without a question", {}, open_);
    }

    // Which entries decide about the risky tools, and allow all of it. The last entry that matches counts.
    static std::set<std::string> open_tools(const Json& permission) {
        std::set<std::string> open;
        for (const std::string_view tool : risky) {
            const std::string* decides = nullptr;
            const Json* decision = nullptr;
            for (auto one = permission.begin(); one != permission.end(); ++one) {
                if (one.key() != tool && one.key() != "*") continue;
                decides = &one.key();
                decision = &one.value();
            }
            if (decision != nullptr && is_open(*decision)) open.insert(*decides);
        }
        return open;
    }

    // What stands before a `*` that says otherwise has no effect.
    void order(const std::string& pointer, const Json& rules, std::string_view of_what) {
        const auto rest = rules.find("*");
        if (rest == rules.end() || !rest->is_string()) return;
        const auto& last = rest->get_ref<const std::string&>();
        for (auto one = rules.begin(); one != rest; ++one) {
            if (says(one.value(), last)) continue;
            const bool opened = last == "allow" || (last == "ask" && says(one.value(), "deny"));
            found_.add("opencode.permission-order", config::child_pointer(pointer, one.key()),
                       fmt::format("has no effect, because * behind it decides about {}", of_what), {},
                       opened ? std::nullopt : std::optional(Severity::warning));
        }
    }

    void unknown(const std::string& pointer, const std::string& tool) {
        // Shorter words are rather tools of a tool server, whose names have a _ besides.
        if (tool.size() < 5 || tool.find('*') != std::string::npos) return;
        static const auto known = [] {
            auto names = rules::opencode_shape().names_of("permission");
            for (const std::string_view name : {"write", "patch", "multiedit", "todoread", "codesearch"})
                names.push_back(name);
            return names;
        }();
        if (std::find(known.begin(), known.end(), tool) != known.end()) return;
        const std::string_view hint = nearest(tool, known);
        const bool two_words = tool.find('_') != std::string::npos;
        if (!hint.empty() && two_words == (hint.find('_') != std::string_view::npos))
            found_.add("opencode.permission-unknown", pointer, "is about no tool of OpenCode",
                       fmt::format("did you mean {}?", hint));
    }

    JsonFindings& found_;
    std::optional<Severity> open_;
};

}  // namespace

void check_opencode_permissions(JsonFindings& found, const Settings& settings) {
    const bool strict = settings.tier == rules::CloudTier::public_production;
    Permissions judge(found, strict ? std::optional(Severity::error) : std::nullopt);
    if (const Json* permission = found.document().find("/permission"))
        judge.judge("/permission", *permission);
    for (const char* group : {"/agent", "/mode"}) {
        const Json* agents = found.document().find(group);
        if (agents == nullptr || !agents->is_object()) continue;
        for (const auto& [name, agent] : agents->items())
            if (agent.is_object() && agent.contains("permission"))
                judge.judge(config::child_pointer(group, name) + "/permission", agent["permission"]);
    }
}

}  // namespace cowork::validators
