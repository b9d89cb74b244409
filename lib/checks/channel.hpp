#pragma once

#include "checks/check.hpp"
#include "checks/context.hpp"

namespace cowork::checks {

// The Cloud Channel Gateway's share in the gateway's checks, whose rows are in gateway_provider.cpp and
// gateway_operator.cpp.
[[nodiscard]] Finding channel_provider_healthy(const Context& context);
[[nodiscard]] Finding channel_operator_auth(const Context& context);

}  // namespace cowork::checks
