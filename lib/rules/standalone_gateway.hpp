#pragma once

#include "rules/service.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The configuration of the Standalone Gateway: contract/standalone-gateway.md sections 1 and 2. This is the
// one home of its keys and rules; setup writes by them, doctor and validate judge by them.

inline constexpr std::string_view gateway_prefix = "OPEN_COWORK_STANDALONE_GATEWAY_";

using GatewayKey = Key;

[[nodiscard]] const Service& standalone_gateway();
// In the order in which an env file lists them.
[[nodiscard]] std::span<const GatewayKey> gateway_keys();
[[nodiscard]] const GatewayKey* find_gateway_key(std::string_view full_name);
// The full name, OPEN_COWORK_STANDALONE_GATEWAY_ + name.
[[nodiscard]] std::string gateway_key(std::string_view name);

enum class DeploymentMode { solo, team, enterprise };
[[nodiscard]] std::string_view to_string(DeploymentMode mode);

// What the service would make of a configuration, with its own defaults and its own leniency. Views point
// into the Config it was read from.
struct GatewayView {
    bool memory_store = false;
    DeploymentMode mode = DeploymentMode::solo;
    bool database_tls = false;
    bool database_verify = true;
    std::string_view database_url, ca_path, cert_path, key_path;
    std::string_view admin_token;
    std::string_view opencode_url;
    bool allow_private_dns = false;
    std::string_view runtime_root;
    std::string host;
    int port = 0;
    std::string_view public_url;
    bool telegram = false;
    bool webhook = false;
    std::string telegram_id, webhook_id;
    std::string_view webhook_secret, delivery_url;  // of the signed webhook

    // Where this machine reaches it: a wildcard bind address is replaced by loopback.
    [[nodiscard]] std::string local_url() const;
    [[nodiscard]] int provider_count() const { return (telegram ? 1 : 0) + (webhook ? 1 : 0); }
};
[[nodiscard]] GatewayView view_gateway(const config::Config& config);

// Whether that value of STORE means memory: memory, in-memory or inmemory, in any case.
[[nodiscard]] bool is_memory_store(std::string_view store);

// Whether the service takes that runtime root: absolute, at most 4096 bytes, no NUL, and below the root
// directory once `.` and `..` are resolved.
[[nodiscard]] bool is_runtime_root(std::string_view path);

// All broken rules, the service's refusals first.
// cowork's own rule is stricter than the service in one place: a secret has at least 16 characters.
[[nodiscard]] std::vector<Violation> check_gateway(const config::Config& config);

}  // namespace cowork::rules
