#pragma once

#include "checks/context.hpp"
#include "checks/desktop_target.hpp"
#include "report/model.hpp"
#include "rules/desktop_pairings.hpp"
#include "rules/desktop_workspaces.hpp"

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
struct Workspaces {
    std::vector<report::WorkspaceRow> rows;
    std::vector<std::string> cloud_urls;  // base URLs of those of kind cloud
    std::vector<WorkspaceTrouble> troubles;
    std::vector<std::string> unreadable;  // paths
};
[[nodiscard]] Workspaces read_workspaces(const Context& context, const Desktop& desktop);

struct Inventory {
    std::vector<report::WorkspaceRow> workspaces;
    std::vector<report::PairingRow> pairings;
};
// Empty when there is no Desktop.
[[nodiscard]] Inventory inventory_of(const Context& context);

}  // namespace cowork::checks
