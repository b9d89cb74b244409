#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "probes/http.hpp"

#include <optional>
#include <string_view>

namespace cowork::checks {

// The reason codes and statuses that one service uses for each way in which HTTP can fail.
struct HttpReasons {
    std::string_view name_not_found, address_forbidden, connection_refused, unreachable, connect_timeout,
        tls_handshake, tls_certificate, silent, closed, not_http, too_large;
    Status failing;  // status of all of these
};

// Records the layers up to HTTP that held, or ends the check at the one that broke. `what` is the service's
// name in a sentence ("OpenCode"), `where` its origin.
[[nodiscard]] std::optional<Finding> judge_transport(Layers& layers, const Context& context,
                                                     const probes::HttpAnswer& answer,
                                                     const HttpReasons& reasons, const SafeText& what,
                                                     const SafeText& where);

// Whether the answer is JSON by its media type.
[[nodiscard]] bool is_json(const probes::HttpAnswer& answer);

// The end for a run whose deadline or stop came while a probe was waiting.
[[nodiscard]] Finding out_of_time(Layers& layers, const Context& context, std::string_view layer);

}  // namespace cowork::checks
