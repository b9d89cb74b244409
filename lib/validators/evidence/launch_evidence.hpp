#pragma once

#include "config/jsonc_document.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// The manifest of launch evidence and its promotion (contract/cloud.md section 14.3).
[[nodiscard]] std::span<const Rule> launch_evidence_rules();

[[nodiscard]] bool looks_like_launch_evidence(const config::JsoncDocument& document);

void validate_launch_evidence(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
