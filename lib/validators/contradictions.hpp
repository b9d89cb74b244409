#pragma once

#include "config/config.hpp"
#include "rules/service.hpp"

#include <vector>

namespace cowork::validators {

// Settings that say something which another setting takes back, and secrets that serve twice. The service
// starts with all of these and tells nobody, so its own rules (lib/rules) do not have them.
[[nodiscard]] std::vector<rules::Violation> contradictions_in(const rules::Service& service,
                                                              const config::Config& config);

}  // namespace cowork::validators
