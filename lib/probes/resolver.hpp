#pragma once

#include "core/budget.hpp"

#include <tl/expected.hpp>

#include <string>
#include <vector>

namespace cowork::probes {

enum class ResolveError { not_found, timeout, stopped };

// The numeric addresses of a host, in the system's order of preference. A numeric host is returned in its
// usual spelling without asking anybody. A resolver that hangs is left behind when the budget is spent.
[[nodiscard]] tl::expected<std::vector<std::string>, ResolveError> resolve_host(const std::string& host,
                                                                                const Budget& budget);

}  // namespace cowork::probes
