#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// OpenCode's configuration (contract/health-center.md section 4).
[[nodiscard]] std::span<const Rule> opencode_rules();

// Whether a document that no name gives away is one of OpenCode.
[[nodiscard]] bool looks_like_opencode(const config::JsoncDocument& document);

void validate_opencode(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
