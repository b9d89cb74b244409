#include "net/host_class.hpp"
#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"

#include <algorithm>

namespace cowork::rules {
namespace {

// The trimmed value of a key of the gateway, empty when not set.
std::string_view value(const config::Config& config, std::string_view name) {
    return trimmed(config.text(gateway_key(name)));
}

std::string_view value_or_fallback(const config::Config& config, std::string_view name) {
    const std::string_view text = value(config, name);
    return text.empty() ? find_gateway_key(gateway_key(name))->fallback : text;
}

bool boolean(const config::Config& config, std::string_view name) {
    const bool fallback = find_gateway_key(gateway_key(name))->fallback == "true";
    return read_boolean(value(config, name)).value_or(fallback);
}

int port(const config::Config& config) {
    const long long fallback = *read_integer(find_gateway_key(gateway_key("PORT"))->fallback);
    const long long number = read_integer(value(config, "PORT")).value_or(fallback);
    return static_cast<int>(std::clamp<long long>(number, 0, 65535));
}

DeploymentMode mode(const config::Config& config) {
    const std::string_view text = value(config, "DEPLOYMENT_MODE");
    if (text == "team") return DeploymentMode::team;
    if (text == "enterprise") return DeploymentMode::enterprise;
    return DeploymentMode::solo;
}

}  // namespace

std::string_view to_string(DeploymentMode mode) {
    switch (mode) {
        case DeploymentMode::solo:
            return "solo";
        case DeploymentMode::team:
            return "team";
        case DeploymentMode::enterprise:
            return "enterprise";
    }
    return "solo";
}

std::string GatewayView::local_url() const {
    const std::string bound =
        host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
    const bool v6 = bound.find(':') != std::string::npos;
    std::string reachable = bound;
    if (net::classify_host(bound) == net::HostClass::wildcard) reachable = v6 ? "::1" : "127.0.0.1";
    return "http://" + (v6 ? "[" + reachable + "]" : reachable) + ":" + std::to_string(port);
}

bool is_memory_store(std::string_view store) {
    const std::string word = lowered(trimmed(store));
    return word == "memory" || word == "in-memory" || word == "inmemory";
}

bool is_runtime_root(std::string_view path) {
    constexpr std::size_t longest = 4096;
    if (!path.starts_with('/') || path.size() > longest || path.find('\0') != std::string_view::npos)
        return false;
    std::size_t depth = 0;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto name = path.substr(0, slash);
        if (name == "..") {
            depth -= depth > 0 ? 1 : 0;
        } else if (!name.empty() && name != ".") {
            ++depth;
        }
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    return depth > 0;
}

GatewayView view_gateway(const config::Config& config) {
    GatewayView view;
    view.memory_store = is_memory_store(value(config, "STORE"));
    view.mode = mode(config);
    view.database_tls = boolean(config, "DATABASE_SSL");
    view.database_verify = boolean(config, "DATABASE_SSL_REJECT_UNAUTHORIZED");
    view.database_url = value(config, "DATABASE_URL");
    view.ca_path = value(config, "DATABASE_SSL_CA_PATH");
    view.cert_path = value(config, "DATABASE_SSL_CERT_PATH");
    view.key_path = value(config, "DATABASE_SSL_KEY_PATH");
    view.admin_token = value(config, "ADMIN_TOKEN");
    view.opencode_url = value(config, "OPENCODE_URL");
    view.allow_private_dns = boolean(config, "ALLOW_PRIVATE_DNS");
    view.runtime_root = value(config, "RUNTIME_ROOT");
    view.host = std::string(value_or_fallback(config, "HOST"));
    view.port = port(config);
    view.public_url = value(config, "PUBLIC_URL");
    view.telegram = !value(config, "TELEGRAM_BOT_TOKEN").empty();
    view.webhook_secret = value(config, "WEBHOOK_SHARED_SECRET");
    view.delivery_url = value(config, "WEBHOOK_DELIVERY_URL");
    view.webhook = !view.webhook_secret.empty() && !view.delivery_url.empty();
    view.telegram_id = std::string(value_or_fallback(config, "TELEGRAM_PROVIDER_ID"));
    view.webhook_id = std::string(value_or_fallback(config, "WEBHOOK_PROVIDER_ID"));
    return view;
}

}  // namespace cowork::rules
