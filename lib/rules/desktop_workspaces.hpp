#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

enum class RemoteKind { cloud, gateway };

// A row of cloud-workspaces.json or gateway-workspaces.json (contract/health-center.md sections 5.4 and 7.2).
struct DesktopWorkspace {
    std::string id;           // cloud: or gateway: and 16 hexadecimal digits
    std::string base_url;     // as Desktop keeps it: no query, no trailing slash
    std::string label;        // as written
    std::string last_synced;  // RFC 3339; empty: never, or something else than a time
};

enum class WorkspaceTrouble { file, row, id, twice };
struct WorkspaceProblem {
    WorkspaceTrouble trouble = WorkspaceTrouble::file;
    std::string message;  // holds no value of the file but ids of the right shape
};

struct WorkspaceFile {
    std::vector<DesktopWorkspace> workspaces;
    std::vector<WorkspaceProblem> problems;
};

// Nobody has as many in one file; what is above is not looked at.
inline constexpr std::size_t most_workspaces = 1000;

// Judges the text of one of the two files: rows that Desktop drops, ids that are not made from their URL, and
// rows that say the same twice.
[[nodiscard]] WorkspaceFile judge_workspaces(std::string_view text, RemoteKind kind);

// The id that Desktop gives the workspace of a base URL.
[[nodiscard]] std::string workspace_id(RemoteKind kind, std::string_view base_url);

}  // namespace cowork::rules
