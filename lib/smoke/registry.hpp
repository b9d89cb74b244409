#pragma once

#include "checks/context.hpp"
#include "smoke/step.hpp"

#include <vector>

namespace cowork::smoke {

// Every step, in the order in which a run makes them. Groups are named explicitly, as those of the checks.
[[nodiscard]] const std::vector<const Step*>& registry();
[[nodiscard]] std::vector<const Step*> steps_of(catalogue::Intent scenario);
// Without those of a part that is not there: a full hybrid need not have a Standalone Gateway.
[[nodiscard]] std::vector<const Step*> steps_of(catalogue::Intent scenario, const checks::Presence& present);
[[nodiscard]] const Step* find_step(std::string_view id);

// The scenarios that have steps.
[[nodiscard]] std::vector<catalogue::Intent> scenarios();

}  // namespace cowork::smoke
