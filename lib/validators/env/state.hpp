#pragma once

#include "validators/env/values.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <vector>

namespace cowork::validators {

// Whether the file is made of placeholders and meant for git, to be read by people and not by a service: by
// its name, or because git has it and no secret is in it.
[[nodiscard]] bool is_example(const Input& input, const std::vector<EnvValue>& values);

// Who can read the file, and what git does with it, where it holds a secret.
void check_state(const Input& input, const std::vector<EnvValue>& values, Findings& findings);

}  // namespace cowork::validators
