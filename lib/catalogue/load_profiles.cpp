#include "catalogue/load_profiles.hpp"

#include <algorithm>

namespace cowork::catalogue {
namespace {

using namespace std::chrono_literals;

constexpr std::array<NamedNumber, 13> capacity(const std::array<double, 13>& numbers) {
    constexpr std::array<std::string_view, 13> names{
        "concurrentCloudUsers",        "concurrentDesktopClients", "concurrentGatewayChannels",
        "concurrentSseStreams",        "storedCloudThreads",       "sessionCreatesPerMinute",
        "promptCommandsPerMinute",     "activeWorkerSessions",     "workflowRunsPerMinute",
        "gatewayInboundPerMinute",     "gatewayOutboundPerMinute", "artifactUploadsPerMinute",
        "adminDashboardReadsPerMinute"};
    std::array<NamedNumber, 13> named{};
    for (std::size_t i = 0; i < names.size(); ++i) named[i] = {names[i], numbers[i]};
    return named;
}

constexpr std::array profiles{
    LoadProfile{"local-self-host-beta",
                2min,
                30min,
                4,
                2,
                {0.02, 0.05, 1200, 2500, 1500, 50, 60000, 0, 0, 20, 10},
                capacity({5, 2, 1, 10, 250, 6, 12, 2, 2, 12, 12, 4, 12})},
    LoadProfile{"private-beta",
                5min,
                4h,
                12,
                6,
                {0.01, 0.03, 750, 1500, 1000, 25, 30000, 0, 0, 10, 5},
                capacity({25, 10, 5, 50, 2500, 30, 60, 10, 10, 120, 120, 20, 60})},
    LoadProfile{"public-beta",
                10min,
                8h,
                40,
                20,
                {0.005, 0.02, 500, 1200, 750, 10, 15000, 0, 0, 5, 3},
                capacity({100, 40, 25, 250, 20000, 120, 240, 40, 40, 600, 600, 80, 240})},
    LoadProfile{"enterprise-scale",
                15min,
                12h,
                100,
                50,
                {0.0025, 0.01, 350, 900, 500, 5, 10000, 0, 0, 3, 2},
                capacity({500, 200, 100, 1000, 100000, 300, 600, 100, 100, 1500, 1500, 200, 600})},
};

}  // namespace

std::array<NamedNumber, 11> LoadProfile::named_thresholds() const {
    return {NamedNumber{"maxOverallErrorRate", thresholds.max_overall_error_rate},
            NamedNumber{"maxOperationErrorRate", thresholds.max_operation_error_rate},
            NamedNumber{"p95ReadLatencyMs", thresholds.p95_read_ms},
            NamedNumber{"p95MutationLatencyMs", thresholds.p95_mutation_ms},
            NamedNumber{"p95GatewayLatencyMs", thresholds.p95_gateway_ms},
            NamedNumber{"maxProjectionLagEvents", thresholds.max_projection_lag_events},
            NamedNumber{"maxCommandOldestAgeMs", thresholds.max_command_oldest_age_ms},
            NamedNumber{"maxUnexpectedQuotaRejections", thresholds.max_unexpected_quota_rejections},
            NamedNumber{"maxGatewayDeadLetters", thresholds.max_gateway_dead_letters},
            NamedNumber{"maxGatewayRetryRatePerMinute", thresholds.max_gateway_retries_per_minute},
            NamedNumber{"maxSseReconnectsPerMinute", thresholds.max_sse_reconnects_per_minute}};
}

std::span<const LoadProfile> load_profiles() { return profiles; }

const LoadProfile* find_load_profile(std::string_view name) {
    const auto found = std::find_if(profiles.begin(), profiles.end(),
                                    [&](const LoadProfile& profile) { return profile.name == name; });
    return found == profiles.end() ? nullptr : &*found;
}

}  // namespace cowork::catalogue
