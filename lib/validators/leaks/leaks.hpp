#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// Secrets in what is meant for git or for publication (contract/cloud.md section 12.1,
// contract/health-center.md section 11). Private env files are excepted: they are where secrets belong.
[[nodiscard]] std::span<const Rule> leak_rules();

// Looks at every file, whatever its kind. No value is shown: its kind, its place, and a salted fingerprint.
void find_leaks(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
