#pragma once

#include <string>
#include <string_view>

namespace cowork {

// Without the ASCII blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

// With A-Z turned to lower case; other bytes stay.
[[nodiscard]] std::string lowered(std::string_view text);

}  // namespace cowork
