#include "capabilities/opencode_rows.hpp"
#include "checks/gateway.hpp"
#include "checks/opencode_server.hpp"

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

using report::CapabilityRow;

constexpr std::array docs{std::string_view{"docs/reference/capabilities.md"}};
constexpr std::array shown_for{catalogue::Intent::gateway_only};

constexpr std::array reasons{
    Reason{"opencode-capabilities.failing", Status::degraded,
           "a capability that failed, that the policy blocks, or that is not supported",
           "look at the table of capabilities"},
    Reason{"opencode-capabilities.missing", Status::degraded,
           "files promise what the server does not have, or what waits for a credential",
           "look at the table of capabilities"},
    Reason{"opencode-capabilities.not-asked", Status::unknown,
           "the server does not answer, so only files could be looked at",
           "mend what gateway.private_opencode.reachable names"},
    Reason{"opencode-capabilities.locked", Status::unknown,
           "the server asks for a password, so only files could be looked at",
           "set OPENCODE_SERVER_PASSWORD for doctor"},
    Reason{"opencode-capabilities.refused", Status::action_required,
           "the server refuses its own configuration, and has no capability for the directory",
           "mend what opencode.configuration.valid names"},
    Reason{"opencode-capabilities.incomplete", Status::unknown,
           "the server did not answer for one of the lists in time, or not as OpenCode does",
           "run doctor again with a longer --timeout, or look at OpenCode's log"},
};

SafeText names(const Context& context, const std::vector<CapabilityRow>& rows, int urgency) {
    constexpr std::size_t most = 3;
    std::string text;
    std::size_t count = 0;
    for (const CapabilityRow& row : rows) {
        if (report::urgency(row.status) != urgency) continue;
        if (++count <= most)
            text += fmt::format("{}{} {}", count > 1 ? ", " : "", to_string(row.kind), row.id.str());
    }
    return count > most ? context.redactor.text("{} and {} more", text, count - most)
                        : context.redactor.clean(text);
}

// What somebody chose to turn off, or to be asked about, is no trouble.
bool lacking(const CapabilityRow& row) {
    return row.status == report::CapabilityStatus::missing ||
           row.status == report::CapabilityStatus::auth_pending;
}

Finding judge_rows(Layers& layers, const Context& context, std::vector<CapabilityRow> rows) {
    const auto is_failing = [](const CapabilityRow& row) { return report::urgency(row.status) == 0; };
    const auto failing = std::count_if(rows.begin(), rows.end(), is_failing);
    const auto missing = std::count_if(rows.begin(), rows.end(), lacking);
    layers.evidence("capabilities", static_cast<std::int64_t>(rows.size()));
    layers.evidence("failing", static_cast<std::int64_t>(failing));
    layers.evidence("missing", static_cast<std::int64_t>(missing));
    if (failing > 0)
        return layers.broke("capabilities", Status::degraded, "opencode-capabilities.failing",
                            context.redactor.text("not usable: {}", names(context, rows, 0)));
    if (missing > 0) {
        std::erase_if(rows, [](const CapabilityRow& row) { return !lacking(row); });
        return layers.broke("capabilities", Status::degraded, "opencode-capabilities.missing",
                            context.redactor.text("not there: {}", names(context, rows, 1)));
    }
    return layers.ready(context.redactor.text("{} capabilities, each as its files say", rows.size()));
}

// What hides behind a server that cannot be asked.
std::optional<Finding> silent(Layers& layers, const OpencodeServer& server) {
    const auto unknown = [&](std::string_view reason, SafeText summary) {
        auto finding = layers.broke("server", Status::unknown, reason, std::move(summary));
        finding.because = opencode_reachable_check;
        return finding;
    };
    switch (server.silence) {
        case OpencodeSilence::none:
            return std::nullopt;
        case OpencodeSilence::locked:
            return unknown("opencode-capabilities.locked", "OpenCode asks for a password"_safe);
        case OpencodeSilence::refused: {
            auto finding = layers.broke("server", Status::action_required, "opencode-capabilities.refused",
                                        "OpenCode refuses its configuration"_safe);
            finding.because = opencode_configuration_check;
            return finding;
        }
        case OpencodeSilence::no_url: {
            auto finding = unknown("opencode-capabilities.not-asked", "only files were looked at"_safe);
            finding.action = "name the server with --opencode-url to see what is in force"_safe;
            return finding;
        }
        case OpencodeSilence::not_private:
        case OpencodeSilence::no_answer:
        case OpencodeSilence::not_opencode:
            return unknown("opencode-capabilities.not-asked", "OpenCode could not be asked"_safe);
    }
    return std::nullopt;
}

Finding capabilities_in_force(const Context& context) {
    Layers layers;
    const OpencodeServer server = find_opencode(context);
    capabilities::OpencodeConfiguration configuration;
    // Files of another machine are not those of the server.
    if (server.on_this_machine) {
        configuration = capabilities::read_opencode(server.places, context.files, context.run);
    } else {
        configuration = capabilities::no_configuration();
    }
    OpencodeAnswers answers;
    const bool asked = server.silence == OpencodeSilence::none;
    if (asked) answers = ask_opencode(context, server);
    auto tables =
        capabilities::opencode_capabilities({server.places, configuration, asked ? &answers.live : nullptr,
                                             context.files, "standalone-gateway", context.run},
                                            context.redactor);
    auto finding = silent(layers, server);
    if (!finding && answers.live.refused_file) {
        finding = layers.broke("server", Status::action_required, "opencode-capabilities.refused",
                               "OpenCode refuses its configuration"_safe);
        finding->because = opencode_configuration_check;
    }
    if (!finding && !answers.complete)
        finding = layers.broke("server", Status::unknown, "opencode-capabilities.incomplete",
                               context.redactor.text("OpenCode does not tell {}", answers.missing));
    if (!finding) finding = judge_rows(layers, context, tables.capabilities);
    finding->capabilities = std::move(tables);
    return std::move(*finding);
}

constexpr std::array rows{
    Check{.id = "opencode.capabilities.in_force",
          .label = "OpenCode capabilities in force",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::degraded,
          .looks_at = "What the files of OpenCode promise beside what the running server has for the runtime "
                      "root: providers, models, tool connections, skills, agents, tools, commands, plugins.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = reasons,
          .run = capabilities_in_force,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> opencode_capabilities_checks() { return rows; }

}  // namespace cowork::checks
