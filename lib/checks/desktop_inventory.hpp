#pragma once

#include "checks/context.hpp"
#include "checks/desktop_target.hpp"
#include "report/model.hpp"
#include "rules/desktop_pairings.hpp"
#include "rules/desktop_workspaces.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::checks {

// What Desktop's registries say; the checks and the lists of the report have it from here.

inline constexpr std::string_view pairings_file = "desktop-pairings.json";
inline constexpr std::string_view cloud_workspaces_file = "cloud-workspaces.json";
inline constexpr std::string_view gateway_workspaces_file = "gateway-workspaces.json";

enum class Registry { absent, unreadable, judged };

struct Pairings {
    Registry state = Registry::absent;
    rules::PairingFile file;
};
[[nodiscard]] Pairings read_pairings(const Context& context, const Desktop& desktop);

struct WorkspaceTrouble {
    std::string path;
    rules::WorkspaceProblem problem;
};
// A workspace that is reached over HTTP.
struct RemoteWorkspace {
    std::size_t row = 0;  // of Workspaces::rows
    rules::RemoteKind kind = rules::RemoteKind::cloud;
    std::string base_url;
};
struct Workspaces {
    std::vector<report::WorkspaceRow> rows;  // of every kind
    std::vector<RemoteWorkspace> remotes;
    std::vector<WorkspaceTrouble> troubles;
    std::vector<std::string> unreadable;  // paths
};
[[nodiscard]] Workspaces read_workspaces(const Context& context, const Desktop& desktop);

// Rows for the report; none of a file that Desktop does not use.
[[nodiscard]] std::vector<report::PairingRow> pairing_rows(const Context& context, const Desktop& desktop);

// The check that asks the remote workspaces, and hands both lists to the report.
inline constexpr std::string_view workspace_lists_check = "workspace.remotes.reachable";

struct Inventory {
    std::vector<report::WorkspaceRow> workspaces;
    std::vector<report::PairingRow> pairings;
};
// The lists without that check, from the files alone. Empty when there is no Desktop.
[[nodiscard]] Inventory inventory_of(const Context& context);

}  // namespace cowork::checks
