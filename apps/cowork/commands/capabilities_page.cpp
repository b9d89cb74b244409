#include "cowork/commands/capabilities_page.hpp"

#include "capabilities/reasons.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

namespace cowork::app {
namespace {

// Who can have decided, the weakest first.
struct Source {
    std::string_view word, where;
};
constexpr std::array opencode_sources{
    Source{"external", "skills in `.claude` and `.agents` of the home, and upwards from the directory"},
    Source{"global",
           "`~/.config/opencode`: `config.json`, `opencode.json`, `opencode.jsonc`, and its folders"},
    Source{"config-file", "the file that OPENCODE_CONFIG names"},
    Source{"project", "`opencode.json` and `opencode.jsonc` from the git worktree down to the directory"},
    Source{"project-directory",
           "`.opencode` from the directory up to the worktree: with several, the outer one wins"},
    Source{"home-directory", "`~/.opencode`"},
    Source{"config-directory", "the directory that OPENCODE_CONFIG_DIR names"},
    Source{"inline", "OPENCODE_CONFIG_CONTENT"},
    Source{"managed", "`/etc/opencode`"},
    Source{"skill-path", "skills in a directory that `skills.paths` names"},
    Source{"opencode, server, mcp",
           "only the running server has it: its own, or from where nobody else sees"},
};
constexpr std::array desktop_sources{
    Source{"bundled", "the application's own file, in the directory that --resources names"},
    Source{"override-file", "OPEN_COWORK_CONFIG_PATH"},
    Source{"directory", "the first of OPEN_COWORK_CONFIG_DIR and OPEN_COWORK_DOWNSTREAM_ROOT with a file"},
    Source{"user", "`~/.config/open-cowork/config.json`"},
    Source{"managed", "`/etc/open-cowork/config.json`"},
    Source{"settings, default, fallback",
           "whether the user's choice counts, the configuration's, or neither"},
    Source{"builtin", "what any of those layers configures"},
    Source{"custom, custom:machine, custom:project", "what the user added in Desktop, or the project brings"},
    Source{"opencode-compatibility-registry, agent-config", "fixed rows of the product"},
};

std::string sources(std::string_view title, std::span<const Source> rows) {
    std::string text = fmt::format("\n### {}\n\n| source | what it is |\n| --- | --- |\n", title);
    for (const Source& row : rows) text += fmt::format("| {} | {} |\n", row.word, row.where);
    return text;
}

std::string_view yes(bool ours) { return ours ? "yes" : ""; }

}  // namespace

std::string capabilities_page() {
    using namespace capabilities;
    std::string text =
        "# Capabilities and conflicts\n\nWritten by `scripts/update-reference` from the tables of reason "
        "codes; a test compares the two. `ours` marks what the product itself never tells.\n\n"
        "A code has one kind and one status. Critical is what is blocked, runtime-failure or unsupported in "
        "product mode `desktop-local`, as the product's Health Center counts.\n\n"
        "## Capabilities\n\n| reason code | kind | status | ours | meaning | recovery |\n"
        "| --- | --- | --- | --- | --- | --- |\n";
    for (const CapabilityReason& reason : capability_reasons())
        text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", reason.code, to_string(reason.kind),
                            to_string(reason.status), yes(reason.ours), reason.meaning, reason.recovery);
    text += fmt::format("| `{}` | any | any | yes | {}; its own code is in the evidence | |\n",
                        unknown_capability_code, unknown_code_meaning);
    text += "\n## Conflicts\n\n| reason code | kind | ours | meaning |\n| --- | --- | --- | --- |\n";
    for (const ConflictReason& reason : conflict_reasons())
        text += fmt::format("| `{}` | {} | {} | {} |\n", reason.code, to_string(reason.kind),
                            yes(reason.ours), reason.meaning);
    text += fmt::format("| `{}` | any | yes | {} |\n", unknown_conflict_code, unknown_code_meaning);
    text +=
        "\n## Sources\n\nLater ones win: value by value where both are objects, as a whole where not. Of a "
        "file "
        "pair `.jsonc` is read before `.json` by Desktop, which reads one of them only; OpenCode reads both, "
        "`.json` first.\n";
    text += sources("OpenCode", opencode_sources);
    text += sources("Desktop", desktop_sources);
    return text;
}

}  // namespace cowork::app
