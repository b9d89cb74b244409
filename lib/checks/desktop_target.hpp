#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "checks/transport_reasons.hpp"
#include "rules/desktop_layers.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::checks {

// What the checks of a Desktop share: where it keeps its data, its configuration, and reading its files.

inline constexpr std::array desktop_place_reasons{
    Reason{"desktop.no-home", Status::unknown,
           "HOME is no absolute path, so nobody can tell where Desktop keeps its files",
           "run doctor with HOME set as Desktop has it"},
    Reason{"desktop.not-installed", Status::unknown,
           "Desktop's data directory is not there: it has not run for this user",
           "start Desktop once, or name its directory with --data-dir"},
    Reason{"desktop.data-unreadable", Status::unknown, "Desktop's data directory cannot be looked into",
           "run doctor as the user who runs Desktop"},
};
inline constexpr std::array desktop_layer_reasons{
    Reason{"desktop.configuration-ignored", Status::action_required,
           "Desktop refuses a layer of its configuration, and runs with its built-in defaults instead",
           "mend what desktop.configuration.valid names"},
    Reason{"desktop.configuration-unreadable", Status::unknown,
           "a layer of Desktop's configuration cannot be read by this user",
           "run doctor as the user who runs Desktop"},
};
inline constexpr std::string_view desktop_configuration_check = "desktop.configuration.valid";

struct Desktop {
    rules::DesktopLayers layers;
    std::string root;
    uid_t owner = 0;  // of the root: the user who runs Desktop

    [[nodiscard]] std::string file(std::string_view name) const { return root + "/" + std::string(name); }
};

// Fills in the place, or ends the check when there is no Desktop to look at.
[[nodiscard]] std::optional<Finding> desktop_place(Layers& layers, const Context& context, Desktop& desktop);
// The same without a word about why not.
[[nodiscard]] std::optional<Desktop> find_desktop(const Context& context);
// Ends the check when Desktop does not use its configuration as written.
[[nodiscard]] std::optional<Finding> judge_desktop_layers(Layers& layers, const Context& context,
                                                          const Desktop& desktop);
// Whether every problem of the layers is only that this user may not read them.
[[nodiscard]] bool only_unreadable(const rules::DesktopLayers& layers);

// Larger than any file of Desktop that is read here can become in years.
inline constexpr std::size_t largest_desktop_file = 32UL * 1024 * 1024;

// An id of a provider or a model, fit to be shown; a placeholder for anything else, which might be a key in
// the wrong place.
[[nodiscard]] SafeText plain_id(const Context& context, std::string_view id);

}  // namespace cowork::checks
