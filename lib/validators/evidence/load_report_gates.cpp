#include "validators/evidence/load_report_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

// The gates of the product's harness, recomputed by the profile's thresholds, and the verdict that follows.
namespace cowork::validators {
namespace {

// One gate: the value lies between `low` and `high`, because what is written is rounded. Where the threshold
// lies between them too, the report's own word counts.
struct Gate {
    std::string name;
    Part where;
    double low = 0, high = 0, limit = 0;
    std::string what;      // `the error rate over all is 0.03`
    bool measured = true;  // false: yes or no, without a threshold to name

    [[nodiscard]] bool fails() const { return low > limit; }
    [[nodiscard]] bool holds() const { return high <= limit; }
};

struct Check {
    Part part;
    bool failed = false;
    bool matched = false;  // there is a gate of its name
};

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

class Gates {
  public:
    Gates(EvidenceJudge& judge, const LoadReport& report) : judge_(judge), report_(report) {
        for (const Part::Member& one : report.root.at("gates").at("checks").members())
            checks_[one.value.at("name").text()] = {one.value, one.value.at("status").says("fail"), false};
    }

    void run() {
        sampled();
        if (report_.profile != nullptr) {
            rates();
            latencies();
            metrics();
        }
        leftovers();
        verdict();
    }

  private:
    void sampled() {
        for (const LoadBucket& one : report_.operations)
            gate({fmt::format("{}-sampled", one.name), one.part.at("count"), one.count > 0 ? 0.0 : 1.0,
                  one.count > 0 ? 0.0 : 1.0, 0, "no request of this operation was sent", false});
        // The other way round: a check of what is nowhere in the summary.
        for (auto& [name, check] : checks_)
            if (name.ends_with("-sampled") && !check.matched && !check.failed)
                judge_.add("check-contradicts", check.part,
                           "the check says that an operation was sampled which the summary does not have");
    }

    void rates() {
        const catalogue::LoadThresholds& limits = report_.profile->thresholds;
        if (report_.requests > 0)
            rate("overall-error-rate", report_.root.at("summary").at("operations"), report_.requests,
                 report_.failures, limits.max_overall_error_rate, "the error rate of all requests");
        for (const LoadBucket& one : report_.operations)
            if (one.count > 0)
                rate(fmt::format("{}-operation-error-rate", one.name), one.part.at("failures"), one.count,
                     one.failures, limits.max_operation_error_rate, "the error rate of this operation");
    }

    // The harness judges the rate rounded to four decimals, cowork's own load check as it is.
    void rate(std::string name, const Part& where, double count, double failures, double limit,
              std::string_view what) {
        const double exact = failures / count, written = rounded(exact, 10000);
        gate({std::move(name), where, std::min(exact, written), std::max(exact, written), limit,
              fmt::format("{} is {}", what, written)});
    }

    void latencies() {
        const catalogue::LoadThresholds& limits = report_.profile->thresholds;
        const std::array<std::pair<const char*, double>, 3> all{{{"read", limits.p95_read_ms},
                                                                 {"mutation", limits.p95_mutation_ms},
                                                                 {"gateway", limits.p95_gateway_ms}}};
        for (const auto& [category, limit] : all) {
            const LoadBucket* bucket = report_.category(category);
            if (bucket == nullptr || !bucket->p95) continue;
            constexpr double half_step = 0.0051;
            gate({fmt::format("{}-p95", category), bucket->part.at("p95LatencyMs"), *bucket->p95 - half_step,
                  *bucket->p95 + half_step, limit,
                  fmt::format("the 95th percentile of {} is {} ms", category, *bucket->p95)});
        }
    }

    void metrics() {
        const catalogue::LoadThresholds& limits = report_.profile->thresholds;
        metric("projection-lag", "after", "open_cowork_cloud_projection_lag_events",
               limits.max_projection_lag_events);
        metric("command-oldest-age", "after", "open_cowork_cloud_command_oldest_age_ms",
               limits.max_command_oldest_age_ms);
        quota(limits.max_unexpected_quota_rejections);
        metric("gateway-dead-letters", "delta", "open_cowork_gateway_delivery_dead_letters_total",
               limits.max_gateway_dead_letters);
        per_minute("gateway-retry-rate", "open_cowork_gateway_delivery_retries_total",
                   limits.max_gateway_retries_per_minute);
        per_minute("sse-reconnect-rate", "open_cowork_gateway_stream_reconnects_total",
                   limits.max_sse_reconnects_per_minute);
        if (!unmeasured_.empty())
            judge_.add(
                "not-measured", report_.root.at("metrics"),
                fmt::format("not evaluated, because the metric is missing: {}", fmt::join(unmeasured_, ", ")),
                {}, judge_.settings().promotion ? Severity::warning : Severity::note);
    }

    std::optional<double> measured(const char* gate_name, const Part& part) {
        const auto value = part.number();
        if (!value) unmeasured_.emplace_back(gate_name);
        return value;
    }
    [[nodiscard]] Part metric_part(const char* when, const char* name) const {
        return report_.root.at("metrics").at(when).at(name);
    }

