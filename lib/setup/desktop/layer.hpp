#pragma once

#include "rules/desktop_layers.hpp"
#include "setup/plan.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::setup {

// One value that the user's layer is to have.
struct LayerWish {
    std::string flag;     // the option that asks for it
    std::string pointer;  // /cloudDesktop/enabled; a last token of `-` adds to a list
    std::string value;    // JSON text
};

// Desktop's layers as this user's environment leads to them.
[[nodiscard]] Result<rules::DesktopLayers> desktop_layers(const Surroundings& surroundings);

// What is worth saying about how the layers were found: which file of a layer counts, and which does not.
[[nodiscard]] std::vector<Note> layer_notes(const rules::DesktopLayers& layers);

using PlannedLayer = tl::expected<LayerFile, std::vector<Error>>;

// The user's layer with the wishes in it; no edits when it has them all. Refused, each wish by its option:
// a layer that Desktop would not read, a value that the managed layer sets otherwise, a file that cannot be
// edited without losing something. The text is read back before it is offered: it differs in the wishes and
// in nothing else, and Desktop can read it.
[[nodiscard]] PlannedLayer plan_user_layer(const rules::DesktopLayers& layers,
                                           const std::vector<LayerWish>& wishes);

// `value` as it stands in the layers, for an edit line or a note: scalars only.
[[nodiscard]] std::string shown(const nlohmann::ordered_json& value);

}  // namespace cowork::setup
