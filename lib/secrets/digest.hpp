#pragma once

#include <string>
#include <string_view>

namespace cowork {

// SHA-256 in lower-case hexadecimal.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace cowork
