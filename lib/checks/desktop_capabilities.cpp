#include "capabilities/desktop_rows.hpp"
#include "capabilities/snapshot.hpp"
#include "checks/desktop.hpp"
#include "checks/desktop_target.hpp"
#include "rules/secret_names.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cowork::checks {
namespace {

using report::CapabilityRow;
using report::CapabilityStatus;

constexpr std::array docs{std::string_view{"docs/reference/capabilities.md"}};
constexpr std::array shown_for{catalogue::Intent::desktop_local, catalogue::Intent::desktop_pairing};
constexpr std::size_t named = 3;

constexpr std::array own_reasons{
    Reason{"capabilities.critical", Status::action_required,
           "a capability that Desktop counts as critical: it is blocked, fails or is not supported",
           "mend the first that is named, or remove it; its own reason code says why"},
    Reason{"capabilities.unknown", Status::unknown,
           "nothing critical is seen, and not all can be told from here",
           "export the diagnostics in Desktop and give them to --snapshot"},
};
constexpr auto reasons = joined(desktop_place_reasons, own_reasons);

std::int64_t count(std::size_t number) { return static_cast<std::int64_t>(number); }

// Names of the critical ones, with what they are.
std::string names(const std::vector<const CapabilityRow*>& critical) {
    std::string text;
    for (std::size_t i = 0; i < std::min(critical.size(), named); ++i)
        text += (text.empty() ? "" : ", ") + std::string(to_string(critical[i]->kind)) + " " +
                critical[i]->id.str();
    return critical.size() > named ? text + " ..." : text;
}

// `unread` are rows and files that could not be read: each may hide what is critical.
Finding judge(Layers& layers, const Context& context, report::CapabilityTables tables, std::size_t unread) {
    std::vector<const CapabilityRow*> critical;
    std::size_t untold = 0;
    for (const CapabilityRow& row : tables.capabilities) {
        if (is_critical(row)) critical.push_back(&row);
        if (row.status == CapabilityStatus::unknown) ++untold;
    }
    layers.evidence("capabilities", count(tables.capabilities.size()));
    layers.evidence("conflicts", count(tables.conflicts.size()));
    layers.evidence("critical", count(critical.size()));
    layers.evidence("unknown", count(untold));
    if (unread > 0) layers.evidence("not_read", count(unread));
    Finding finding;
    if (!critical.empty()) {
        finding = layers.broke("capabilities", Status::action_required, "capabilities.critical",
                               context.redactor.text("{} critical: {}", critical.size(), names(critical)));
        if (const CapabilityRow& first = *critical.front(); !first.recovery.empty())
            finding.action =
                context.redactor.text("{} {}: {}", to_string(first.kind), first.id, first.recovery);
    } else if (unread > 0) {
        finding = layers.broke("capabilities", Status::unknown, "capabilities.unknown",
                               context.redactor.text("{} of {} cannot be told, and {} could not be read",
                                                     untold, tables.capabilities.size(), unread));
    } else if (untold > 0) {
        finding = layers.broke(
            "capabilities", Status::unknown, "capabilities.unknown",
            context.redactor.text("{} of {} cannot be told", untold, tables.capabilities.size()));
    } else if (tables.capabilities.empty()) {
        finding = layers.broke("capabilities", Status::unknown, "capabilities.unknown",
                               "not one capability is told"_safe);
    } else {
        finding = layers.ready(
            context.redactor.text("{} capabilities, none of them critical", tables.capabilities.size()));
    }
    finding.capabilities = std::move(tables);
    return finding;
}

Finding judge_snapshot(const Context& context) {
    const capabilities::Snapshot& snapshot = *context.snapshot;
    Layers layers;
    layers.source({context.wishes.snapshot, 0, 0, {}});
    layers.evidence("form", context.redactor.text("{}", snapshot.form));
    if (!snapshot.generated_at.empty()) layers.evidence("generated_at", snapshot.generated_at);
    layers.passed("snapshot", context.redactor.text("{} rows of {}", snapshot.tables.capabilities.size(),
                                                    context.wishes.snapshot));
    return judge(layers, context, snapshot.tables, snapshot.dropped);
}

// Where Desktop's packages put the application's own files; empty where they are in none of these places.
std::string resources_of(const Context& context, const Desktop& desktop) {
    if (!context.wishes.resources.empty()) return context.wishes.resources;
    const auto& names = desktop.layers.names;
    for (const auto& [parent, name] :
         {std::pair{"/opt/", names.brand}, {"/usr/lib/", names.data_dir_name}, {"/usr/lib/", names.brand}}) {
        // A name of a configuration must not lead elsewhere.
        if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos) continue;
        std::string place = parent + name + "/resources";
        const auto facts = context.files.target_facts(place);
        if (facts && facts->kind == probes::FileKind::directory) return place;
    }
    return {};
}

Finding capabilities_in_force(const Context& context) {
    if (context.snapshot) return judge_snapshot(context);
    Layers layers;
    Desktop desktop;
    if (auto nowhere = desktop_place(layers, context, desktop)) return std::move(*nowhere);
    const std::string resources = resources_of(context, desktop);
    layers.evidence("resources", resources.empty() ? "not found"_safe : context.redactor.clean(resources));
    // One of its own, because it learns the keys of settings that lie in the open.
    Redactor redactor;
    rules::learn_secrets(redactor, context.config);
    auto found =
        capabilities::desktop_capabilities({desktop.layers, desktop.root, resources, context.wishes.project,
                                            context.environment, context.files, desktop.owner},
                                           redactor);
    for (const Error& problem : found.problems)
        layers.note("sources", Status::unknown, "capabilities.unknown",
                    problem.where.known() ? redactor.text("{}: {}", problem.where.place(), problem.message)
                                          : redactor.text("{}", problem.message));
    auto finding = judge(layers, context, std::move(found.tables), found.problems.size());
    if (finding.status == Status::unknown && !desktop.layers.problems.empty())
        finding.because = desktop_configuration_check;
    return finding;
}

constexpr std::array rows{
    Check{.id = "desktop.capabilities.in_force",
          .label = "Desktop capabilities in force",
          .authority = catalogue::Authority::desktop_local,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "What an agent of this Desktop can use: providers, models, tool connections, skills, "
                      "agents and plugins, who decided about each, and what overrides what. With --snapshot "
                      "it is told from that file.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = reasons,
          .run = capabilities_in_force,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> desktop_capabilities_checks() { return rows; }

}  // namespace cowork::checks
