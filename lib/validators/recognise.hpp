#pragma once

#include "validators/input.hpp"

#include <optional>

namespace cowork::validators {

// Finds out what a file is: by its content, and by its name only where the content leaves it open (an empty
// file, one that cannot be parsed). Fills in kind, yaml and json. With a kind given it only parses.
void recognise(Input& input, std::optional<Kind> forced);

}  // namespace cowork::validators
