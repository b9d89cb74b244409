#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>

namespace cowork::validators {

// What an operator attests about backups and restores: rules/backup_evidence.hpp.
[[nodiscard]] std::span<const Rule> backup_evidence_rules();

void validate_backup_evidence(const Input& input, const Settings& settings, Findings& findings);

}  // namespace cowork::validators
