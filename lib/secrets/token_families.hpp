#pragma once

#include <string>
#include <string_view>

namespace cowork {

// Replaces what looks like a secret in outside text by `marker`: known token shapes, URL user info and
// query strings, Bearer and Basic values, signatures, private keys and keyed assignments such as
// `"apiKey": "..."`.
[[nodiscard]] std::string without_token_shapes(std::string_view text, std::string_view marker);

}  // namespace cowork
