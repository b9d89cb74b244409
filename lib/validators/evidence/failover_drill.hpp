#pragma once

#include "config/jsonc_document.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Reports of failover drills (contract/cloud.md section 14.4).
[[nodiscard]] std::span<const Rule> failover_drill_rules();

// Whether a document is one: the file that the drill writes, or what it prints around it.
[[nodiscard]] bool looks_like_failover_drill(const config::JsoncDocument& document);

void validate_failover_drill(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
