#pragma once

#include "config/load.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// Where one OpenCode server finds its configuration. The order of its layers is that of OpenCode 1.18's own
// loading, later wins: the global directory, OPENCODE_CONFIG, the project's files from the worktree down to
// the directory, the `.opencode` directories from the directory up to the worktree, `.opencode` of the home,
// OPENCODE_CONFIG_DIR, OPENCODE_CONFIG_CONTENT, the managed directory. A remote configuration comes before
// all of them and is not seen from here.
struct OpencodePlaces {
    std::string home;
    std::string global;     // `~/.config/opencode`
    std::string directory;  // whose project counts
    std::string worktree;   // where the way up ends; `/` outside a git repository
    std::string managed = "/etc/opencode";
    // The variables of opencode_variables that are set, of the server where it can be seen.
    std::map<std::string, std::string, std::less<>> variables;

    [[nodiscard]] std::string variable(std::string_view name) const;
    // Whether a switch such as OPENCODE_PURE is on: `1` or `true`.
    [[nodiscard]] bool on(std::string_view name) const;
};

// The variables that decide where OpenCode looks. Those that name no place are switches.
inline constexpr std::array opencode_variables{
    std::string_view{"HOME"},
    std::string_view{"XDG_CONFIG_HOME"},
    std::string_view{"OPENCODE_CONFIG"},
    std::string_view{"OPENCODE_CONFIG_DIR"},
    std::string_view{"OPENCODE_CONFIG_CONTENT"},
    std::string_view{"OPENCODE_TEST_MANAGED_CONFIG_DIR"},
    std::string_view{"OPENCODE_DISABLE_PROJECT_CONFIG"},
    std::string_view{"OPENCODE_DISABLE_EXTERNAL_SKILLS"},
    std::string_view{"OPENCODE_DISABLE_CLAUDE_CODE"},
    std::string_view{"OPENCODE_DISABLE_CLAUDE_CODE_SKILLS"},
    std::string_view{"OPENCODE_PURE"},
};

// The places that follow from the variables; what is already set in `known` (a server that told its own
// paths) stays.
[[nodiscard]] OpencodePlaces places_of(std::map<std::string, std::string, std::less<>> variables,
                                       OpencodePlaces known);
[[nodiscard]] std::map<std::string, std::string, std::less<>> opencode_variables_in(
    const config::Environment& environment);

// `directory` and all above it up to `worktree`, the nearest first; at most 64.
[[nodiscard]] std::vector<std::string> upwards(const std::string& directory, const std::string& worktree);

}  // namespace cowork::capabilities
