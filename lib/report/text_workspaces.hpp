#pragma once

#include "report/render.hpp"

#include <string>

namespace cowork::report {

// Desktop's workspaces and pairings as two small tables, problems first; quiet: problems only, brief: none.
// Each table that is not empty begins with an empty line.
[[nodiscard]] std::string workspaces_text(const Report& report, const TextOptions& options);

}  // namespace cowork::report
