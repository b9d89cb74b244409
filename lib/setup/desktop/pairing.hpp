#pragma once

#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>

namespace cowork::setup {

// `setup desktop-pairing`: checks a broker's URL and judges the pairings that Desktop has, and says what the
// person does in the app. It writes nothing at all: pairing records and tokens are Desktop's.
[[nodiscard]] std::span<const Option> desktop_pairing_options();
[[nodiscard]] Planned plan_desktop_pairing(const Answers& answers, const Surroundings& surroundings);

}  // namespace cowork::setup
