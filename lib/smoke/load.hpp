#pragma once

#include "checks/check.hpp"
#include "report/model.hpp"
#include "smoke/load_operations.hpp"
#include "smoke/wishes.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::smoke {

// A short load check: every operation of the scenario repeated, side by side, inside the server's rate
// limits.

// What came of some requests. Latencies in milliseconds, by nearest rank.
struct LoadSummary {
    std::size_t count = 0;
    std::size_t failures = 0;
    double p50 = 0, p95 = 0, p99 = 0;
    std::map<int, std::size_t> statuses;  // 0: no answer
    std::vector<SafeText> errors;         // the first five

    [[nodiscard]] double error_rate() const;  // 0 to 1; of nothing 0
};

struct LoadResult {
    std::vector<std::pair<const LoadOperation*, LoadSummary>> operations;  // in the order of the table
    std::map<LoadCategory, LoadSummary> categories;
    LoadSummary overall;
    std::size_t waits = 0;  // answers 429 that were waited out, and sent again
    std::chrono::system_clock::time_point started, finished;
    std::map<std::string, double> metrics_before, metrics_after;  // of the services, where they are told

    [[nodiscard]] std::chrono::milliseconds duration() const;
};

// Sends `repeat` requests of each, until the budget of `run.context.run` is spent. Waits out 429 as long as
// Retry-After says, at most a minute.
[[nodiscard]] LoadResult run_load(Run& run, const std::vector<const LoadOperation*>& operations,
                                  const LoadWishes& wishes);

// One gate of the result, as the product's own report names it.
struct LoadGate {
    std::string name;
    bool passed = false;
    SafeText message;
};
struct LoadGates {
    std::vector<LoadGate> gates;
    std::vector<SafeText> warnings;  // what was not measured
    [[nodiscard]] bool passed() const;
    [[nodiscard]] std::string_view overall() const;  // go, conditional-go, no-go
};
[[nodiscard]] LoadGates judge_load(const LoadResult& result, const LoadWishes& wishes,
                                   const Redactor& redactor);

// A row an operation, and with a profile one for the whole.
[[nodiscard]] std::vector<report::Row> load_rows(const LoadResult& result, const LoadWishes& wishes,
                                                 const Redactor& redactor);
inline constexpr std::string_view load_profile_id = "load.profile.met";
[[nodiscard]] std::span<const checks::Reason> load_reasons();

// The record that the product's own load report is, and that validate reads (section 14.2). `command` is how
// cowork was called, without anything secret.
[[nodiscard]] std::string load_record(const LoadResult& result, const LoadWishes& wishes, const Run& run,
                                      std::string_view command);

}  // namespace cowork::smoke
