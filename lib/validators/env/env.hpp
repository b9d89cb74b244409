#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// How env files are read, and by whom they are read differently.
[[nodiscard]] std::span<const Rule> env_rules();

void validate_env(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
