#include "net/host_class.hpp"
#include "rules/channel_gateway_json.hpp"
#include "rules/channel_gateway_providers.hpp"
#include "rules/lenient.hpp"

namespace cowork::rules {
namespace {

// Unlike the other integers, a port out of range becomes the default.
int port(const config::Config& settings) {
    const auto number = read_integer(channel_value(settings, "PORT"));
    if (number && *number >= 0 && *number <= 65535) return static_cast<int>(*number);
    return static_cast<int>(*read_integer(channel_gateway().find("OPEN_COWORK_GATEWAY_PORT")->fallback));
}

std::string without_trailing_slashes(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return std::string(url);
}

}  // namespace

std::string ChannelGatewayView::local_url() const {
    const std::string bound =
        host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
    const bool v6 = bound.find(':') != std::string::npos;
    std::string reachable = bound;
    if (net::classify_host(bound) == net::HostClass::wildcard) reachable = v6 ? "::1" : "127.0.0.1";
    return "http://" + (v6 ? "[" + reachable + "]" : reachable) + ":" + std::to_string(port);
}

ChannelGatewayView view_channel_gateway(const config::Config& config) {
    const config::Config settings = with_config_json(config);
    ChannelGatewayView view;
    view.cloud_url = without_trailing_slashes(channel_value(settings, "OPEN_COWORK_CLOUD_BASE_URL"));
    view.service_token = Secret(channel_value(settings, "SERVICE_TOKEN"));
    view.admin_token = Secret(channel_value(settings, "ADMIN_TOKEN"));
    view.allow_insecure_http = channel_boolean(settings, "ALLOW_INSECURE_HTTP");
    view.self_host = channel_value(settings, "MODE") != "managed";
    const auto host = channel_value(settings, "HOST");
    view.host = host.empty() ? channel_gateway().find("OPEN_COWORK_GATEWAY_HOST")->fallback : host;
    view.port = port(settings);
    view.public_url = without_trailing_slashes(channel_value(settings, "PUBLIC_URL"));
    const bool loopback = is_channel_loopback(lowered(view.host));
    view.exposed = !loopback || !view.public_url.empty();
    view.loopback_bypass = channel_boolean(settings, "ALLOW_LOOPBACK_OPERATOR_BYPASS") &&
                           is_channel_loopback(view.host) && view.self_host && view.public_url.empty();
    view.metrics = channel_boolean(settings, "METRICS_ENABLED");
    view.diagnostics = read_boolean(channel_value(settings, "DIAGNOSTICS_ENABLED")).value_or(view.self_host);
    for (ChannelProvider& provider : read_providers(settings).providers)
        if (provider.enabled)
            view.providers.push_back({provider.kind, std::move(provider.id), std::move(provider.binding),
                                      std::move(provider.workspace)});
    return view;
}

}  // namespace cowork::rules
