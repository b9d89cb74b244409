#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// What the product lets a tool connection of the user start or connect to
// (contract/health-center.md sections 4.6 and 4.7).
struct McpVerdict {
    bool allowed = true;
    // Why not, a literal word for the evidence: shell, metacharacter, inline-eval, command-not-allowed,
    // package-not-pinned, command-missing, outside-project, scheme, metadata-host, loopback, link-local,
    // private, non-routable, unreadable-url.
    std::string_view rule;
};

// What a command may be looked for in. Without a project the tool connection is the machine's.
struct StdioScope {
    std::string project;                                       // absolute, or empty
    std::function<bool(const std::string&)> is_file;           // a regular file, links followed
    std::function<std::string(const std::string&)> real_path;  // without links; empty when it is not there
};

// The executable and its arguments.
[[nodiscard]] McpVerdict judge_mcp_command(const std::vector<std::string>& command, const StdioScope& scope);

// By the spelling alone, without asking DNS. What readers of URLs could understand differently is
// unreadable-url.
[[nodiscard]] McpVerdict judge_mcp_url(std::string_view url, bool allow_private_network);

}  // namespace cowork::rules
