#pragma once

#include "checks/check.hpp"

#include <span>

namespace cowork::checks {

// The ways in which the Cloud Channel Gateway's settings can be wrong: rules/channel_gateway.hpp,
// check_channel_gateway(). For every check that judges them.
[[nodiscard]] std::span<const Reason> channel_configuration_reasons();

}  // namespace cowork::checks
