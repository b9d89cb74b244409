#pragma once

#include "validators/compose/checks.hpp"

#include <vector>

namespace cowork::validators {

// The rules of the service's own settings that its environment breaks. What depends on a value that is not
// known, or on a file that was not given, is left out.
[[nodiscard]] std::vector<rules::Violation> violations_of(const ComposeProduct& product,
                                                          const Settings& settings);

// Reports one where the setting stands: in the Compose file, or in the env file that it loads.
void report_violation(const ComposeProduct& product, rules::Violation violation, Findings& here);

}  // namespace cowork::validators
