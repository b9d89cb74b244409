#include "checks/desktop_inventory.hpp"

#include "net/url.hpp"
#include "rules/desktop_urls.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

using catalogue::Authority;

SafeText origin_of(const Context& context, const std::string& url) {
    const auto parsed = net::parse_url(url);
    return parsed ? context.redactor.clean(parsed->origin()) : SafeText{};
}

// The status of a pairing in a literal.
std::string_view status_word(std::string_view status) {
    constexpr std::array words{std::string_view{"paired_online"}, std::string_view{"paired_offline"},
                               std::string_view{"disabled"}, std::string_view{"revoked"}};
    const auto* const found = std::find(words.begin(), words.end(), status);
    return found == words.end() ? "error" : *found;
}

// As Desktop's list of workspaces shows a pairing (contract/health-center.md section 5.4).
std::string_view workspace_status(const rules::DesktopPairing& pairing) {
    if (pairing.revoked() || !pairing.enabled) return "disabled";
    return pairing.status == "paired_online" ? "online" : "offline";
}

void add_remote(Workspaces& found, const Context& context, const rules::DesktopWorkspace& workspace,
                rules::RemoteKind kind, std::string_view source) {
    const bool cloud = kind == rules::RemoteKind::cloud;
    if (cloud) found.cloud_urls.push_back(workspace.base_url);
    // Whether its token is there and good is encrypted or kept elsewhere.
    found.rows.push_back({context.redactor.clean(workspace.id), cloud ? "cloud" : "gateway",
                          cloud ? Authority::cloud_worker : Authority::gateway_standalone, "unknown",
                          origin_of(context, workspace.base_url), source});
}

void read_registry(Workspaces& found, const Context& context, const Desktop& desktop,
                   rules::RemoteKind kind) {
    const auto name = kind == rules::RemoteKind::cloud ? cloud_workspaces_file : gateway_workspaces_file;
    const std::string path = desktop.file(name);
    const auto text = context.files.read(path, largest_desktop_file, probes::Links::follow);
    if (!text) {
        if (text.error().code != ErrorCode::not_found) found.unreadable.push_back(path);
        return;
    }
    const auto file = rules::judge_workspaces(*text, kind);
    for (const auto& problem : file.problems) found.troubles.push_back({path, problem});
    for (const auto& workspace : file.workspaces) add_remote(found, context, workspace, kind, name);
}

// Connections that the configuration gives to every user. The layers were judged before.
void add_preconfigured(Workspaces& found, const Context& context, const Desktop& desktop) {
    const auto* list = desktop.layers.value("/cloudDesktop/preconfiguredConnections");
    if (list == nullptr || !list->is_array() || !desktop.layers.problems.empty()) return;
    for (const auto& entry : *list) {
        if (!entry.is_object() || !entry.contains("baseUrl") || !entry["baseUrl"].is_string()) continue;
        const auto url = rules::cloud_base_url(entry["baseUrl"].get_ref<const std::string&>());
        if (!url ||
            std::find(found.cloud_urls.begin(), found.cloud_urls.end(), *url) != found.cloud_urls.end())
            continue;
        add_remote(found, context, {rules::workspace_id(rules::RemoteKind::cloud, *url), *url},
                   rules::RemoteKind::cloud, "cloudDesktop.preconfiguredConnections");
    }
}

}  // namespace

Pairings read_pairings(const Context& context, const Desktop& desktop) {
    const auto text =
        context.files.read(desktop.file(pairings_file), largest_desktop_file, probes::Links::follow);
    if (text) return {Registry::judged, rules::judge_pairings(*text)};
    return {text.error().code == ErrorCode::not_found ? Registry::absent : Registry::unreadable, {}};
}

Workspaces read_workspaces(const Context& context, const Desktop& desktop) {
    Workspaces found;
    found.rows.push_back({"local"_safe, "local", Authority::desktop_local, "online", {}, "Desktop"});
    // Turned off, Desktop shows none of them.
    if (desktop.layers.flag("/cloudDesktop/enabled").value_or(true)) {
        read_registry(found, context, desktop, rules::RemoteKind::cloud);
        add_preconfigured(found, context, desktop);
    }
    read_registry(found, context, desktop, rules::RemoteKind::gateway);
    const Pairings pairings = read_pairings(context, desktop);
    if (pairings.file.unusable.empty())
        for (const auto& pairing : pairings.file.pairings)
            found.rows.push_back({context.redactor.text("paired-desktop:{}", pairing.id), "paired_desktop",
                                  Authority::desktop_paired, workspace_status(pairing),
                                  origin_of(context, pairing.broker_url), pairings_file});
    return found;
}

Inventory inventory_of(const Context& context) {
    const auto desktop = find_desktop(context);
    if (!desktop) return {};
    Inventory inventory;
    inventory.workspaces = read_workspaces(context, *desktop).rows;
    const Pairings pairings = read_pairings(context, *desktop);
    if (!pairings.file.unusable.empty()) return inventory;
    for (const auto& pairing : pairings.file.pairings)
        inventory.pairings.push_back(
            {context.redactor.clean(pairing.id), context.redactor.clean(pairing.label),
             status_word(pairing.status), pairing.enabled, pairing.elevated.empty(), pairing.elevated_keys,
             context.redactor.clean(pairing.last_heartbeat), origin_of(context, pairing.broker_url)});
    return inventory;
}

}  // namespace cowork::checks
