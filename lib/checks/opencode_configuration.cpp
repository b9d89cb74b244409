#include "checks/gateway.hpp"
#include "checks/opencode_server.hpp"

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

using capabilities::OpencodeProblem;
using capabilities::OpencodeTrouble;

constexpr std::array docs{std::string_view{"docs/reference/capabilities.md"}};
constexpr std::array shown_for{catalogue::Intent::gateway_only};

constexpr std::array reasons{
    Reason{"opencode-configuration.refused", Status::action_required,
           "a file that OpenCode refuses: with it, it does not start, or answers nothing for the directory",
           "correct the file at the line named, and restart OpenCode", catalogue::Safety::disruptive},
    Reason{"opencode-configuration.unreadable", Status::unknown,
           "a file that cowork cannot read, does not read because of its kind or size, or that is on another "
           "machine",
           "run doctor on OpenCode's machine as the user who runs it"},
    Reason{"opencode-configuration.unknown-key", Status::degraded,
           "a key that OpenCode passes over without a word", "correct its spelling, or remove it"},
    Reason{"opencode-configuration.two-files", Status::degraded,
           "opencode.json and opencode.jsonc in one place: both count, and the latter wins",
           "merge the two files and remove one"},
    Reason{"opencode-configuration.no-file", Status::degraded,
           "OPENCODE_CONFIG names a file that is not there", "write the file, or unset the variable"},
};

const Reason& reason_of(OpencodeTrouble trouble) {
    switch (trouble) {
        case OpencodeTrouble::refused:
            return reasons[0];
        case OpencodeTrouble::unreadable:
            return reasons[1];
        case OpencodeTrouble::unknown_key:
            return reasons[2];
        case OpencodeTrouble::two_files:
            return reasons[3];
        case OpencodeTrouble::no_file:
            return reasons[4];
    }
    return reasons[1];
}

// The first of the worst kind decides; every problem is told.
Finding troubled(Layers& layers, const Context& context, const std::vector<OpencodeProblem>& problems) {
    const auto severity_of = [](const OpencodeProblem& problem) {
        return severity(reason_of(problem.trouble).status);
    };
    const auto first = std::max_element(problems.begin(), problems.end(), [&](const auto& a, const auto& b) {
        return severity_of(a) < severity_of(b);
    });
    const Reason& reason = reason_of(first->trouble);
    layers.source(first->where);
    Finding finding =
        layers.broke("layer", reason.status, reason.code, context.redactor.text("{}", first->message));
    finding.action = context.redactor.text("{}", first->remedy);
    for (const OpencodeProblem& problem : problems)
        if (&problem != &*first)
            finding.probes.push_back({"layer",
                                      reason_of(problem.trouble).status,
                                      reason_of(problem.trouble).code,
                                      context.redactor.text("{}", problem.message),
                                      {},
                                      {},
                                      {}});
    return finding;
}

Finding configuration_valid(const Context& context) {
    Layers layers;
    const OpencodeServer server = find_opencode(context);
    if (!server.on_this_machine)
        return layers.broke("place", Status::unknown, "opencode-configuration.unreadable",
                            "OpenCode runs on another machine"_safe);
    layers.evidence("variables", server.own_variables ? "the server's"_safe : "of this process"_safe);
    const auto found = capabilities::read_opencode(server.places, context.files, context.run);
    layers.evidence("layers", static_cast<std::int64_t>(found.files.size()));
    for (const std::string& file : found.files) layers.passed("layer", context.redactor.clean(file));
    if (!found.problems.empty()) return troubled(layers, context, found.problems);
    // The server has the last word: it may see a layer that nobody else does.
    if (server.refused_file) {
        layers.source({*server.refused_file, 0, 0, {}});
        return layers.broke("server", Status::action_required, "opencode-configuration.refused",
                            context.redactor.text("OpenCode refuses {}", *server.refused_file));
    }
    return layers.ready(context.redactor.text("{} files of OpenCode's configuration are as it reads them",
                                              found.files.size()));
}

constexpr std::array rows{
    Check{.id = opencode_configuration_check,
          .label = "OpenCode configuration valid",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at =
              "Every layer of the configuration of the gateway's OpenCode, in OpenCode's own order: what "
              "it would refuse, what it passes over, and what hides behind another file.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = reasons,
          .run = configuration_valid,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> opencode_configuration_checks() { return rows; }

}  // namespace cowork::checks
