#pragma once

#include "secrets/secret.hpp"

#include <optional>
#include <string_view>

namespace cowork {

// The first rule a production secret breaks, in words ("shorter than 32 bytes"), or nothing.
// The rule and its order are the product's: contract/cloud.md section 6.
[[nodiscard]] std::optional<std::string_view> strength_problem(std::string_view secret);

// Whether the value is a placeholder that the Standalone Gateway refuses at start: it begins with
// change-me, replace-with, example- or demo-, in any case, blanks around it ignored.
[[nodiscard]] bool is_placeholder(std::string_view value);

// 32 bytes (256 bits) from the kernel's generator as 43 characters of base64url, drawn again until
// strength_problem() has nothing to say. Throws std::runtime_error when the kernel gives no randomness.
[[nodiscard]] Secret generate_secret();

}  // namespace cowork
