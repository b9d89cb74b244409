#pragma once

#include "validators/document.hpp"
#include "validators/rule.hpp"

#include <span>
#include <vector>

namespace cowork::validators {

// What only several files together can break: an env file and the Compose file that loads it, values and the
// secret that they name, services that share a deployment but not a setting.
[[nodiscard]] std::span<const Rule> together_rules();

void check_together(std::vector<Document>& documents, const Settings& settings);

}  // namespace cowork::validators
