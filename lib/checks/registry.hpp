#pragma once

#include "catalogue/catalogue.hpp"
#include "checks/check.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace cowork::checks {

// Every check, in the order in which reports list them. Groups are named explicitly: static initialisers in
// a static library would be dropped by the linker.
[[nodiscard]] const std::vector<const Check*>& registry();

// Those that apply to at least one of the paths.
[[nodiscard]] std::vector<const Check*> checks_for(std::span<const catalogue::Intent> paths);
[[nodiscard]] const Check* find_check(std::string_view id);

}  // namespace cowork::checks
