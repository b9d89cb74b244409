#pragma once

#include <string_view>

namespace cowork::validators {

// How firmly a reference names an image; unknown when a variable is to be put in first.
enum class Pin { none, latest, tag, digest, bad_digest, unknown };
[[nodiscard]] Pin pin_of(std::string_view image);

// sha256: and 64 hexadecimal digits in lower case.
[[nodiscard]] bool is_pinned_digest(std::string_view text);

}  // namespace cowork::validators
