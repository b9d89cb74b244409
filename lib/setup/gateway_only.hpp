#pragma once

#include "setup/answers.hpp"
#include "setup/plan.hpp"

#include <span>

namespace cowork::setup {

// `setup gateway-only`: the env file of a Standalone Gateway, and with --evaluate the runtime root.
[[nodiscard]] std::span<const Option> gateway_only_options();
[[nodiscard]] Planned plan_gateway_only(const Answers& answers, const Surroundings& surroundings);

}  // namespace cowork::setup
