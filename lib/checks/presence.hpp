#pragma once

#include "checks/context.hpp"
#include "config/config.hpp"

namespace cowork::checks {

// Which services the settings belong to, told by their keys. Desktop has none: its files tell.
[[nodiscard]] Presence presence_in(const config::Config& config);

}  // namespace cowork::checks
