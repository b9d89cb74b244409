#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"

namespace cowork::validators {

// What is wrong with any of our JSON files, whatever it is for: keys that stand twice, and comments where
// the readers take none. The rules are among file_rules(). A file that is none of the kinds is not judged.
void check_json(const Input& input, Findings& findings);

}  // namespace cowork::validators
