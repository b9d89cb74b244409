#include "core/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

namespace cowork {
namespace {

using Unit = std::pair<std::string_view, long long>;
// `ms` stands before `m` and `s`, whose endings it shares.
constexpr std::array units{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}};
constexpr long long longest = 24LL * 3'600'000;
constexpr std::array ages{Unit{"h", 1}, Unit{"d", 24}};
constexpr long long oldest = 3650LL * 24;

// A whole number above zero and one of the units, in the smallest of them; nothing when it is none, or more
// than the bound.
std::optional<long long> amount(std::string_view text, std::span<const Unit> known, long long bound) {
    for (const auto& [suffix, factor] : known) {
        if (!text.ends_with(suffix)) continue;
        const auto digits = text.substr(0, text.size() - suffix.size());
        long long value = 0;
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        const bool whole = problem == std::errc{} && end == digits.data() + digits.size();
        if (whole && value > 0 && value <= bound / factor) return value * factor;
        break;
    }
    return std::nullopt;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    if (const auto value = amount(text, units, longest)) return std::chrono::milliseconds(*value);
    return fail(ErrorCode::usage, "is not a duration between 1ms and 24h", "write it like 250ms, 5s or 2m");
}

Result<std::chrono::hours> parse_age(std::string_view text) {
    if (const auto value = amount(text, ages, oldest)) return std::chrono::hours(*value);
    return fail(ErrorCode::usage, "is not an age between 1h and 3650d", "write it like 36h or 90d");
}

std::string format_duration(std::chrono::milliseconds duration) {
    const long long value = duration.count();
    if (value % 3'600'000 == 0) return fmt::format("{}h", value / 3'600'000);
    if (value % 60'000 == 0) return fmt::format("{}m", value / 60'000);
    if (value % 1000 == 0) return fmt::format("{}s", value / 1000);
    return fmt::format("{}ms", value);
}

}  // namespace cowork
