#include "smoke/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

// The gates of a load check: the product's own, and what they mean as rows of the report.
namespace cowork::smoke {
namespace {

using checks::Reason;

constexpr std::array reasons{
    Reason{"load.not-sampled", Status::unknown, "no request of this kind was answered before the deadline",
           "raise --deadline, or lower --repeat"},
    Reason{"load.errors", Status::action_required, "more requests failed than may",
           "look at the service's log of that minute"},
    Reason{"load.slow", Status::action_required, "the 95th percentile is above what the profile allows",
           "give the service more room, or choose the profile that it is built for"},
    Reason{"load.gate-failed", Status::action_required, "a gate of the profile does not hold",
           "look at the gates in the evidence"},
};

double limit_of(LoadCategory category, const catalogue::LoadThresholds& thresholds) {
    return category == LoadCategory::gateway ? thresholds.p95_gateway_ms : thresholds.p95_read_ms;
}

double rounded(double value) { return std::round(value * 100) / 100; }

class Judge {
  public:
    Judge(const LoadResult& result, const catalogue::LoadThresholds& thresholds, const Redactor& redactor)
        : result_(result), limits_(thresholds), redactor_(redactor) {}

    LoadGates judge() {
        for (const auto& [operation, summary] : result_.operations)
            gate(fmt::format("{}-sampled", operation->name), summary.count > 0,
                 redactor_.text("{} requests of {}", summary.count, operation->name));
        at_most("overall-error-rate", result_.overall.error_rate(), limits_.max_overall_error_rate);
        for (const auto& [operation, summary] : result_.operations)
            if (summary.count > 0)
                at_most(fmt::format("{}-operation-error-rate", operation->name), summary.error_rate(),
                        limits_.max_operation_error_rate);
        latency("read-p95", LoadCategory::read, limits_.p95_read_ms);
        latency("gateway-p95", LoadCategory::gateway, limits_.p95_gateway_ms);
        metrics();
        warnings();
        return std::move(gates_);
    }

  private:
    void gate(std::string name, bool passed, SafeText message) {
        gates_.gates.push_back({std::move(name), passed, std::move(message)});
    }
    void at_most(std::string name, double value, double limit) {
        SafeText message = redactor_.text("{} is {}, at most {}", name, rounded(value), limit);
        gate(std::move(name), value <= limit, std::move(message));
    }
    void latency(const char* name, LoadCategory category, double limit) {
        const auto found = result_.categories.find(category);
        if (found != result_.categories.end()) at_most(name, found->second.p95, limit);
    }
    // The value at the end, or how much it grew; nothing where the service does not tell it.
    void metric(const char* name, const char* of, double limit, bool growth, double per_minutes = 1) {
        const auto after = result_.metrics_after.find(of);
        if (after == result_.metrics_after.end()) return;
        const auto before = result_.metrics_before.find(of);
        double value = after->second;
        if (growth && before != result_.metrics_before.end()) value = std::max(0.0, value - before->second);
        at_most(name, value / per_minutes, limit);
    }
    void metrics() {
        const double minutes =
            std::max(1.0 / 60, std::chrono::duration<double, std::ratio<60>>(result_.duration()).count());
        metric("projection-lag", "open_cowork_cloud_projection_lag_events", limits_.max_projection_lag_events,
               false);
        metric("command-oldest-age", "open_cowork_cloud_command_oldest_age_ms",
               limits_.max_command_oldest_age_ms, false);
        metric("quota-rejections", "open_cowork_cloud_quota_rejections_total",
               limits_.max_unexpected_quota_rejections, true);
        metric("gateway-dead-letters", "open_cowork_gateway_delivery_dead_letters_total",
               limits_.max_gateway_dead_letters, true);
        metric("gateway-retry-rate", "open_cowork_gateway_delivery_retries_total",
               limits_.max_gateway_retries_per_minute, true, minutes);
        metric("sse-reconnect-rate", "open_cowork_gateway_stream_reconnects_total",
               limits_.max_sse_reconnects_per_minute, true, minutes);
    }
    void warnings() {
        gates_.warnings.push_back(
            "nothing that creates was repeated, because the Cloud cannot delete it again: no mutation gate"_safe);
        gates_.warnings.push_back("event streams were not fanned out"_safe);
        if (!result_.metrics_after.contains("open_cowork_cloud_projection_lag_events"))
            gates_.warnings.push_back("the projection lag is not told, so its gate was not evaluated"_safe);
        if (!result_.metrics_after.contains("open_cowork_cloud_command_oldest_age_ms"))
            gates_.warnings.push_back(
                "the oldest command's age is not told, so its gate was not evaluated"_safe);
    }

