#pragma once

#include "probes/files.hpp"

#include <string_view>
#include <vector>

namespace cowork::probes {

// The sockets in state LISTEN with that port in the text of /proc/net/tcp or /proc/net/tcp6.
// Lines that do not have the kernel's form are passed over.
[[nodiscard]] std::vector<ListeningSocket> parse_listeners(std::string_view table, int port);

}  // namespace cowork::probes
