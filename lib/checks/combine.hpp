#pragma once

#include "checks/check.hpp"

#include <vector>

namespace cowork::checks {

// One finding of several about services of the same kind: the worst decides, and tells what the others
// found as its probes; evidence of all is kept. With one, it is that one.
[[nodiscard]] Finding worst_of(std::vector<Finding> findings);

}  // namespace cowork::checks
