#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Open Cowork's own configuration file (contract/cloud.md section 12.1).
[[nodiscard]] std::span<const Rule> product_config_rules();

void validate_product_config(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
