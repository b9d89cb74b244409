#pragma once

#include "net/url.hpp"

#include <optional>
#include <string_view>

namespace cowork::net {

// The URL as curl reads it, the reader that then sends the requests; nothing when the text is no absolute
// URL.
[[nodiscard]] std::optional<Url> read_url_with_curl(std::string_view text);

}  // namespace cowork::net
