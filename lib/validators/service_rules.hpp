#pragma once

#include "config/config.hpp"
#include "rules/service.hpp"
#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <functional>
#include <optional>
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
// --tier counts where the configuration names no tier. `place` says where in this file a broken rule is
// shown, or that the file alone cannot tell that it is broken.
using PlaceOf = std::function<std::optional<TextRange>(const rules::Violation&)>;
void judge_service(const rules::Service& service, config::Config& config, const Settings& settings,
                   const PlaceOf& place, Findings& findings);

// How bad it is in a file: as the service takes it, but worse where a service is lenient with what it cannot
// read at all (contract/cloud.md section 17).
[[nodiscard]] Severity severity_of(const rules::Violation& violation, const rules::Service& service,
                                   const config::Config& config);

}  // namespace cowork::validators
