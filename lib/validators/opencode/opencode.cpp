#include "validators/opencode/opencode.hpp"

#include "rules/opencode_shape.hpp"
#include "validators/json_secrets.hpp"
#include "validators/opencode/parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using Kind = rules::ShapeProblem::Kind;

constexpr JsonFindings::ShapeRules shape_rules{"opencode.unknown-key", "opencode.wrong-type",
                                               "opencode.wrong-value", "opencode.missing-key"};
constexpr JsonFindings::ShapeRules deep_rules{"opencode.ignored-key", "opencode.wrong-type",
                                              "opencode.wrong-value", "opencode.missing-key"};

void check_deprecated(JsonFindings& found) {
    struct Row {
        std::string_view name, what, remedy;
    };
    constexpr std::array rows{
        Row{"mode", "is now called agent", "move its entries to agent"},
        Row{"autoshare", "is now part of share", "write share, with manual, auto or disabled"},
        Row{"layout", "has no effect any more", "remove it"},
        Row{"tools", "is now part of permission", "write permission, with allow, ask or deny"},
        Row{"theme", "is dropped here", "move it to tui.json"},
        Row{"keybinds", "is dropped here", "move it to tui.json"},
        Row{"tui", "is dropped here", "move it to tui.json"},
    };
    for (const auto& [name, value] : found.document().root().items())
        for (const Row& row : rows)
            if (row.name == name)
                found.add("opencode.deprecated-key", config::child_pointer("", name), row.what,
                          std::string(row.remedy));
    for (const char* group : {"/agent", "/mode"}) {
        const auto* agents = found.document().find(group);
        if (agents == nullptr || !agents->is_object()) continue;
        for (const auto& [name, agent] : agents->items()) {
            if (!agent.is_object()) continue;
            const std::string pointer = config::child_pointer(group, name);
            if (agent.contains("tools"))
                found.add("opencode.deprecated-key", pointer + "/tools", "is now part of permission",
                          "write permission, with allow, ask or deny");
            if (agent.contains("maxSteps"))
                found.add("opencode.deprecated-key", pointer + "/maxSteps", "is now called steps",
                          "rename it");
        }
    }
}

// Entries of `plugin` that are lists: a name, and an object of options.
void check_plugin_shapes(JsonFindings& found) {
    const auto* plugins = found.document().find("/plugin");
    if (plugins == nullptr || !plugins->is_array()) return;
    std::size_t at = 0;
    for (const auto& one : *plugins) {
        const std::string pointer = fmt::format("/plugin/{}", at++);
        if (one.is_array() && (one.size() != 2 || !one[0].is_string() || !one[1].is_object()))
            found.add("opencode.wrong-type", pointer, "is not a name and an object of options",
                      "write the name alone, or a list of the name and an object");
    }
}

}  // namespace

bool opencode_replaces(std::string_view text) { return has_reference(text); }

void tell_opencode_shape(JsonFindings& found, const nlohmann::ordered_json& object, std::string_view shape,
                         const std::string& pointer) {
    for (const auto& problem : rules::opencode_shape().judge(object, opencode_replaces, shape, pointer))
        found.add(problem.at_top ? shape_rules : deep_rules, problem);
}

bool looks_like_opencode(const config::JsoncDocument& document) {
    const auto& root = document.root();
    if (const auto schema = root.find("$schema"); schema != root.end() && schema->is_string())
        return schema->get_ref<const std::string&>().find("opencode.ai/config.json") != std::string::npos;
    constexpr std::array telling{"mcp",          "permission",        "agent",      "provider", "share",
                                 "instructions", "enabled_providers", "small_model"};
    const auto known = [&](const auto& member) {
        return rules::opencode_shape().find("", member.key()) != nullptr;
    };
    const auto members = root.items();
    const auto signs =
        std::count_if(telling.begin(), telling.end(), [&](const char* key) { return root.contains(key); });
    return signs >= 2 && std::all_of(members.begin(), members.end(), known);
}

void validate_opencode(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    JsonFindings found(*input.json, findings);
    tell_opencode_shape(found, input.json->root(), "", "");
    check_plugin_shapes(found);
    check_deprecated(found);
    check_opencode_mcps(found);
    check_opencode_permissions(found, settings);
    check_opencode_secrets(input, found);
    check_opencode_exposure(found, settings);
    check_opencode_choices(found);
}

}  // namespace cowork::validators
