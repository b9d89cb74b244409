#pragma once

#include <string_view>

namespace cowork::capabilities {

// What kind of failure the server's words about a tool connection tell of, in words of ours: a closed list,
// with one for what is none of them. The server's own may repeat any secret that the connection was given,
// in any form, so they are never shown.
[[nodiscard]] std::string_view mcp_failure(std::string_view words);

// The status as OpenCode has it; `other` for one that it does not have.
[[nodiscard]] std::string_view mcp_status(std::string_view status);

}  // namespace cowork::capabilities
