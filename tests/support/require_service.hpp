#pragma once

#include <string>

namespace cowork::test {

// For tests of a real service that may not be installed. True when it is there. When it is not: the test
// case fails where CI=true, and elsewhere a loud warning says that it did not run.
[[nodiscard]] bool require_service(bool available, const std::string& name);

}  // namespace cowork::test
