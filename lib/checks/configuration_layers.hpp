#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "rules/service.hpp"

#include <vector>

namespace cowork::checks {

// The end for settings of which at least one rule does not hold: the worst decides, and of those the first;
// every one is a probe.
[[nodiscard]] Finding broken_rules(Layers& layers, const Context& context,
                                   const std::vector<rules::Violation>& problems);

// Lines of the env files that are not as they should be, as problems like the others: those of the Cloud's
// files, or those of all others.
void add_unreadable_lines(std::vector<rules::Violation>& problems, const Context& context, bool of_the_cloud);

}  // namespace cowork::checks