    void metric(const char* name, const char* when, const char* of, double limit) {
        const Part part = metric_part(when, of);
        if (const auto value = measured(name, part))
            gate({name, part, *value, *value, limit, fmt::format("{} is {}", of, *value)});
    }

    // The harness divides by the duration that it was told, which is shorter than the measured one by the
    // last requests and their pause.
    void per_minute(const char* name, const char* of, double limit) {
        const Part part = metric_part("delta", of);
        const auto value = measured(name, part);
        if (!value || !report_.duration_ms) return;
        const double last =
            10000 + 1000 * report_.concurrency.value_or(1) / std::max(report_.rate.value_or(1), 0.001);
        const auto minutes = [](double ms) { return std::max(ms / 60000, 1.0 / 60); };
        const double low = *value / minutes(*report_.duration_ms);
        gate({name, part, low, *value / minutes(*report_.duration_ms - last), limit,
              fmt::format("{} grew by {:.2f} a minute", of, low)});
    }

    // The report does not say whether the run was told to expect rejections; only the check's status shows
    // it.
    void quota(double limit) {
        constexpr const char* name = "quota-rejections";
        const Part part = metric_part("delta", "open_cowork_cloud_quota_rejections_total");
        const auto value = measured(name, part);
        if (!value) return;
        const auto check = checks_.find(name);
        const bool beyond = *value > limit;
        if (check != checks_.end() && check->second.failed != beyond) {
            if (beyond)
                judge_.add(
                    "quota-rejections", part,
                    fmt::format("{} requests were refused by a quota, and the check says pass", *value));
            check->second.matched = beyond;
            return;
        }
        gate({name, part, *value, *value, limit, fmt::format("{} requests were refused by a quota", *value)});
    }

    void gate(const Gate& one) {
        const auto found = checks_.find(one.name);
        Check* check = found == checks_.end() ? nullptr : &found->second;
        const bool said_to_fail = check != nullptr && check->failed;
        if (one.fails() || (said_to_fail && !one.holds())) {
            failed_ = true;
            judge_.add("gate-not-met", one.where,
                       one.measured ? fmt::format("{}, at most {}", one.what, one.limit) : one.what);
        }
        if (check == nullptr) return;
        check->matched = true;
        if (said_to_fail ? one.holds() : one.fails())
            judge_.add("check-contradicts", check->part,
                       said_to_fail ? "the check says fail, and recomputed it passes"
                                    : "the check says pass, and recomputed it fails");
    }

    // What the report itself calls failed and nothing here recomputes.
    void leftovers() {
        for (const auto& [name, check] : checks_) {
            failed_ = failed_ || check.failed;
            if (check.failed && !check.matched)
                judge_.add("gate-not-met", check.part, "the report says itself that this check failed");
        }
    }

    // What makes the harness warn, by what the report says of how it was run.
    [[nodiscard]] const char* silent_warning() const {
        const Part& environment = report_.environment;
        for (const char* name : {"cloudTokenProvided", "includeMutations", "includeSse", "includeOperator"})
            if (environment.at(name).truth() == false) return name;
        if (environment.at("byokProvider").is_null()) return "byokProvider";
        return report_.root.at("targets").at("gatewayUrl").is_null() ? "gatewayUrl" : nullptr;
    }

    void verdict() {
        const Part overall = report_.root.at("gates").at("overall");
        const bool warned = !report_.root.at("gates").at("warnings").members().empty();
        const char* silent = warned ? nullptr : silent_warning();
        const bool no_go = failed_ || (report_.strict && (warned || silent != nullptr));
        const std::string_view expected = no_go                         ? "no-go"
                                          : warned || silent != nullptr ? "conditional-go"
                                                                        : "go";
        if (overall.is_text() && report_.overall != expected)
            judge_.add("verdict-differs", overall,
                       silent != nullptr && !failed_
                           ? fmt::format("recomputed it is {}: {} calls for a warning, and there is none",
                                         expected, silent)
                           : fmt::format("recomputed it is {}", expected));
        if (const Part ok = report_.root.at("ok"); ok.truth() && *ok.truth() == (report_.overall == "no-go"))
            judge_.add("verdict-differs", ok,
                       *ok.truth() ? "ok is true, and the verdict is no-go"
                                   : "ok is false, and the verdict is not no-go");
        const Part status = report_.root.at("evidence").at("status");
        if (status.is_text() && status.text() != report_.overall &&
            (status.says("go") || status.says("conditional-go") || status.says("no-go")))
            judge_.add("verdict-differs", status, "evidence.status is not the verdict of the gates");
    }

    EvidenceJudge& judge_;
    const LoadReport& report_;
    std::map<std::string, Check> checks_;
    std::vector<std::string_view> unmeasured_;
    bool failed_ = false;
};

}  // namespace

void check_load_gates(EvidenceJudge& judge, const LoadReport& report) { Gates(judge, report).run(); }

}  // namespace cowork::validators
