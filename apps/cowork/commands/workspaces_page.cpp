#include "cowork/commands/workspaces_page.hpp"

#include "catalogue/workspace_support.hpp"

#include <fmt/format.h>

#include <string_view>

namespace cowork::app {
namespace {

using catalogue::Support;
using catalogue::WorkspaceKind;

std::string kinds_section() {
    std::string text =
        "\n## Kinds\n\nA thread belongs to one workspace and runs under its one authority. What the kind "
        "settles "
        "by itself:\n\n"
        "| kind | authority | approvals and questions | paths | artifacts | pairing | support |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n";
    for (const auto kind : catalogue::all_workspace_kinds) {
        const auto& row = *catalogue::find_authority(catalogue::authority_of(kind));
        text += fmt::format("| `{}` | `{}` | `{}` | `{}` | `{}` | `{}` | {} |\n", to_string(kind),
                            to_string(row.authority), row.interactions, row.path_exposure, row.artifacts,
                            row.pairing_state, catalogue::support_summary(kind).text());
    }
    return text;
}

std::string_view statuses_section() {
    return "\n## Statuses\n\nDesktop calls a remote workspace online when a token for it is stored. `cowork "
           "doctor` asks it: `/livez` of a Cloud, `/health` of a Gateway, without any credential. "
           "`reachable` "
           "and `statusSource` in the report say which of the two it was.\n\n"
           "| status | from | meaning |\n| --- | --- | --- |\n"
           "| `online` | probe | it answers as what it is; whether Desktop is signed in is not known |\n"
           "| `online` | files | this Desktop itself, or a pairing that was noted as online |\n"
           "| `auth_required` | probe, files | Desktop keeps no credential for its kind at all; from the "
           "probe, "
           "it "
           "answers besides |\n"
           "| `offline` | probe | it does not answer, or not as what it is |\n"
           "| `offline` | files | a pairing that is switched on and not connected |\n"
           "| `disabled` | files | a pairing that is switched off or revoked |\n"
           "| `unknown` | probe, files | it was not asked, or the time was over |\n";
}

std::string cell(const catalogue::SupportRow& row, WorkspaceKind kind) {
    const Support support = row.of(kind);
    return support == Support::by_feature ? fmt::format("feature `{}`", row.feature)
                                          : fmt::format("`{}`", to_string(support));
}

std::string support_section() {
    std::string text = fmt::format(
        "\n## Support\n\nThe product's {} interfaces. A feature is the Cloud's policy to switch on: the "
        "interface is `supported` then, else `blocked_by_policy`. A policy that says nothing of `chat` means "
        "that it is on; of any other feature, that it is off. `cowork` sends no credential, so it does not "
        "see "
        "the policy, and counts these rows apart.\n\nA summary names what is `blocked_by_policy` or "
        "`not_supported`, else what is `read_only`, else everything; `deferred` does not count as blocked."
        "\n\n| interface |",
        catalogue::workspace_support().size());
    for (const auto kind : catalogue::all_workspace_kinds) text += fmt::format(" {} |", to_string(kind));
    text += "\n| --- | --- | --- | --- | --- |\n";
    for (const auto& row : catalogue::workspace_support()) {
        text += fmt::format("| `{}` |", row.api);
        for (const auto kind : catalogue::all_workspace_kinds) text += fmt::format(" {} |", cell(row, kind));
        text += '\n';
    }
    return text;
}

}  // namespace

std::string workspaces_page() {
    return "# Workspaces of Desktop\n\nWritten by `scripts/update-reference` from the catalogue; a test "
           "compares the two.\n" +
           kinds_section() + std::string(statuses_section()) + support_section();
}

}  // namespace cowork::app
