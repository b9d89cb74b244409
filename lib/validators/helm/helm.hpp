#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Values for the product's charts (contract/cloud.md sections 11, 12.1 and 17).
[[nodiscard]] std::span<const Rule> helm_rules();

void validate_helm(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
