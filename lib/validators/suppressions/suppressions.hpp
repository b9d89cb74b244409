#pragma once

#include "validators/document.hpp"
#include "validators/rule.hpp"
#include "validators/walk.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

inline constexpr std::string_view settings_file_name = ".cowork-validate.json";

// What the operator allows, with a reason: `# cowork: allow RULE because ...` in a file, or an entry of
// .cowork-validate.json.
[[nodiscard]] std::span<const Rule> suppression_rules();

// Judges a .cowork-validate.json itself.
void validate_settings_file(const Input& input, const Settings& settings, Findings& findings);

// Adds the settings files that count for the files that were found, also when they are hidden or ignored.
// `named` is what the user named.
void include_settings_files(std::vector<Found>& found, const std::vector<std::string>& named);

// Marks what is allowed in every file, and adds a finding for each permission that is void: unknown rule, no
// reason, past its date, or matching nothing.
void apply_suppressions(std::vector<Document>& documents, const Settings& settings,
                        const std::vector<std::string>& named);

}  // namespace cowork::validators
