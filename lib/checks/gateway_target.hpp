#pragma once

#include "checks/http_layers.hpp"
#include "secrets/secret.hpp"

#include <nlohmann/json_fwd.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::checks {

// What the checks of the running gateway share: where it is, how asking it can fail, and its JSON.

// How the way to the gateway can break, whichever check walks it.
inline constexpr std::array<Reason, 18> transport_reasons{
    Reason{"endpoint.unparseable", Status::action_required, "the gateway's URL cannot be read",
           "give --gateway-url like http://127.0.0.1:8795"},
    Reason{"endpoint.scheme", Status::action_required, "the gateway's URL is neither http nor https",
           "correct it"},
    Reason{"endpoint.credentials", Status::action_required, "the gateway's URL holds a user name or password",
           "remove them; the token goes into --admin-token"},
    Reason{"endpoint.ambiguous-host", Status::action_required,
           "two readers of the URL could see different hosts", "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", Status::action_required, "the gateway's URL names a wildcard address",
           "name an address of the gateway"},
    Reason{"endpoint.metadata-host", Status::action_required,
           "the gateway's URL names a cloud metadata service", "name the gateway"},
    Reason{"endpoint.cleartext-token", Status::action_required,
           "the admin token would travel unencrypted over a network that is not private", "use https"},
    Reason{"gateway.name-not-found", Status::offline, "the host name does not resolve", "correct the name"},
    Reason{"gateway.address-forbidden", Status::offline, "the host name resolves to a forbidden address",
           "correct the DNS record"},
    Reason{"gateway.connection-refused", Status::offline, "nothing listens at the gateway's address",
           "start the gateway"},
    Reason{"gateway.unreachable", Status::offline, "the network has no way to the gateway",
           "check routes and firewalls"},
    Reason{"gateway.connect-timeout", Status::offline, "connecting took longer than --timeout",
           "check the firewall and the address"},
    Reason{"gateway.tls-handshake", Status::offline, "no TLS handshake", "check the reverse proxy"},
    Reason{"gateway.tls-certificate", Status::offline, "the certificate cannot be verified",
           "renew the certificate"},
    Reason{"gateway.silent", Status::offline, "connected, but no answer within --timeout",
           "look at the gateway's log and restart it", catalogue::Safety::disruptive},
    Reason{"gateway.closed", Status::offline, "the connection ended before a whole answer",
           "check which service listens there"},
    Reason{"gateway.not-http", Status::offline, "the answer is not HTTP",
           "check which service listens there"},
    Reason{"gateway.too-large", Status::offline, "the answer is larger than it may be",
           "check which service listens there"},
};

constexpr HttpReasons reasons_with(Status failing) {
    return {"gateway.name-not-found",
            "gateway.address-forbidden",
            "gateway.connection-refused",
            "gateway.unreachable",
            "gateway.connect-timeout",
            "gateway.tls-handshake",
            "gateway.tls-certificate",
            "gateway.silent",
            "gateway.closed",
            "gateway.not-http",
            "gateway.too-large",
            failing};
}

template <std::size_t N>
constexpr std::array<Reason, transport_reasons.size() + N> with_transport(const std::array<Reason, N>& own) {
    std::array<Reason, transport_reasons.size() + N> all{};
    std::copy(transport_reasons.begin(), transport_reasons.end(), all.begin());
    std::copy(own.begin(), own.end(), all.begin() + transport_reasons.size());
    return all;
}

// Where the gateway is.
struct Target {
    std::string base;  // without a trailing slash
    SafeText where;
    Secret trimmed_token;
    const Secret* token = nullptr;  // that token; nothing when none is configured
};

// Fills in the target, or ends the check when the gateway may not be asked there.
[[nodiscard]] std::optional<Finding> gateway_policy(Layers& layers, const Context& context, Target& target);

[[nodiscard]] probes::HttpRequest gateway_request(const Target& target, std::string_view path,
                                                  const Secret* bearer);

// The text as a JSON object; nothing when it is none, or nested deeper than any answer of the product.
[[nodiscard]] std::optional<nlohmann::json> object_in(std::string_view body);
// The same of an answer that calls itself JSON.
[[nodiscard]] std::optional<nlohmann::json> object_of(const probes::HttpAnswer& answer);
// The string, or the truth, of a member; empty and false for anything else.
[[nodiscard]] std::string text_at(const nlohmann::json& object, std::string_view key);
[[nodiscard]] bool true_at(const nlohmann::json& object, std::string_view key);

}  // namespace cowork::checks
