#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork {

// The spellings under which a secret could appear in a text: itself, percent-encoded (only what must be,
// and every byte), hex, JSON-escaped, and the part of its base64 (both alphabets) that stays the same
// whatever stands before and after it. Duplicates removed; nothing shorter than 4 characters.
[[nodiscard]] std::vector<std::string> spellings_of(std::string_view secret);

// Plain base64 (RFC 4648 section 4) or its URL alphabet without padding (section 5).
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::string base64url(std::string_view bytes);

// What base64 text stands for, of either alphabet, padded or not, blanks and line breaks left out. Nothing
// for any other text.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace cowork
