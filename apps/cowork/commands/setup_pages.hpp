#pragma once

#include "rules/service.hpp"

#include <string>

namespace cowork::app {

// Pages that scripts/update-reference writes from setup's and the services' tables.

// docs/reference/ID-keys.md: every key of a service.
[[nodiscard]] std::string keys_page(const rules::Service& service);
// docs/reference/setup-options.md: every option of every path.
[[nodiscard]] std::string setup_options_page();
// docs/man/cowork-setup.1: the same as a manual page.
[[nodiscard]] std::string setup_manual();

}  // namespace cowork::app
