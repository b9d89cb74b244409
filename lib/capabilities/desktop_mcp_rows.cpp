#include "capabilities/desktop_parts.hpp"
#include "core/text.hpp"
#include "net/url.hpp"
#include "rules/mcp_policy.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

// A tool connection that the user added, in Desktop's own OpenCode or in the project.
struct CustomMcp {
    bool local = true;
    std::vector<std::string> command;
    std::string url;
    bool allow_private_network = false;
    bool allow_always = false;
    ConfigOrigins origins;  // the project's before the machine's

    [[nodiscard]] bool of_project() const { return origins.front().source == "custom:project"; }
};
using CustomMcps = std::map<std::string, CustomMcp>;

// Entries that the product cannot read it passes over, and so do we.
std::optional<CustomMcp> read_entry(const Json& entry) {
    CustomMcp mcp;
    const std::string type = text_in(entry, "type");
    if (type != "local" && type != "remote") return std::nullopt;
    mcp.local = type == "local";
    for (std::string& word : texts_in(entry, "command"))
        if (!trimmed(word).empty()) mcp.command.push_back(std::move(word));
    mcp.url = text_in(entry, "url");
    return mcp;
}

void read_sidecar(const DesktopWorld& world, const std::string& directory, CustomMcps& mcps) {
    const std::string path = directory + "/mcp.open-cowork.json";
    auto text = world.sources.files.read(path, largest_desktop_config, probes::Links::follow);
    if (!text) return;
    const auto document = config::JsoncDocument::parse(std::move(*text), path, "Desktop", 1);
    if (!document) {
        world.problem(document.error());
        return;
    }
    for (const auto& [name, entry] : document->root().items()) {
        const auto mcp = mcps.find(name);
        if (mcp == mcps.end() || !entry.is_object()) continue;
        mcp->second.allow_private_network = entry.value("allowPrivateNetwork", Json()) == true;
        mcp->second.allow_always = text_in(entry, "permissionMode") == "allow";
    }
}

CustomMcps read_scope(const DesktopWorld& world, const std::string& directory, const char* file,
                      const char* source) {
    CustomMcps mcps;
    if (directory.empty()) return mcps;
    const auto document = read_document(world, directory + "/" + file);
    if (!document) return mcps;
    const Json* entries = document->find("/mcp");
    if (entries == nullptr || !entries->is_object()) return mcps;
    for (const auto& [name, entry] : entries->items()) {
        auto mcp = read_entry(entry);
        if (!mcp) continue;
        mcp->origins.push_back({source, document->where(config::child_pointer("/mcp", name))});
        mcps.emplace(name, std::move(*mcp));
    }
    read_sidecar(world, directory, mcps);
    return mcps;
}

CustomMcps read_all(const DesktopWorld& world) {
    CustomMcps mcps = read_scope(world, world.project_directory(), "config", "custom:project");
    for (auto& [name, mcp] : read_scope(world, world.opencode_directory(), "opencode", "custom:machine")) {
        const auto [place, is_new] = mcps.emplace(name, mcp);
        if (!is_new) place->second.origins.push_back(mcp.origins.front());
    }
    return mcps;
}

rules::McpVerdict judge(const DesktopWorld& world, const CustomMcp& mcp) {
    if (!mcp.local) return rules::judge_mcp_url(mcp.url, mcp.allow_private_network);
    rules::StdioScope scope;
    if (mcp.of_project()) scope.project = world.sources.project;
    scope.is_file = [&](const std::string& path) {
        const auto facts = world.sources.files.target_facts(path);
        return facts && facts->kind == probes::FileKind::regular;
    };
    scope.real_path = [](const std::string& path) {
        std::error_code error;
        const auto real = std::filesystem::canonical(path, error);
        return error ? std::string{} : real.string();
    };
    return rules::judge_mcp_command(mcp.command, scope);
}

std::string_view code_of(const DesktopWorld& world, const CustomMcp& mcp, const rules::McpVerdict& verdict) {
    // The product's own row says that it is active, though its runtime registers nothing then.
    if (!world.policy.custom_mcps) return "mcp.custom-disabled-by-policy";
    if (mcp.local) return verdict.allowed ? "mcp.custom-stdio-configured" : "mcp.stdio-policy-blocked";
    return verdict.allowed ? "mcp.custom-http-configured" : "mcp.url-policy-blocked";
}

void add_row(const DesktopWorld& world, const std::string& name, const CustomMcp& mcp) {
    const rules::McpVerdict verdict = judge(world, mcp);
    auto& row = world.row(code_of(world, mcp, verdict), name, "custom"_safe,
                          mcp.origins.front().place(world.redactor));
    row.evidence.emplace_back("type", mcp.local ? "stdio"_safe : "http"_safe);
    row.evidence.emplace_back("scope", mcp.of_project() ? "project"_safe : "machine"_safe);
    row.evidence.emplace_back("permissionMode", mcp.allow_always ? "allow"_safe : "ask"_safe);
    if (!verdict.allowed) row.evidence.emplace_back("rule", world.redactor.clean(verdict.rule));
    if (mcp.local || !verdict.allowed) return;
    if (const auto url = net::parse_url(trimmed(mcp.url)))
        row.evidence.emplace_back("host", world.redactor.clean(url->host));
}

}  // namespace

void add_custom_mcps(const DesktopWorld& world) {
    const auto builtin = world.config.named_origins("/mcps", "name");
    for (const auto& [name, mcp] : read_all(world)) {
        add_row(world, name, mcp);
        // What the policy turns off takes nobody's place.
        if (!world.policy.custom_mcps) continue;
        ConfigOrigins origins = mcp.origins;
        const auto shadowed = builtin.find(name);
        const bool shadows = shadowed != builtin.end();
        if (shadows) origins.push_back({"builtin", shadowed->second.front().where});
        world.conflict(shadows ? "mcp.custom-overrides-builtin" : "mcp.layer-override", name, origins);
    }
}

}  // namespace cowork::capabilities
