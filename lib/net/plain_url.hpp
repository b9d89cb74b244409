#pragma once

#include "net/url.hpp"

#include <optional>
#include <string_view>

namespace cowork::net {

// The URL, when it is one of RFC 3986 that curl cannot read otherwise: then libcurl need not be loaded for
// it. Nothing for every other text, right or wrong: no percent sign in host or path, no dot segments, no
// numbers that might be an address, nothing empty after a `:`, `@`, `?` or `#`.
[[nodiscard]] std::optional<Url> read_plain_url(std::string_view text);

}  // namespace cowork::net
