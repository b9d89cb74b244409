#pragma once

#include <string>

namespace cowork::app {

// The reference page of the catalogue, docs/reference/topologies.md.
[[nodiscard]] std::string topologies_page();

}  // namespace cowork::app
