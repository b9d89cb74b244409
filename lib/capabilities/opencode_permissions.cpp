#include "capabilities/opencode_permissions.hpp"

#include "core/names.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

// Above these a pattern is not matched but taken for one that matches, unless it allows.
constexpr std::size_t most_patterns = 50;
constexpr std::size_t longest_pattern = 64;

bool is_pattern(std::string_view key) { return key.find_first_of("*?") != std::string_view::npos; }

// As OpenCode matches: a blank and a star at the end stand for nothing as well.
bool matches(std::string_view text, std::string_view pattern) {
    if (glob_match(pattern, text)) return true;
    return pattern.ends_with(" *") && glob_match(pattern.substr(0, pattern.size() - 2), text);
}

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Several tools ask for the same.
std::string_view asked_for(std::string_view tool) {
    constexpr std::array<std::string_view, 5> edits{"write", "edit", "patch", "multiedit", "apply_patch"};
    constexpr std::array<std::string_view, 3> reads{"list_mcp_resources", "list_mcp_resource_templates",
                                                    "read_mcp_resource"};
    if (is_one_of(tool, edits)) return "edit";
    return is_one_of(tool, reads) ? std::string_view{"read"} : tool;
}

}  // namespace

std::string_view permission_for(const std::vector<PermissionRule>& rules, std::string_view tool) {
    const std::string_view name = asked_for(tool);
    const auto last = std::find_if(rules.rbegin(), rules.rend(), [&](const PermissionRule& rule) {
        return is_pattern(rule.key) ? matches(name, rule.key) : rule.key == name;
    });
    return last == rules.rend() ? std::string_view{} : last->action;
}

PermissionLayers::Entry& PermissionLayers::Entries::of(const std::string& key) {
    const auto [at, fresh] = index_.emplace(key, all_.size());
    if (fresh) all_.push_back({key, {}, false});
    return all_[at->second];
}

void PermissionLayers::permission(const std::string& key, const Json& value) {
    if (value.is_string()) return permissions_.set(key, value.get<std::string>());
    if (!value.is_object()) return;
    Entry& entry = permissions_.of(key);
    if (!std::exchange(entry.by_input, true)) entry.action.clear();
    const auto all = value.find("*");
    if (all != value.end() && all->is_string()) entry.action = all->get<std::string>();
}

void PermissionLayers::take(const Json& layer) {
    if (const auto block = layer.find("permission"); block != layer.end()) {
        if (block->is_string()) permission("*", *block);
        if (block->is_object())
            for (const auto& [key, value] : block->items()) permission(key, value);
    }
    const auto tools = layer.find("tools");
    if (tools == layer.end() || !tools->is_object()) return;
    for (const auto& [key, value] : tools->items())
        if (value.is_boolean()) tools_.set(key, value.get<bool>() ? "allow" : "deny");
}

std::vector<PermissionRule> PermissionLayers::rules() const {
    constexpr std::array<std::string_view, 3> edits{"write", "edit", "patch"};
    Entries merged;
    for (const Entry& tool : tools_.all())
        merged.set(is_one_of(tool.key, edits) ? "edit" : tool.key, tool.action);
    for (const Entry& entry : permissions_.all()) merged.of(entry.key) = entry;
    std::vector<PermissionRule> rules;
    std::size_t patterns = 0;
    for (const Entry& entry : merged.all()) {
        if (entry.action.empty()) continue;
        const bool costly =
            is_pattern(entry.key) && (++patterns > most_patterns || entry.key.size() > longest_pattern);
        if (!costly) {
            rules.push_back({entry.key, entry.action});
        } else if (entry.action != "allow") {
            rules.push_back({"*", entry.action});
        }
    }
    return rules;
}

}  // namespace cowork::capabilities
