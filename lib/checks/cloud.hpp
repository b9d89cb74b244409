#pragma once

#include "checks/check.hpp"

#include <span>

namespace cowork::checks {

// The Cloud's checks, one group a file.
[[nodiscard]] std::span<const Check> cloud_sync_checks();       // whether it is up, and all of it
[[nodiscard]] std::span<const Check> cloud_isolation_checks();  // what its agents run in
[[nodiscard]] std::span<const Check>
cloud_sign_in_checks();  // whether it lets in whom it should, and no other
[[nodiscard]] std::span<const Check> cloud_database_checks();  // its Postgres
[[nodiscard]] std::span<const Check> cloud_storage_checks();   // its object store
[[nodiscard]] std::span<const Check> cloud_backup_checks();    // what the operator attests
[[nodiscard]] std::span<const Check> cloud_liveness_checks();  // its workers and its scheduler
[[nodiscard]] std::span<const Check> cloud_queue_checks();     // its commands and deliveries
[[nodiscard]] std::span<const Check> cloud_host_checks();      // its settings on this machine

}  // namespace cowork::checks
