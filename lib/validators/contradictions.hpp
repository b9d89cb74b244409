#pragma once

#include "config/config.hpp"
#include "rules/service.hpp"
#include "validators/findings.hpp"

namespace cowork::validators {

// Settings that say something which another setting takes back, and secrets that serve twice. The service
// starts with all of these and tells nobody, so its own rules (lib/rules) do not have them.
void check_contradictions(const rules::Service& service, const config::Config& config, Findings& findings);

}  // namespace cowork::validators
