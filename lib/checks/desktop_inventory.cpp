#include "checks/desktop_inventory.hpp"

#include "checks/workspace_rows.hpp"
#include "rules/desktop_urls.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace cowork::checks {
namespace {

void add_remote(Workspaces& found, const RowSource& source, const rules::DesktopWorkspace& workspace,
                rules::RemoteKind kind, std::string_view file) {
    found.remotes.push_back({found.rows.size(), kind, workspace.base_url});
    found.rows.push_back(remote_workspace_row(source, workspace, kind, file));
}

void read_registry(Workspaces& found, const RowSource& source, rules::RemoteKind kind) {
    const auto name = kind == rules::RemoteKind::cloud ? cloud_workspaces_file : gateway_workspaces_file;
    const std::string path = source.desktop.file(name);
    const auto text = source.context.files.read(path, largest_desktop_file, probes::Links::follow);
    if (!text) {
        if (text.error().code != ErrorCode::not_found) found.unreadable.push_back(path);
        return;
    }
    const auto file = rules::judge_workspaces(*text, kind);
    for (const auto& problem : file.problems) found.troubles.push_back({path, problem});
    for (const auto& workspace : file.workspaces) add_remote(found, source, workspace, kind, name);
}

std::set<std::string> cloud_urls(const Workspaces& found) {
    std::set<std::string> urls;
    for (const RemoteWorkspace& remote : found.remotes)
        if (remote.kind == rules::RemoteKind::cloud) urls.insert(remote.base_url);
    return urls;
}

// Connections that the configuration gives to every user. The layers were judged before.
void add_preconfigured(Workspaces& found, const RowSource& source) {
    const auto& layers = source.desktop.layers;
    const auto* list = layers.value("/cloudDesktop/preconfiguredConnections");
    if (list == nullptr || !list->is_array() || !layers.problems.empty()) return;
    auto known = cloud_urls(found);
    for (const auto& entry : *list) {
        if (known.size() >= 2 * rules::most_workspaces) return;
        if (!entry.is_object() || !entry.contains("baseUrl") || !entry["baseUrl"].is_string()) continue;
        const auto url = rules::cloud_base_url(entry["baseUrl"].get_ref<const std::string&>());
        if (!url || !known.insert(*url).second) continue;
        const auto label = entry.find("label");
        add_remote(found, source,
                   {rules::workspace_id(rules::RemoteKind::cloud, *url),
                    *url,
                    label != entry.end() && label->is_string() ? label->get<std::string>() : std::string{},
                    {}},
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
    const RowSource source{context, desktop};
    Workspaces found;
    found.rows.push_back(local_workspace_row());
    // Turned off, Desktop shows none of them.
    if (desktop.layers.flag("/cloudDesktop/enabled").value_or(true)) {
        read_registry(found, source, rules::RemoteKind::cloud);
        add_preconfigured(found, source);
    }
    read_registry(found, source, rules::RemoteKind::gateway);
    const Pairings pairings = read_pairings(context, desktop);
    if (pairings.file.unusable.empty())
        for (const auto& pairing : pairings.file.pairings)
            found.rows.push_back(paired_workspace_row(source, pairing));
    return found;
}

std::vector<report::PairingRow> pairing_rows(const Context& context, const Desktop& desktop) {
    const RowSource source{context, desktop};
    const Pairings pairings = read_pairings(context, desktop);
    std::vector<report::PairingRow> rows;
    if (pairings.file.unusable.empty())
        for (const auto& pairing : pairings.file.pairings) rows.push_back(pairing_row(source, pairing));
    return rows;
}

Inventory inventory_of(const Context& context) {
    const auto desktop = find_desktop(context);
    if (!desktop) return {};
    return {read_workspaces(context, *desktop).rows, pairing_rows(context, *desktop)};
}

}  // namespace cowork::checks
