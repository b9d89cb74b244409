#pragma once

#include "core/error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace cowork {

// `250ms`, `5s`, `2m`, `1h`: a whole number above zero and a unit. At most 24 hours.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// `90d`, `36h`: an age, in days or hours. At most ten years.
[[nodiscard]] Result<std::chrono::hours> parse_age(std::string_view text);

// The shortest such text, for messages: 5000 ms is `5s`.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

}  // namespace cowork