    const LoadResult& result_;
    const catalogue::LoadThresholds& limits_;
    const Redactor& redactor_;
    LoadGates gates_;
};

// Without a profile only errors fail.
catalogue::LoadThresholds no_limits() {
    constexpr double any = 1e300;
    return {0, 0, any, any, any, any, any, any, any, any, any};
}

const catalogue::LoadThresholds& limits_of(const LoadWishes& wishes) {
    static const catalogue::LoadThresholds none = no_limits();
    return wishes.profile == nullptr ? none : wishes.profile->thresholds;
}

report::Row row_called(std::string_view id, std::string_view label, catalogue::Authority authority) {
    report::Row row;
    row.id = id;
    row.label = label;
    row.authority = authority;
    row.required = true;
    row.recovery.docs = {"docs/reference/smoke.md"};
    return row;
}

void end_with(report::Row& row, std::string_view code, const Redactor& redactor) {
    const auto found =
        std::find_if(reasons.begin(), reasons.end(), [&](const Reason& one) { return one.code == code; });
    row.status = found->status;
    row.reason_code = found->code;
    row.recovery.action = redactor.text("{}", found->recovery);
}

report::Row operation_row(const LoadOperation& operation, const LoadSummary& summary,
                          const catalogue::LoadThresholds& limits, const Redactor& redactor) {
    report::Row row = row_called(operation.row_id, operation.name,
                                 operation.service == LoadService::standalone_gateway
                                     ? catalogue::Authority::gateway_standalone
                                     : catalogue::Authority::cloud_worker);
    row.evidence = {{"requests", static_cast<std::int64_t>(summary.count)},
                    {"failures", static_cast<std::int64_t>(summary.failures)},
                    {"p50_ms", redactor.text("{:.1f}", summary.p50)},
                    {"p95_ms", redactor.text("{:.1f}", summary.p95)},
                    {"p99_ms", redactor.text("{:.1f}", summary.p99)}};
    for (const SafeText& error : summary.errors) row.evidence.emplace_back("error", error);
    row.summary = redactor.text("p50 {:.1f}, p95 {:.1f}, p99 {:.1f} ms over {} requests, {} failed",
                                summary.p50, summary.p95, summary.p99, summary.count, summary.failures);
    row.status = Status::ready;
    if (summary.count == 0) {
        end_with(row, "load.not-sampled", redactor);
    } else if (summary.error_rate() > limits.max_operation_error_rate) {
        end_with(row, "load.errors", redactor);
    } else if (summary.p95 > limit_of(operation.category, limits)) {
        end_with(row, "load.slow", redactor);
    }
    return row;
}

}  // namespace

bool LoadGates::passed() const {
    return std::all_of(gates.begin(), gates.end(), [](const LoadGate& gate) { return gate.passed; });
}

std::string_view LoadGates::overall() const {
    if (!passed()) return "no-go";
    return warnings.empty() ? "go" : "conditional-go";
}

LoadGates judge_load(const LoadResult& result, const LoadWishes& wishes, const Redactor& redactor) {
    LoadGates gates = Judge(result, limits_of(wishes), redactor).judge();
    if (wishes.profile != nullptr && result.duration() < wishes.profile->load_duration)
        gates.warnings.push_back(redactor.text("it lasted {} s, and a load run of {} lasts {} s",
                                               result.duration().count() / 1000, wishes.profile->name,
                                               wishes.profile->load_duration.count() / 1000));
    return gates;
}

std::span<const Reason> load_reasons() { return reasons; }

std::vector<report::Row> load_rows(const LoadResult& result, const LoadWishes& wishes,
                                   const Redactor& redactor) {
    std::vector<report::Row> rows;
    for (const auto& [operation, summary] : result.operations)
        rows.push_back(operation_row(*operation, summary, limits_of(wishes), redactor));
    if (wishes.profile == nullptr) return rows;
    const LoadGates gates = judge_load(result, wishes, redactor);
    report::Row row = row_called(load_profile_id, "Load within its profile", catalogue::Authority::mixed);
    row.duration = result.duration();
    row.status = Status::ready;
    row.summary = redactor.text("what was measured is within {}", wishes.profile->name);
    row.evidence = {{"profile", redactor.text("{}", wishes.profile->name)},
                    {"overall", redactor.text("{}", gates.overall())},
                    {"waits", static_cast<std::int64_t>(result.waits)}};
    for (const LoadGate& gate : gates.gates)
        if (!gate.passed) row.evidence.emplace_back("failed_gate", gate.message);
    for (const SafeText& warning : gates.warnings) row.evidence.emplace_back("not_measured", warning);
    if (result.overall.count == 0) {
        end_with(row, "load.not-sampled", redactor);
    } else if (!gates.passed()) {
        end_with(row, "load.gate-failed", redactor);
        row.summary = redactor.text("{} is not met", wishes.profile->name);
    }
    rows.push_back(std::move(row));
    return rows;
}

}  // namespace cowork::smoke
