#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Kubernetes manifests, as `helm template` prints them (contract/cloud.md section 12.1).
[[nodiscard]] std::span<const Rule> kubernetes_rules();

void validate_kubernetes(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
