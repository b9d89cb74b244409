#pragma once

#include "smoke/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::smoke {

// What the gateway's metrics count (contract/standalone-gateway.md section 3).
struct GatewayCounts {
    bool known = false;  // they could be read, which takes the admin token
    // Of a snapshot of fifty at most: from there on they stand still, whatever happens.
    std::int64_t sessions = 0;
    std::int64_t audit_events = 0;
};
[[nodiscard]] GatewayCounts gateway_counts(Run& run);

// Whether the dashboard, which shows the newest fifty entries of the audit trail, has a refusal to prompt of
// that user. The id must need no escaping in HTML.
[[nodiscard]] bool dashboard_has_denial(Run& run, const std::string& user_id);

// The value of a sample without labels in Prometheus text 0.0.4; nothing without a whole number from 0 on.
[[nodiscard]] std::optional<std::int64_t> sample(std::string_view metrics, std::string_view name);

}  // namespace cowork::smoke
