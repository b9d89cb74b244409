#include "core/timestamp.hpp"

#include <cctype>
#include <cstring>
#include <ctime>
#include <string>

namespace cowork {
namespace {

// `.123`, or nothing: how much of the text is a fraction; npos when it begins like one and is none.
std::size_t fraction_length(std::string_view text) {
    if (!text.starts_with('.')) return 0;
    std::size_t length = 1;
    while (length < text.size() && std::isdigit(static_cast<unsigned char>(text[length])) != 0) ++length;
    return length == 1 ? std::string_view::npos : length;
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_timestamp(std::string_view text) {
    constexpr std::size_t seconds_length = std::string_view("2026-01-31T12:00:00").size();
    if (text.size() < seconds_length + 1 || text.size() > 40) return std::nullopt;
    const std::string head(text.substr(0, seconds_length));
    std::tm fields{};
    const char* end = strptime(head.c_str(), "%Y-%m-%dT%H:%M:%S", &fields);
    if (end == nullptr || *end != '\0') return std::nullopt;
    // strptime lets shorter numbers pass: what it read must be what is written.
    char again[32]{};
    if (std::strftime(again, sizeof again, "%Y-%m-%dT%H:%M:%S", &fields) == 0 || head != again)
        return std::nullopt;
    std::tm normal = fields;
    const std::time_t when = timegm(&normal);
    // The 31st of February becomes a day of March.
    if (normal.tm_mday != fields.tm_mday || normal.tm_mon != fields.tm_mon) return std::nullopt;
    std::string_view rest = text.substr(seconds_length);
    const auto fraction = fraction_length(rest);
    if (fraction == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(fraction);
    if (rest != "Z" && rest != "+00:00") return std::nullopt;
    // The clock's numbers end in 2262, and "never" is often written as the year 9999.
    using Clock = std::chrono::system_clock;
    if (fields.tm_year < 70) return std::nullopt;
    if (when >= Clock::to_time_t(Clock::time_point::max())) return Clock::time_point::max();
    return Clock::from_time_t(when);
}

}  // namespace cowork
