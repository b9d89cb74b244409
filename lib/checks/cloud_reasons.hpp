#pragma once

#include "checks/check.hpp"

#include <span>

namespace cowork::checks {

// The ways in which the Cloud server's settings can be wrong: rules/cloud_server.hpp, check_cloud(). For
// every check that judges them.
[[nodiscard]] std::span<const Reason> cloud_configuration_reasons();

}  // namespace cowork::checks
