#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace cowork::catalogue {

// The product's load targets (contract/cloud.md section 14.1), which smoke judges a short load check by and
// validate a record of one.
struct LoadThresholds {
    double max_overall_error_rate = 0;  // of all requests, 0 to 1
    double max_operation_error_rate = 0;
    double p95_read_ms = 0, p95_mutation_ms = 0, p95_gateway_ms = 0;
    double max_projection_lag_events = 0;
    double max_command_oldest_age_ms = 0;
    double max_unexpected_quota_rejections = 0;
    double max_gateway_dead_letters = 0;
    double max_gateway_retries_per_minute = 0;
    double max_sse_reconnects_per_minute = 0;
};

// A number under the name that the product's files give it.
struct NamedNumber {
    std::string_view name;
    double value = 0;
};

struct LoadProfile {
    std::string_view name;
    std::chrono::milliseconds load_duration, soak_duration;
    std::uint32_t concurrency = 1;
    double requests_per_second = 1;
    LoadThresholds thresholds;
    std::array<NamedNumber, 13> capacity;  // documentation of the product: nothing measures it

    // Under the names that the product's records have.
    [[nodiscard]] std::array<NamedNumber, 11> named_thresholds() const;
};

[[nodiscard]] std::span<const LoadProfile> load_profiles();
[[nodiscard]] const LoadProfile* find_load_profile(std::string_view name);

}  // namespace cowork::catalogue
