#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace cowork {

// RFC 3339 in UTC: 2026-01-31T12:00:00Z, with or without a fraction, or with +00:00. Nothing for any other
// text, other offsets and years before 1970 included, so that the time between two of them can be told; a
// time beyond the clock's last is that last one, to which nothing can be added.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_timestamp(std::string_view text);

}  // namespace cowork
