#pragma once

#include "validators/evidence/evidence_record.hpp"
#include "validators/rule.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace cowork::validators {

// A time as evidence records write it: ISO 8601, to the millisecond, with any offset from UTC, or a date.
struct EvidenceTime {
    std::chrono::sys_time<std::chrono::milliseconds> when;
    bool zoned = true;       // false: without a time zone, and read as UTC
    bool date_only = false;  // midnight stands for the whole day
};
// Nothing for what is no such time.
[[nodiscard]] std::optional<EvidenceTime> parse_evidence_time(std::string_view text);

// From when to when something ran, and how long it says that it took. What is missing is not judged.
struct Period {
    Part started, finished, duration_ms;
};
// The rules <group>.unreadable-time, .time-order, .duration-differs, .future and, with an age, .stale.
void check_period(EvidenceJudge& judge, const Period& period, std::optional<std::chrono::days> oldest);
// .unreadable-time and .future for a single time; what it is, for others to compare.
std::optional<EvidenceTime> check_time(EvidenceJudge& judge, const Part& time);

// How far clocks of different machines may be apart before a time lies in the future.
inline constexpr std::chrono::minutes clock_skew{5};
// The oldest evidence that says something about today's deployment: our rule, the product has none. Load
// changes with every release, what a drill or a restore proves less quickly.
inline constexpr std::chrono::days oldest_load{30};
inline constexpr std::chrono::days oldest_evidence{90};

// The rows of these rules, which each group has.
namespace time_rules {
constexpr Rule unreadable(std::string_view id) {
    return {id,
            Severity::error,
            "a time that cannot be read",
            "Age and order of evidence are judged by its times; one that is not ISO 8601 is refused by the "
            "product's promotion check, and one without a time zone means another moment on every machine.",
            "Write it as 2026-01-31T12:00:00Z.",
            "A warning where only the time zone is missing."};
}
constexpr Rule order(std::string_view id) {
    return {id, Severity::error, "times in an impossible order",
            "A run that ends before it begins was not recorded by a program: somebody edited the record.",
            "Run it again and keep the record as it is written."};
}
constexpr Rule duration(std::string_view id) {
    return {
        id, Severity::error, "a duration that is not the time between start and end",
        "Both come from the same clock. Where they differ, one of them was edited, or copied from another "
        "run.",
        "Run it again and keep the record as it is written."};
}
constexpr Rule future(std::string_view id) {
    return {id, Severity::error, "a time in the future",
            "Nothing can attest what has not happened yet. Five minutes are allowed for clocks that differ.",
            "Correct the clock of the machine and run it again."};
}
constexpr Rule stale(std::string_view id, std::string_view title) {
    return {id, Severity::warning, title,
            "The deployment has changed since: evidence speaks for the build and the environment that it was "
            "taken from. The product states no age; this limit is cowork's own.",
            "Run it again against what is deployed now."};
}
}  // namespace time_rules

}  // namespace cowork::validators
