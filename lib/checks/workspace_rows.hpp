#pragma once

#include "checks/context.hpp"
#include "checks/desktop_target.hpp"
#include "report/workspace.hpp"
#include "rules/desktop_pairings.hpp"
#include "rules/desktop_workspaces.hpp"

#include <chrono>
#include <string_view>

namespace cowork::checks {

// Rows of the report, from what Desktop's files hold.

// What all rows of one report have in common.
struct RowSource {
    const Context& context;
    const Desktop& desktop;
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
};

[[nodiscard]] report::WorkspaceRow local_workspace_row();
// Its status is what the files tell: whether it can be reached is not among that.
[[nodiscard]] report::WorkspaceRow remote_workspace_row(const RowSource& source,
                                                        const rules::DesktopWorkspace& workspace,
                                                        rules::RemoteKind kind, std::string_view file);
// A pairing as a workspace, which Desktop lists among the others.
[[nodiscard]] report::WorkspaceRow paired_workspace_row(const RowSource& source,
                                                        const rules::DesktopPairing& pairing);
[[nodiscard]] report::PairingRow pairing_row(const RowSource& source, const rules::DesktopPairing& pairing);

}  // namespace cowork::checks
