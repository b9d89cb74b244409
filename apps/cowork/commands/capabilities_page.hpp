#pragma once

#include <string>

namespace cowork::app {

// docs/reference/capabilities.md: every reason code that a capability or a conflict can have.
[[nodiscard]] std::string capabilities_page();

}  // namespace cowork::app
