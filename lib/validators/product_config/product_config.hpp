#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Open Cowork's own configuration file (contract/cloud.md section 12.1).
[[nodiscard]] std::span<const Rule> product_config_rules();

// Whether a document that no name gives away is one of Open Cowork.
[[nodiscard]] bool looks_like_product_config(const config::JsoncDocument& document);

void validate_product_config(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
