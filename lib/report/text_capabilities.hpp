#pragma once

#include "report/capability.hpp"
#include "report/render.hpp"

#include <string>

namespace cowork::report {

// The part of the text report that tells what an agent can use: problems first, then what is well, a line a
// kind, then what takes the place of what. Empty when there is nothing to tell.
[[nodiscard]] std::string capabilities_text(const CapabilityTables& tables, const TextOptions& options);

// `23 capabilities: 2 blocked, 21 active; 1 conflict`.
[[nodiscard]] std::string capability_tally(const CapabilityTables& tables);

}  // namespace cowork::report
