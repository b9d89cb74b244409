#pragma once

#include "checks/check.hpp"

#include <span>

namespace cowork::checks {

// The Cloud's checks that look at its Postgres and at its settings on this machine.
[[nodiscard]] std::span<const Check> cloud_database_checks();  // cloud.database.migrated
[[nodiscard]] std::span<const Check> cloud_liveness_checks();  // workers and scheduler
[[nodiscard]] std::span<const Check> cloud_queue_checks();     // commands and deliveries
[[nodiscard]] std::span<const Check> cloud_host_checks();      // settings and env files

}  // namespace cowork::checks
