#pragma once

#include "rules/json_shape.hpp"

namespace cowork::rules {

// What Open Cowork takes in open-cowork.config.json and in Desktop's layers: the keys of layer_keys(), and
// below `cloud`, `gateway` and the other blocks that cowork itself does not write (contract/health-center.md
// section 8.2). A layer may leave out whatever another one brings; what an element of a list leaves out,
// nothing brings.
[[nodiscard]] const JsonShape& product_shape();

}  // namespace cowork::rules
