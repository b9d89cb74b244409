#pragma once

#include "config/jsonc_document.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Reports of load and soak runs, recomputed (contract/cloud.md sections 14.1 and 14.2).
[[nodiscard]] std::span<const Rule> load_report_rules();

// Whether a document is one, or the plan that the harness prints in place of one.
[[nodiscard]] bool looks_like_load_report(const config::JsoncDocument& document);

void validate_load_report(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
