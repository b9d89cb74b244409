#pragma once

#include <string>
#include <string_view>

namespace cowork::capabilities {

// The error that a server gives for a connection, reduced to words that errors are made of: the connection's
// own settings, and what a variable or a file holds, may be repeated in it, in any spelling. Everything else
// becomes an ellipsis. At most 200 bytes.
[[nodiscard]] std::string plain_error(std::string_view error);

}  // namespace cowork::capabilities
