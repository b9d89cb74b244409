#pragma once

#include "config/config.hpp"
#include "rules/service.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>
#include <vector>

namespace cowork::validators {

// The rules of the services' own settings (lib/rules), whatever file the settings stand in.
[[nodiscard]] std::span<const Rule> service_rules();

// The services that a configuration is for, by the prefixes of its keys; empty when it is for none.
[[nodiscard]] std::vector<const rules::Service*> services_of(const config::Config& config);

// The services that a set-up path runs with settings of their own; empty for the paths of Desktop.
[[nodiscard]] std::vector<const rules::Service*> services_for(catalogue::Intent intent);

// Judges a configuration as that service would read it, and teaches the findings' redactor its secrets.
// --tier counts where the configuration names no tier. A setting's source says where in this file it stands;
// what is not there goes to `fallback`.
void judge_service(const rules::Service& service, config::Config& config, const Settings& settings,
                   const TextRange& fallback, Findings& findings);

}  // namespace cowork::validators
