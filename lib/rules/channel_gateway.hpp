#pragma once

#include "rules/service.hpp"
#include "secrets/secret.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The configuration of the Cloud Channel Gateway: contract/cloud.md sections 10.1, 10.2 and 10.4. Its one
// home of keys and rules, as standalone_gateway.hpp is for the other gateway.

inline constexpr std::string_view channel_gateway_prefix = "OPEN_COWORK_GATEWAY_";

[[nodiscard]] const Service& channel_gateway();

// What a channel provider talks to.
enum class ChannelKind { telegram, slack, email, webhook, discord, whatsapp, signal, cli, fake };
inline constexpr std::array all_channel_kinds{
    ChannelKind::telegram, ChannelKind::slack,   ChannelKind::email,
    ChannelKind::webhook,  ChannelKind::discord, ChannelKind::whatsapp,
    ChannelKind::signal,   ChannelKind::cli,     ChannelKind::fake};
[[nodiscard]] std::string_view to_string(ChannelKind kind);
[[nodiscard]] std::optional<ChannelKind> parse_channel_kind(std::string_view word);

// A provider that the gateway would start.
struct EnabledProvider {
    ChannelKind kind = ChannelKind::fake;
    std::string id;
    std::string binding;    // channelBindingId
    std::string workspace;  // externalWorkspaceId; may be empty
};

// What the gateway would make of a configuration, with its own defaults and its own leniency.
struct ChannelGatewayView {
    std::string cloud_url;  // without trailing slashes
    Secret service_token;
    Secret admin_token;  // empty when none is set
    bool allow_insecure_http = false;
    bool loopback_bypass = false;  // operator endpoints are open on loopback
    bool self_host = true;         // MODE
    std::string host;
    int port = 0;
    std::string public_url;
    bool exposed = false;  // bound beyond loopback, or published under a URL
    bool metrics = true;
    bool diagnostics = true;
    std::vector<EnabledProvider> providers;

    // Where this machine reaches it: a wildcard bind address is replaced by loopback.
    [[nodiscard]] std::string local_url() const;
};
[[nodiscard]] ChannelGatewayView view_channel_gateway(const config::Config& config);

// All broken rules, the service's refusals first. CONFIG_JSON counts as the service's lowest layer. What the
// files behind CONFIG and the shared configuration hold is not seen: while one of them is named, a missing
// admin token or provider is no violation.
// cowork's own rules are stricter than the service in two places: a secret that the operator chooses has at
// least 16 characters, and HOST is something that a server can listen on.
[[nodiscard]] std::vector<Violation> check_channel_gateway(const config::Config& config);

}  // namespace cowork::rules
