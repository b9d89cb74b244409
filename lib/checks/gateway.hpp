#pragma once

#include "checks/check.hpp"

#include <span>

namespace cowork::checks {

// The Standalone Gateway's checks, one group a file.
[[nodiscard]] std::span<const Check> gateway_opencode_checks();  // its private OpenCode
[[nodiscard]] std::span<const Check> gateway_provider_checks();  // the running gateway and its channels
[[nodiscard]] std::span<const Check> gateway_operator_checks();  // its operator endpoints
[[nodiscard]] std::span<const Check> gateway_host_checks();      // files and settings on this machine
[[nodiscard]] std::span<const Check> gateway_database_checks();  // its Postgres
[[nodiscard]] std::span<const Check> opencode_configuration_checks();
[[nodiscard]] std::span<const Check> opencode_capabilities_checks();

}  // namespace cowork::checks
