#pragma once

#include "config/config.hpp"
#include "rules/service.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"

#include <vector>

namespace cowork::validators {

// Who can read the file, and what git does with it, where it holds a secret.
void check_state(const Input& input, const config::Config& config, Findings& findings);

// An example with placeholders for secrets: only what is wrong with it as an example.
void check_example(const config::Config& config, const std::vector<const rules::Service*>& services,
                   Findings& findings);

}  // namespace cowork::validators
