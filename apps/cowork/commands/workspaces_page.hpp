#pragma once

#include <string>

namespace cowork::app {

// The reference page of Desktop's workspaces, docs/reference/workspaces.md.
[[nodiscard]] std::string workspaces_page();

}  // namespace cowork::app
