#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "probes/http.hpp"

#include <optional>
#include <string_view>

namespace cowork::checks {

// How far two clocks may be apart before it is told, and before signatures, which tolerate that much, fail
// (contract/standalone-gateway.md section 4).
inline constexpr std::chrono::seconds clock_told{60};
inline constexpr std::chrono::seconds clock_broken{300};

// Ends the check when the service's clock and this machine's are apart: degraded, action_required from
// `clock_broken` on. The difference is evidence either way.
[[nodiscard]] std::optional<Finding> judge_clock(Layers& layers, const Context& context,
                                                 const probes::HttpAnswer& answer, std::string_view reason,
                                                 const SafeText& where);

}  // namespace cowork::checks
