#include "report/workspace.hpp"

namespace cowork::report {

bool is_problem(const WorkspaceRow& row) {
    if (row.status == "offline" || row.status == "auth_required") return true;
    return row.status == "unknown" && row.status_source == "probe";
}

bool is_problem(const PairingRow& row) {
    return row.enabled && (row.status != "paired_online" || !row.scoped);
}

}  // namespace cowork::report
