#include "capabilities/opencode_live.hpp"

#include "capabilities/opencode_config.hpp"
#include "capabilities/opencode_mcp_failure.hpp"
#include "capabilities/plugin_name.hpp"
#include "core/json_depth.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::capabilities {
namespace {

using nlohmann::json;

// No server that a person uses has more of one kind; what is above is not looked at.
constexpr std::size_t most_items = 20000;

// Nor one with a longer name. Names are joined with each other, so two long ones could fill the memory.
constexpr std::size_t longest_name = 200;
bool is_name(const std::string& name) { return !name.empty() && name.size() <= longest_name; }

// A document, without what lies deeper than `depth` (1: the members of the top).
std::optional<json> shallow(std::string_view body, int depth) {
    if (too_deep(body)) return std::nullopt;
    json document = json::parse(
        body,
        [depth](int at, json::parse_event_t event, const json&) {
            return event != json::parse_event_t::key || at <= depth;
        },
        false);
    if (document.is_discarded()) return std::nullopt;
    return document;
}

std::string text(const json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

LiveOpencode::McpEntry entry_of(const json& entry) {
    LiveOpencode::McpEntry made{text(entry, "type"), text(entry, "url"), {}};
    if (entry.is_object() && entry.contains("command") && entry["command"].is_array())
        for (const json& word : entry["command"])
            if (word.is_string()) made.command += word.get<std::string>() + "\n";
    return made;
}

LiveOpencode::Mcp mcp_of(const json& entry) {
    const std::string error = text(entry, "error");
    return {mcp_status(text(entry, "status")), error.empty() ? std::string_view{} : mcp_failure(error)};
}

// A provider that asks for a key by a variable, and has none, was only configured.
bool has_credential(const json& provider) {
    if (!text(provider, "key").empty() || text(provider, "source") != "config") return true;
    const auto options = provider.find("options");
    if (options != provider.end() && !text(*options, "apiKey").empty()) return true;
    const auto env = provider.find("env");
    return env == provider.end() || !env->is_array() || env->empty();
}

// Calls `take` with every object of a list.
template <typename Take>
bool each_object(const std::optional<json>& list, const Take& take) {
    if (!list || !list->is_array()) return false;
    for (std::size_t i = 0; i < std::min(list->size(), most_items); ++i)
        if ((*list)[i].is_object()) take((*list)[i]);
    return true;
}

}  // namespace

bool take_config(LiveOpencode& live, std::string_view body) {
    const auto document = shallow(body, 3);
    if (!document || !document->is_object() || document->contains("name")) return false;
    live.config = true;
    live.model = text(*document, "model");
    live.small_model = text(*document, "small_model");
    if (const auto mcp = document->find("mcp"); mcp != document->end() && mcp->is_object())
        for (const auto& [name, entry] : mcp->items())
            if (is_name(name) && live.mcp_entries.size() < most_items)
                live.mcp_entries.emplace(name, entry_of(entry));
    if (const auto plugins = document->find("plugin"); plugins != document->end() && plugins->is_array())
        for (const json& plugin : *plugins) {
            if (live.plugins.size() >= most_items) break;
            const json& spec = plugin.is_array() && !plugin.empty() ? plugin[0] : plugin;
            if (!spec.is_string()) continue;
            const std::string& written = spec.get_ref<const std::string&>();
            live.plugins.insert_or_assign(plugin_slot(written, "/"), plugin_name(written));
        }
    return true;
}

bool take_config_providers(LiveOpencode& live, std::string_view body) {
    // providers / [i] / models / id: what a model is made of is left out.
    const auto document = shallow(body, 4);
    if (!document || !document->is_object() || !document->contains("providers") ||
        !(*document)["providers"].is_array())
        return false;
    live.providers.emplace();
    for (const json& provider : (*document)["providers"]) {
        const std::string id = text(provider, "id");
        if (!is_name(id) || live.providers->size() >= most_items) continue;
        const json models = provider.value("models", json::object());
        if (models.is_object())
            for (const auto& [name, ignored] : models.items())
                if (is_name(name) && live.models.size() < most_items)
                    live.models.insert(fmt::format("{}/{}", id, name));
        live.providers->insert_or_assign(
            id, LiveOpencode::Provider{text(provider, "source"), has_credential(provider), models.size()});
    }
    return true;
}

bool take_provider(LiveOpencode& live, std::string_view body) {
    const auto document = shallow(body, 3);
    if (!document || !document->is_object() || !document->contains("all") || !(*document)["all"].is_array())
        return false;
    live.known.emplace();
    for (const json& provider : (*document)["all"])
        if (std::string id = text(provider, "id"); is_name(id) && live.known->size() < most_items)
            live.known->insert(std::move(id));
    return true;
}

bool take_mcp(LiveOpencode& live, std::string_view body) {
    const auto document = shallow(body, 2);
    if (!document || !document->is_object()) return false;
    const auto is_status = [](const json& entry) { return !text(entry, "status").empty(); };
    if (!std::all_of(document->begin(), document->end(), is_status)) return false;
    live.mcps.emplace();
    for (const auto& [name, entry] : document->items())
        if (is_name(name) && live.mcps->size() < most_items) live.mcps->insert_or_assign(name, mcp_of(entry));
    return true;
}

bool take_agent(LiveOpencode& live, std::string_view body) {
    LiveOpencode::Named<bool> agents;
    if (!each_object(shallow(body, 2), [&](const json& agent) {
            if (const std::string name = text(agent, "name"); is_name(name))
                agents.insert_or_assign(name, agent.value("native", json(false)) == json(true));
        }))
        return false;
    live.agents = std::move(agents);
    return true;
}

bool take_command(LiveOpencode& live, std::string_view body) {
    LiveOpencode::Named<std::string> commands;
    if (!each_object(shallow(body, 2), [&](const json& command) {
            if (const std::string name = text(command, "name"); is_name(name))
                commands.insert_or_assign(name, text(command, "source"));
        }))
        return false;
    live.commands = std::move(commands);
    return true;
}

bool take_skill(LiveOpencode& live, std::string_view body) {
    LiveOpencode::Named<std::string> skills;
    if (!each_object(shallow(body, 2), [&](const json& skill) {
            if (const std::string name = text(skill, "name"); is_name(name))
                skills.insert_or_assign(name, text(skill, "location"));
        }))
        return false;
    live.skills = std::move(skills);
    return true;
}

bool take_tools(LiveOpencode& live, std::string_view body) {
    const auto document = shallow(body, 1);
    if (!document || !document->is_array()) return false;
    live.tools.emplace();
    for (const json& tool : *document)
        if (tool.is_string() && is_name(tool.get_ref<const std::string&>()) &&
            live.tools->size() < most_items)
            live.tools->insert(tool.get<std::string>());
    return true;
}

bool take_refusal(LiveOpencode& live, std::string_view body) {
    const auto document = shallow(body, 3);
    if (!document || !document->is_object()) return false;
    const std::string name = text(*document, "name");
    if (name != "ConfigInvalidError" && name != "ConfigJsonError") return false;
    live.refused_file = document->contains("data") ? text((*document)["data"], "path") : std::string{};
    return true;
}

std::optional<OpencodePaths> read_paths(std::string_view body) {
    const auto document = shallow(body, 1);
    if (!document || !document->is_object()) return std::nullopt;
    OpencodePaths paths{text(*document, "home"), text(*document, "config"), text(*document, "worktree"),
                        text(*document, "directory")};
    if (paths.home.empty() || paths.config.empty()) return std::nullopt;
    return paths;
}

}  // namespace cowork::capabilities
