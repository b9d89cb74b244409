#include "checks/desktop.hpp"
#include "checks/desktop_target.hpp"

#include <array>

namespace cowork::checks {
namespace {

constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};
constexpr std::array shown_for{catalogue::Intent::desktop_local, catalogue::Intent::desktop_pairing};

constexpr std::array own_reasons{
    Reason{"desktop-configuration.refused", Status::action_required,
           "a layer that Desktop refuses, and with it all the others", "correct the file at the line named"},
    Reason{"desktop-configuration.unreadable", Status::unknown, "a layer cannot be read by this user",
           "run doctor as the user who runs Desktop"},
    Reason{"desktop-configuration.shadowed", Status::degraded,
           "a file that does not count, because another of the same layer does",
           "merge the two files and remove one"},
    Reason{"desktop-configuration.no-file", Status::degraded,
           "a variable names a layer, and there is no such file", "write the file, or unset the variable"},
};
constexpr auto reasons = joined(desktop_place_reasons, own_reasons);

void tell(Finding& finding, Status status, std::string_view reason, SafeText summary) {
    finding.probes.push_back({"layer", status, reason, std::move(summary), {}, {}, {}});
}

// Desktop's own refusals, each a probe.
Finding refused(Layers& layers, const Context& context, const rules::DesktopLayers& found) {
    const bool unreadable = only_unreadable(found);
    const Status status = unreadable ? Status::unknown : Status::action_required;
    const std::string_view reason =
        unreadable ? "desktop-configuration.unreadable" : "desktop-configuration.refused";
    // What decides the status is told first.
    const Error* first = &found.problems.front();
    for (const Error& problem : found.problems)
        if (!unreadable && (first->code == ErrorCode::permission || first->code == ErrorCode::io))
            first = &problem;
    layers.source(first->where);
    Finding finding = layers.broke("layer", status, reason, context.redactor.text("{}", first->message));
    if (!unreadable && !first->remedy.empty()) finding.action = context.redactor.text("{}", first->remedy);
    for (const Error& problem : found.problems)
        if (&problem != first)
            tell(finding, status, reason,
                 context.redactor.text("{}: {}", problem.where.place(), problem.message));
    return finding;
}

Finding configuration_valid(const Context& context) {
    Layers layers;
    Desktop desktop;
    Layers place;
    auto nowhere = desktop_place(place, context, desktop);
    const rules::DesktopLayers& found = desktop.layers;
    // Where the data is hangs on the layers, so what is wrong with them is told first.
    if (nowhere && found.problems.empty()) return std::move(*nowhere);
    layers.evidence("layers", static_cast<std::int64_t>(found.found.size()));
    layers.evidence("problems", static_cast<std::int64_t>(found.problems.size()));
    layers.evidence("shadowed", static_cast<std::int64_t>(found.shadowed.size()));
    for (const auto& layer : found.found)
        layers.passed("layer", context.redactor.text("{}: {}", to_string(layer.kind), layer.document.path()));
    if (!found.problems.empty()) return refused(layers, context, found);
    if (!found.shadowed.empty()) {
        const auto& file = found.shadowed.front();
        layers.source({file.path, 0, 0, {}});
        return layers.broke("layer", Status::degraded, "desktop-configuration.shadowed",
                            context.redactor.text("{} does not count: {} does", file.path, file.by));
    }
    if (!found.without_file.empty())
        return layers.broke("layer", Status::degraded, "desktop-configuration.no-file",
                            context.redactor.text("{} has no file", to_string(found.without_file.front())));
    return layers.ready(
        found.found.empty()
            ? "no layer of configuration but the application's own"_safe
            : context.redactor.text("Desktop accepts its {} layers of configuration", found.found.size()));
}

constexpr std::array rows{
    Check{.id = desktop_configuration_check,
          .label = "Desktop configuration valid",
          .authority = catalogue::Authority::desktop_local,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "Every layer of Desktop's configuration that lies in a file: syntax, keys, types, and "
                      "placeholders of variables. One that it refuses makes it ignore them all.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = reasons,
          .run = configuration_valid,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> desktop_configuration_checks() { return rows; }

}  // namespace cowork::checks
