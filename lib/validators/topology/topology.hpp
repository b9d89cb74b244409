#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Topology profiles, security gates, and an operator's choice of one (contract/cloud.md section 15).
[[nodiscard]] std::span<const Rule> topology_rules();

// Whether a document is one of these three.
[[nodiscard]] bool looks_like_topology(const config::JsoncDocument& document);

void validate_topology(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
