#pragma once

#include "checks/check.hpp"

#include <span>

namespace cowork::checks {

// The checks of a Desktop, one group a file.
[[nodiscard]] std::span<const Check> desktop_runtime_checks();        // whether its OpenCode runs
[[nodiscard]] std::span<const Check> desktop_credentials_checks();    // whether it has a key for its model
[[nodiscard]] std::span<const Check> workspace_authority_checks();    // who runs the threads
[[nodiscard]] std::span<const Check> workspace_remotes_checks();      // whether remote workspaces answer
[[nodiscard]] std::span<const Check> pairing_checks();                // who may reach it from elsewhere
[[nodiscard]] std::span<const Check> desktop_configuration_checks();  // its layers of configuration
[[nodiscard]] std::span<const Check> desktop_capabilities_checks();   // what an agent can use there
[[nodiscard]] std::span<const Check> desktop_files_checks();          // who can read what it keeps

}  // namespace cowork::checks
