#pragma once

#include "validators/document.hpp"
#include "validators/rule.hpp"

#include <span>
#include <vector>

namespace cowork::validators {

// What the operator allows, with a reason: `# cowork: allow RULE because ...` in a file, or an entry of
// .cowork-validate.json.
[[nodiscard]] std::span<const Rule> suppression_rules();

// Judges a .cowork-validate.json itself.
void validate_settings_file(const Input& input, const Settings& settings, Findings& findings);

// Marks what is allowed in every file, and adds a finding for each permission that is void: unknown rule, no
// reason, past its date, or matching nothing.
void apply_suppressions(std::vector<Document>& documents, const Settings& settings);

}  // namespace cowork::validators
