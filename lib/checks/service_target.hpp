#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "net/url.hpp"
#include "probes/http.hpp"
#include "secrets/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cowork::checks {

// Where a service that is asked over HTTP is, and the token that it is shown.
struct ServiceTarget {
    std::string base;  // without a trailing slash
    SafeText where;
    bool in_clear = true;  // nothing encrypts what is sent there
    Secret trimmed_token;
    const Secret* token = nullptr;  // that token; nothing when none is configured
};

// Fills in the target, or ends the check when the service may not be asked there, or only without the token
// that it has. `what` is the service in a sentence: "the gateway".
[[nodiscard]] std::optional<Finding> service_policy(Layers& layers, const Context& context,
                                                    const SafeText& what, std::string url,
                                                    std::string_view token, ServiceTarget& target);

[[nodiscard]] probes::HttpRequest service_request(const ServiceTarget& target, const Context& context,
                                                  std::string_view path, const Secret* bearer);

// Whether what is sent there stays on this machine or a private network, so that it need not be encrypted.
[[nodiscard]] bool stays_private(const net::Url& url);

}  // namespace cowork::checks
