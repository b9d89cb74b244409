#include "validators/evidence/evidence_times.hpp"

#include "core/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>

namespace cowork::validators {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Whether the text has digits where the pattern has `0`, and else the same characters.
bool looks_like(std::string_view text, std::string_view pattern) {
    return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                      [](char c, char p) { return p == '0' ? is_digit(c) : c == p; });
}

int two_digits(std::string_view text) { return (text[0] - '0') * 10 + (text[1] - '0'); }

// The first three digits of `.123456`.
milliseconds fraction_of(std::string_view text) {
    int value = 0;
    for (std::size_t i = 1; i <= 3; ++i)
        value = value * 10 + (i < text.size() && is_digit(text[i]) ? text[i] - '0' : 0);
    return milliseconds(value);
}

// Takes `Z`, `+02:00` or nothing from the end of a time; nothing for an offset that there is none of.
struct Zone {
    bool given = false;
    std::chrono::minutes offset{0};
};
std::optional<Zone> take_zone(std::string_view& text) {
    if (text.ends_with('Z')) {
        text.remove_suffix(1);
        return Zone{true, 0min};
    }
    constexpr std::size_t length = 6;
    if (text.size() < length) return Zone{};
    const std::string_view end = text.substr(text.size() - length);
    if (!looks_like(end, "+00:00") && !looks_like(end, "-00:00")) return Zone{};
    const int hours = two_digits(end.substr(1)), minutes = two_digits(end.substr(4));
    if (hours > 23 || minutes > 59) return std::nullopt;
    text.remove_suffix(length);
    const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return Zone{true, end[0] == '-' ? -offset : offset};
}

std::optional<EvidenceTime> at_second(std::string_view seconds, milliseconds rest, const Zone& zone) {
    const auto when = parse_timestamp(fmt::format("{}Z", seconds));
    if (!when) return std::nullopt;
    return EvidenceTime{std::chrono::floor<milliseconds>(*when) + rest - zone.offset, zone.given, false};
}

// Milliseconds throughout: in nanoseconds, the clock's last year plus an age overflows.
std::chrono::sys_time<milliseconds> now_of(EvidenceJudge& judge) {
    return std::chrono::floor<milliseconds>(judge.settings().now);
}

}  // namespace

std::optional<EvidenceTime> parse_evidence_time(std::string_view text) {
    constexpr std::size_t longest = 40;
    if (text.size() > longest) return std::nullopt;
    if (looks_like(text, "0000-00-00")) {
        auto date = at_second(fmt::format("{}T00:00:00", text), 0ms, Zone{true, 0min});
        if (date) date->date_only = true;
        return date;
    }
    const auto zone = take_zone(text);
    if (!zone) return std::nullopt;
    if (looks_like(text, "0000-00-00T00:00")) return at_second(fmt::format("{}:00", text), 0ms, *zone);
    constexpr std::size_t to_seconds = 19;
    if (text.size() < to_seconds) return std::nullopt;
    const std::string_view fraction = text.substr(to_seconds);
    const bool whole = fraction.empty();
    if (!whole && (fraction.size() < 2 || fraction[0] != '.' ||
                   !std::all_of(fraction.begin() + 1, fraction.end(), is_digit)))
        return std::nullopt;
    return at_second(text.substr(0, to_seconds), whole ? 0ms : fraction_of(fraction), *zone);
}

std::optional<EvidenceTime> check_time(EvidenceJudge& judge, const Part& time) {
    if (!time.there()) return std::nullopt;
    const std::string name = config::dotted(time.pointer());
    const auto found = parse_evidence_time(time.text());
    if (!found) {
        judge.add("unreadable-time", time, fmt::format("{} is no ISO 8601 time", name));
        return std::nullopt;
    }
    if (!found->zoned)
        judge.add("unreadable-time", time, fmt::format("{} has no time zone", name), {}, Severity::warning);
    if (found->when > now_of(judge) + clock_skew)
        judge.add("future", time, fmt::format("{} lies in the future", name));
    return found;
}

void check_period(EvidenceJudge& judge, const Period& period, std::optional<std::chrono::days> oldest) {
    const auto started = check_time(judge, period.started);
    const auto finished = check_time(judge, period.finished);
    const std::string end = config::dotted(period.finished.pointer());
    if (started && finished && finished->when < started->when)
        judge.add("time-order", period.finished, fmt::format("{} is before the start", end));
    const auto stated = period.duration_ms.number();
    if (started && finished && stated && !started->date_only && !finished->date_only &&
        finished->when >= started->when) {
        // What is written to the second may be off by one at each end.
        constexpr double slack_ms = 2000;
        const auto measured = static_cast<double>((finished->when - started->when).count());
        if (std::abs(measured - *stated) > slack_ms)
            judge.add(
                "duration-differs", period.duration_ms,
                fmt::format("{} says {:.1f} s, and from start to end it is {:.1f} s",
                            config::dotted(period.duration_ms.pointer()), *stated / 1000, measured / 1000));
    }
    if (finished && oldest && finished->when + *oldest + (finished->date_only ? 24h : 0h) < now_of(judge))
        judge.add("stale", period.finished,
                  fmt::format("{} is {} days ago, more than {}", end,
                              std::chrono::floor<std::chrono::days>(now_of(judge) - finished->when).count(),
                              oldest->count()));
}

}  // namespace cowork::validators
