#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Docker Compose files (contract/cloud.md sections 11 and 12.1).
[[nodiscard]] std::span<const Rule> compose_rules();

void validate_compose(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
