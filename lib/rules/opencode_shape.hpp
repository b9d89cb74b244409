#pragma once

#include "rules/json_shape.hpp"

namespace cowork::rules {

// What OpenCode 1.18 takes in opencode.json: keys, types and words of its own published schema. A key of the
// top that it does not know, a wrong type and a missing key stop it; other unknown keys are passed over.
[[nodiscard]] const JsonShape& opencode_shape();

}  // namespace cowork::rules
