#pragma once

#include "secrets/secret.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace cowork {

// HMAC-SHA256 of the parts, one after another, in lower-case hexadecimal.
[[nodiscard]] std::string hmac_sha256_hex(const Secret& key, std::initializer_list<std::string_view> parts);

// Whether two texts are equal, in a time that does not tell where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view one, std::string_view other);

}  // namespace cowork
