#pragma once

#include "probes/files.hpp"

#include <optional>
#include <vector>

namespace cowork::probes {

// The listening TCP sockets with that port, asked of the kernel by sock_diag(7): it walks only the
// listeners, where reading /proc/net/tcp walks every socket and costs milliseconds. Nothing where the kernel
// does not answer (a module not loaded, a container's seccomp filter): then /proc/net has to do.
[[nodiscard]] std::optional<std::vector<ListeningSocket>> ask_sock_diag(int port);

}  // namespace cowork::probes
