#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"

namespace cowork::validators {

// What is wrong with a YAML file of any kind: `file.yaml-duplicate-key`.
void check_yaml(const Input& input, Findings& findings);

}  // namespace cowork::validators
