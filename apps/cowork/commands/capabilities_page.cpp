#include "cowork/commands/capabilities_page.hpp"

#include "capabilities/reasons.hpp"

#include <fmt/format.h>

namespace cowork::app {
namespace {

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
    return text;
}

}  // namespace cowork::app
