#include "checks/cloud.hpp"
#include "checks/cloud_reasons.hpp"
#include "checks/configuration_layers.hpp"
#include "checks/env_file_layers.hpp"
#include "checks/transport_reasons.hpp"
#include "rules/cloud_server.hpp"
#include "rules/lenient.hpp"

#include <array>
#include <string>
#include <vector>

namespace cowork::checks {
namespace {

constexpr Reason not_here{"configuration.not-here", Status::unknown,
                          "the Cloud server's settings are not on this machine",
                          "run doctor where its env file is, or name that file with --env-file"};

Finding settings_not_here(Layers& layers) {
    Finding finding = layers.broke("policy", not_here.status, not_here.code,
                                   "the Cloud server's settings are not on this machine"_safe);
    finding.required = false;
    return finding;
}

// ---------------------------------------------------------------- cloud.configuration.valid

std::span<const Reason> configuration_reasons() {
    static const std::vector<Reason> all = [] {
        std::vector<Reason> made{not_here};
        for (const Reason& reason : cloud_configuration_reasons()) made.push_back(reason);
        return made;
    }();
    return all;
}

std::vector<rules::Violation> configuration_problems(const Context& context) {
    auto problems = rules::check_cloud(context.config);
    // These two are cowork's own, whatever their prefix.
    std::erase_if(problems, [](const rules::Violation& violation) {
        return violation.key == cloud_url_key || violation.key == cloud_token_key;
    });
    add_unreadable_lines(problems, context, true);
    return problems;
}

Finding configuration_valid(const Context& context) {
    Layers layers;
    if (!context.present.cloud_server) return settings_not_here(layers);
    const auto problems = configuration_problems(context);
    const rules::CloudView view = rules::view_cloud(context.config);
    layers.evidence("role", context.redactor.text("{}", to_string(view.role)));
    layers.evidence("tier", context.redactor.text("{}", to_string(view.tier)));
    layers.evidence("problems", static_cast<std::int64_t>(problems.size()));
    Finding finding;
    if (problems.empty()) {
        layers.passed("rules", "every rule of that role and tier holds"_safe);
        finding =
            layers.ready(context.redactor.text("a {} server of tier {} would take every value as written",
                                               to_string(view.role), to_string(view.tier)));
        finding.required = true;
        return finding;
    }
    finding = broken_rules(layers, context, problems);
    finding.required = true;
    return finding;
}

// ---------------------------------------------------------------- cloud.env_file.private

Finding env_file_private(const Context& context) {
    std::vector<std::string> files;
    for (const std::string& path : context.env_files)
        if (only_the_cloud_reads(context, path)) files.push_back(path);
    Finding finding = env_files_private(context, files);
    finding.required = !files.empty();
    return finding;
}

// ---------------------------------------------------------------- cloud.retention.configured

constexpr std::array retention_reasons{
    not_here,
    Reason{"retention.not-set", Status::action_required,
           "session or workspace events are kept for ever; public_production does not start like that",
           "set both to 1209600000, which is 14 days, in the settings of every role"},
};

Finding retention_configured(const Context& context) {
    Layers layers;
    if (!context.present.cloud_server) return settings_not_here(layers);
    const bool production = rules::view_cloud(context.config).tier == rules::CloudTier::public_production;
    constexpr std::int64_t day = 24LL * 60 * 60 * 1000;
    for (const auto& [name, evidence] :
         {std::pair<std::string_view, std::string_view>{"RETENTION_SESSION_EVENT_MS", "session_event_days"},
          {"RETENTION_WORKSPACE_EVENT_MS", "workspace_event_days"}}) {
        const std::string key = rules::cloud_server().full_name(name);
        const auto* setting = context.config.find(key);
        const auto window = rules::read_integer(rules::trimmed(context.config.text(key)));
        if (!window || *window <= 0) {
            if (setting != nullptr) layers.source(setting->source);
            return layers.broke(
                "retention", production ? Status::action_required : Status::degraded, "retention.not-set",
                context.redactor.text("{} is not set to a time: those events are kept for ever", key));
        }
        layers.evidence(evidence, static_cast<std::int64_t>(*window / day));
        layers.passed("retention", context.redactor.text("{} is set", key));
    }
    return layers.ready("session and workspace events are removed after a time"_safe);
}

constexpr std::array shown_for{catalogue::Intent::cloud_connect, catalogue::Intent::full_hybrid};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

// Not constexpr: one row's reasons are joined at run time.
std::span<const Check> rows() {
    static const std::array all{
        Check{.id = "cloud.configuration.valid",
              .label = "Cloud configuration valid",
              .authority = catalogue::Authority::cloud_worker,
              .control_plane = std::nullopt,
              .failing = Status::action_required,
              .looks_at =
                  "Every rule of the server's role and tier over its settings, where they are on this "
                  "machine; then it is required.",
              .docs = docs,
              .needs = {},
              .ready_when = {},
              .also_for = {},
              .reasons = configuration_reasons(),
              .run = configuration_valid,
              .shown_for = shown_for},
        Check{.id = "cloud.env_file.private",
              .label = "Cloud env file private",
              .authority = catalogue::Authority::cloud_worker,
              .control_plane = std::nullopt,
              .failing = Status::action_required,
              .looks_at =
                  "Kind, mode, owner and number of names of each env file that holds the server's "
                  "settings, and whether git tracks it or would take it in; required where there is one.",
              .docs = docs,
              .needs = {},
              .ready_when = {},
              .also_for = {},
              .reasons = env_file_reasons,
              .run = env_file_private,
              .shown_for = shown_for},
        Check{.id = "cloud.retention.configured",
              .label = "Cloud retention configured",
              .authority = catalogue::Authority::cloud_worker,
              .control_plane = std::nullopt,
              .failing = Status::degraded,
              .looks_at = "How long session and workspace events are kept, by the server's settings.",
              .docs = docs,
              .needs = {},
              .ready_when = {},
              .also_for = {},
              .reasons = retention_reasons,
              .run = retention_configured,
              .shown_for = shown_for},
    };
    return all;
}

}  // namespace

std::span<const Check> cloud_host_checks() { return rows(); }

}  // namespace cowork::checks
