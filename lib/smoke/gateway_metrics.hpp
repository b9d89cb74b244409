#pragma once

#include "smoke/run.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace cowork::smoke {

// What the gateway's metrics count (contract/standalone-gateway.md section 3).
struct GatewayCounts {
    bool known = false;  // they could be read, which takes the admin token
    std::int64_t sessions = 0;
    std::int64_t audit_events = 0;
};
[[nodiscard]] GatewayCounts gateway_counts(Run& run);

// The value of a sample without labels in Prometheus text 0.0.4; nothing without a whole number from 0 on.
[[nodiscard]] std::optional<std::int64_t> sample(std::string_view metrics, std::string_view name);

}  // namespace cowork::smoke
