#include "capabilities/desktop_parts.hpp"
#include "config/front_matter.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <utility>

namespace cowork::capabilities {
namespace {

// Instructions are prose; nobody writes a mebibyte of them.
constexpr std::size_t largest_agent_file = 1024UL * 1024;

// Of one agent, the file that counts: `name.md` or `name.disabled.md`.
struct AgentFile {
    std::string path;
    bool enabled = true;
    std::chrono::system_clock::time_point modified;
    ConfigOrigins origins;
};
using AgentFiles = std::map<std::string, AgentFile>;

// Of both, the younger one counts, and the disabled one when they are of an age.
bool counts_before(const AgentFile& one, const AgentFile& other) {
    if (one.modified != other.modified) return one.modified > other.modified;
    return !one.enabled && other.enabled;
}

AgentFiles read_scope(const DesktopWorld& world, const std::string& directory, const char* source) {
    AgentFiles agents;
    if (directory.empty()) return agents;
    const auto names = world.sources.files.list(directory + "/agents");
    if (!names) return agents;
    for (const std::string& name : *names) {
        AgentFile agent;
        std::string_view stem = name;
        if (!stem.ends_with(".md")) continue;
        agent.enabled = !stem.ends_with(".disabled.md");
        stem.remove_suffix(agent.enabled ? 3 : 12);
        agent.path = fmt::format("{}/agents/{}", directory, name);
        const auto facts = world.sources.files.facts(agent.path);
        // A link is no file of Desktop's, but a FIFO in the place of one is worth telling.
        if (stem.empty() || !facts || facts->kind == probes::FileKind::directory ||
            facts->kind == probes::FileKind::symlink)
            continue;
        agent.modified = facts->modified;
        agent.origins.push_back({source, {agent.path, 1, 0, {}}});
        const auto [place, is_new] = agents.emplace(stem, agent);
        if (!is_new && counts_before(agent, place->second)) place->second = std::move(agent);
    }
    return agents;
}

std::string_view code_of(const DesktopWorld& world, const AgentFile& agent) {
    if (!agent.enabled) return "agent.disabled-by-configuration";
    const auto text = world.sources.files.read(agent.path, largest_agent_file, probes::Links::refuse);
    return text && config::read_front_matter(*text, agent.path) ? "agent.declared" : "agent.invalid";
}

void add_files(const DesktopWorld& world) {
    AgentFiles agents = read_scope(world, world.project_directory(), "custom:project");
    for (auto& [name, agent] : read_scope(world, world.opencode_directory(), "custom:machine")) {
        const auto [place, is_new] = agents.emplace(name, agent);
        if (!is_new) place->second.origins.push_back(agent.origins.front());
    }
    for (const auto& [name, agent] : agents) {
        const ConfigOrigin& origin = agent.origins.front();
        auto& row = world.row(code_of(world, agent), name, "custom"_safe, origin.place(world.redactor));
        row.evidence.emplace_back("scope",
                                  origin.source == "custom:project" ? "project"_safe : "machine"_safe);
        world.conflict("agent.layer-override", name, agent.origins);
    }
}

void add_named(const DesktopWorld& world, std::string_view code, const std::string& list, const char* key) {
    const auto origins = world.config.named_origins(list, key);
    std::set<std::string> told;
    for (const ConfigEntry& element : entries_at(world.config, list)) {
        const ConfigText name = text_in(element, key);
        if (name.empty() || !told.insert(name.value).second) continue;
        const auto found = origins.find(name.written);
        const ConfigOrigin origin = found == origins.end() ? ConfigOrigin{} : first_of(found->second);
        auto& row = world.row(code, name.written, "builtin"_safe, origin.place(world.redactor));
        if (!origin.source.empty()) row.evidence.emplace_back("layer", origin.source_text(world.redactor));
    }
}

}  // namespace

void add_agents(const DesktopWorld& world) {
    auto& delegation =
        world.row("agent.delegation-parent-permission-gated", "subagent-delegation", "agent-config"_safe, {});
    delegation.evidence.emplace_back("parentDenyRulesInherited", true);
    delegation.evidence.emplace_back("delegatedRemoteApproval", "policy-gated"_safe);
    add_named(world, "agent.declared", "/agents", "name");
    add_files(world);
}

void add_tools(const DesktopWorld& world) { add_named(world, "tool.declared", "/tools", "id"); }

}  // namespace cowork::capabilities
