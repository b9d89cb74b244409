#include "checks/desktop.hpp"
#include "checks/desktop_inventory.hpp"

#include <array>
#include <set>

namespace cowork::checks {
namespace {

using catalogue::Authority;
using catalogue::WorkspaceKind;

constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};
constexpr std::array ready_when{catalogue::Intent::desktop_local, catalogue::Intent::full_hybrid};

constexpr std::array own_reasons{
    Reason{"workspace.none-declared", Status::unknown,
           "neither Desktop nor the settings of a service are here, so nobody runs threads",
           "set up a path with cowork setup"},
    Reason{"workspace.file-corrupt", Status::degraded,
           "a list of workspaces is unreadable JSON; Desktop puts it aside and forgets its workspaces",
           "quit Desktop, and mend the file or add the workspaces again"},
    Reason{"workspace.file-unreadable", Status::unknown, "a list of workspaces cannot be read",
           "run doctor as the user who runs Desktop"},
    Reason{"workspace.row-dropped", Status::degraded, "a workspace that Desktop drops when it reads its list",
           "add the workspace again in Desktop"},
    Reason{"workspace.id-mismatch", Status::degraded,
           "a workspace's id is not of its kind, or is another URL's, so its threads have no clear authority",
           "remove the workspace in Desktop and add it again"},
    Reason{"workspace.declared-twice", Status::degraded, "a workspace is in its list twice",
           "remove one of the two in Desktop"},
    Reason{"workspace.two-authorities", Status::degraded,
           "the same URL is both a Cloud and a Gateway, which are two authorities",
           "remove the workspace of the wrong kind in Desktop"},
};
constexpr auto reasons = joined(desktop_place_reasons, desktop_layer_reasons, own_reasons);

std::string_view reason_of(rules::WorkspaceTrouble trouble) {
    switch (trouble) {
        case rules::WorkspaceTrouble::file:
            return "workspace.file-corrupt";
        case rules::WorkspaceTrouble::row:
            return "workspace.row-dropped";
        case rules::WorkspaceTrouble::id:
            return "workspace.id-mismatch";
        case rules::WorkspaceTrouble::twice:
            return "workspace.declared-twice";
    }
    return "workspace.file-corrupt";
}

// The services whose settings are at hand; each has the one authority of its kind.
std::int64_t declare_services(Layers& layers, const Context& context) {
    std::int64_t count = 0;
    const auto declare = [&](bool there, std::string_view service, Authority authority) {
        if (!there) return;
        ++count;
        layers.evidence("service_authority", context.redactor.clean(to_string(authority)));
        layers.passed("service", context.redactor.text("{}: {}", service, to_string(authority)));
    };
    declare(context.present.standalone_gateway, "Standalone Gateway", Authority::gateway_standalone);
    declare(context.present.channel_gateway, "Cloud Channel Gateway", Authority::cloud_channel_gateway);
    declare(context.present.cloud_server, "Cloud", Authority::cloud_worker);
    return count;
}

void tell_counts(Layers& layers, const Workspaces& found) {
    struct Kind {
        std::string_view key;
        WorkspaceKind kind;
    };
    for (const Kind kind :
         {Kind{"cloud_workspaces", WorkspaceKind::cloud}, Kind{"gateway_workspaces", WorkspaceKind::gateway},
          Kind{"paired_workspaces", WorkspaceKind::paired_desktop}}) {
        std::int64_t count = 0;
        for (const auto& row : found.rows)
            if (row.kind == kind.kind) ++count;
        layers.evidence(kind.key, count);
    }
    layers.evidence("workspaces", static_cast<std::int64_t>(found.rows.size()));
}

// An origin that is a workspace of both kinds; empty when there is none.
SafeText of_two_kinds(const Workspaces& found) {
    std::set<std::string> clouds;
    for (const auto& row : found.rows)
        if (row.kind == WorkspaceKind::cloud) clouds.insert(row.id.str().substr(row.id.str().find(':') + 1));
    // The ids of both kinds are made from the URL in the same way.
    for (const auto& row : found.rows)
        if (row.kind == WorkspaceKind::gateway &&
            clouds.contains(row.id.str().substr(row.id.str().find(':') + 1)))
            return row.base_url;
    return {};
}

std::optional<Finding> judge_workspaces_of(Layers& layers, const Context& context, const Workspaces& found) {
    if (!found.troubles.empty()) {
        const auto& first = found.troubles.front();
        layers.source({first.path, 0, 0, {}});
        auto finding = layers.broke("workspaces", Status::degraded, reason_of(first.problem.trouble),
                                    context.redactor.text("{}: {}", first.path, first.problem.message));
        for (std::size_t i = 1; i < found.troubles.size(); ++i) {
            const auto& next = found.troubles[i];
            finding.probes.push_back({"workspaces",
                                      Status::degraded,
                                      reason_of(next.problem.trouble),
                                      context.redactor.text("{}: {}", next.path, next.problem.message),
                                      {},
                                      {},
                                      {}});
        }
        return finding;
    }
    if (const SafeText url = of_two_kinds(found); !url.empty())
        return layers.broke("workspaces", Status::degraded, "workspace.two-authorities",
                            context.redactor.text("{} is both a Cloud and a Gateway", url));
    if (!found.unreadable.empty())
        return layers.broke("workspaces", Status::unknown, "workspace.file-unreadable",
                            context.redactor.text("{} cannot be read", found.unreadable.front()));
    return std::nullopt;
}

Finding authority_declared(const Context& context) {
    Layers layers;
    const std::int64_t services = declare_services(layers, context);
    if (!context.present.desktop) {
        if (services == 0)
            return layers.broke("authority", Status::unknown, "workspace.none-declared",
                                "no Desktop and no service is set up here"_safe);
        return layers.ready(
            context.redactor.text("each service has one authority, {} in all; no Desktop here", services));
    }
    Desktop desktop;
    if (auto broken = desktop_place(layers, context, desktop)) return std::move(*broken);
    if (auto broken = judge_desktop_layers(layers, context, desktop)) return std::move(*broken);
    const Workspaces found = read_workspaces(context, desktop);
    tell_counts(layers, found);
    if (auto broken = judge_workspaces_of(layers, context, found)) return std::move(*broken);
    for (const auto& row : found.rows)
        layers.passed("workspace", context.redactor.text("{}: {}", row.id, to_string(row.authority)));
    return layers.ready(
        context.redactor.text("each workspace has one authority, {} in all", found.rows.size()));
}

constexpr std::array rows{
    Check{.id = "workspace.authority.declared",
          .label = "Workspace authority declared",
          .authority = catalogue::Authority::mixed,
          .control_plane = std::nullopt,
          .failing = Status::degraded,
          .looks_at = "Every workspace in Desktop's lists and every service whose settings are here: each "
                      "must have exactly one execution authority, the one of its kind.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = reasons,
          .run = authority_declared},
};

}  // namespace

std::span<const Check> workspace_authority_checks() { return rows; }

}  // namespace cowork::checks
