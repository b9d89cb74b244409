#include "core/text.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "validators/helm/checks.hpp"

#include <fmt/format.h>

namespace cowork::validators {
namespace {

// contract/cloud.md section 11, refusals of the gateway's chart.

bool any(const HelmValues& values, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths)
        if (values.surely(path)) return true;
    return false;
}

bool none(const HelmValues& values, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths)
        if (!values.surely_not(path)) return false;
    return true;
}

void check_required(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    const bool file = any(values, {"gateway.configPath", "gateway.configDir", "gateway.downstreamRoot"});
    const auto tell = [&](std::string_view path, std::string_view message) {
        checks.add("helm.gateway-incomplete", path, std::string(message));
    };
    // These two count even beside a configuration file: the gateway reads them from its environment only.
    if (values.surely_not("gateway.cloudBaseUrl"))
        tell("gateway.cloudBaseUrl", "gateway.cloudBaseUrl is empty");
    if (none(values, {"gateway.serviceToken", "gateway.existingSecret"}))
        tell("gateway.existingSecret", "neither gateway.serviceToken nor gateway.existingSecret is set");
    if (file) return;
    if (none(values,
             {"gateway.providersJson", "gateway.telegram.botToken", "gateway.slack.botToken",
              "gateway.email.inboundSecret", "gateway.webhook.deliveryUrl", "gateway.existingSecret"}))
        tell("gateway.providersJson", "no channel provider is set, and no Secret that could hold one");
    if (none(values, {"gateway.adminToken", "gateway.existingSecret", "gateway.allowLoopbackOperatorBypass"}))
        tell("gateway.adminToken", "neither gateway.adminToken nor gateway.existingSecret is set");
}

bool names_loopback(std::string_view text) {
    const auto url = net::parse_url(text);
    return url && (url->host == "localhost" || net::classify_host(url->host) == net::HostClass::loopback);
}

void check_public_url(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    if (values.surely("ingress.enabled") && values.surely_not("gateway.publicUrl"))
        checks.add("helm.gateway-public-url", "gateway.publicUrl",
                   "ingress.enabled is true, but gateway.publicUrl is empty");
    for (const std::string_view path : {"gateway.publicUrl", "gateway.telegram.publicUrl"}) {
        if (!values.surely(path)) continue;
        const std::string_view text = values.text(path);
        if (!text.starts_with("https://"))
            checks.add("helm.gateway-public-url", path, fmt::format("{} is not https", path));
        else if (names_loopback(text))
            checks.add("helm.gateway-public-url", path,
                       fmt::format("{} names loopback, which nobody else can reach", path));
    }
}

void check_public(const HelmChecks& checks) {
    if (!checks.exposed_gateway()) return;
    struct Demand {
        std::string_view path, why;
    };
    for (const Demand& demand : {Demand{"image.digest", "its image is not pinned by a digest"},
                                 Demand{"networkPolicy.enabled", "no NetworkPolicy is rendered"},
                                 Demand{"networkPolicy.ingress.from", "its NetworkPolicy lets everybody in"}})
        if (checks.values.surely_not(demand.path))
            checks.add("helm.gateway-exposed", demand.path,
                       fmt::format("others can reach the gateway, but {}", demand.why));
}

void check_bypass(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    constexpr std::string_view path = "gateway.allowLoopbackOperatorBypass";
    if (!values.surely(path)) return;
    const std::string_view host = values.text("gateway.host");
    if (checks.exposed_gateway())
        checks.add("helm.gateway-bypass", path,
                   fmt::format("{} is on, but others can reach the gateway", path));
    else if (!host.empty() && host != "127.0.0.1" && host != "localhost")
        checks.add("helm.gateway-bypass", path,
                   fmt::format("{} is on, but gateway.host is not loopback", path));
}

void check_host(const HelmChecks& checks) {
    const std::string_view host = checks.values.text("gateway.host");
    if (host.empty() || !checks.exposed_gateway()) return;
    if (host != "localhost" && net::classify_host(host) != net::HostClass::loopback) return;
    checks.add("helm.gateway-loopback", "gateway.host",
               "gateway.host is loopback, but others are to reach the gateway");
}

void check_switches(const HelmChecks& checks) {
    for (const std::string_view path : {"gateway.metrics.enabled", "gateway.diagnostics.enabled"})
        if (checks.values.surely_not(path))
            checks.add("helm.metrics-off", path,
                       fmt::format("{} is off, and cowork smoke has nothing to read", path));
}

}  // namespace

void check_gateway_values(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    if (values.surely("gateway.productMode") && values.text("gateway.productMode") != "cloud_channel")
        checks.add("helm.gateway-product-mode", "gateway.productMode",
                   "gateway.productMode is not cloud_channel");
    if (values.integer("replicaCount").value_or(1) > 1 &&
        !values.surely("gateway.experimentalDistributedOwnership"))
        checks.add("helm.gateway-replicas", "replicaCount", "replicaCount is above 1");
    check_role_resources(checks);
    check_required(checks);
    check_public_url(checks);
    check_public(checks);
    check_bypass(checks);
    check_switches(checks);
    check_host(checks);
}

void check_providers(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    const auto demand = [&](std::initializer_list<std::string_view> any_of, std::string_view provider) {
        if (!none(values, any_of)) return;
        const std::string_view path = *any_of.begin();
        checks.add("helm.gateway-provider", path, fmt::format("{} needs {}, which is empty", provider, path));
    };
    constexpr std::string_view secret = "gateway.existingSecret";
    if (values.surely("gateway.webhook.deliveryUrl"))
        demand({"gateway.webhook.sharedSecret", secret}, "the webhook provider");
    if (values.text("gateway.telegram.mode") == "webhook") {
        demand({"gateway.telegram.webhookSecret", secret}, "Telegram in webhook mode");
        demand({"gateway.telegram.publicUrl", "gateway.publicUrl"}, "Telegram in webhook mode");
    }
    if (values.surely("gateway.slack.botToken"))
        demand({"gateway.slack.signingSecret", secret}, "the Slack provider");
    if (values.surely("gateway.email.inboundSecret")) {
        demand({"gateway.email.from", secret}, "the email provider");
        demand({"gateway.email.smtpHost", secret}, "the email provider");
    }
}

}  // namespace cowork::validators
