#pragma once

#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Rules for any file: whether it can be read at all.
[[nodiscard]] std::span<const Rule> file_rules();

}  // namespace cowork::validators
