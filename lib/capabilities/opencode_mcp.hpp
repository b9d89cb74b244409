#pragma once

#include "capabilities/opencode_rows.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::capabilities {

// What is to be said of one tool connection.
struct McpJudgement {
    std::string_view what;                                           // the reason code without `mcp.`
    std::vector<std::pair<std::string_view, std::string>> evidence;  // names, hosts and words only
    std::string_view failure;                                        // of a closed list; empty: none is told
};
[[nodiscard]] McpJudgement judge_opencode_mcp(const OpencodeSources& sources, const std::string& name,
                                              const Definition& winner);

// The reason code without `mcp.` for a status that the server tells of one that is not connected.
[[nodiscard]] std::string_view live_word(std::string_view status);

}  // namespace cowork::capabilities
