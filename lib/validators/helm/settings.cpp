#include "config/config.hpp"
#include "core/text.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/secret_names.hpp"
#include "validators/helm/checks.hpp"
#include "validators/kubernetes/objects.hpp"
#include "validators/sealed_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

namespace cowork::validators {
namespace {

using config::YamlNode;

// Which variable the chart renders from which value.
struct Rendered {
    std::string_view path, key;  // without the service's prefix, unless it is a full name
};
constexpr std::array cloud_table{
    Rendered{"cloud.deploymentTier", "DEPLOYMENT_TIER"},
    Rendered{"cloud.shutdownGraceMs", "SHUTDOWN_GRACE_MS"},
    Rendered{"cloud.auth.mode", "AUTH_MODE"},
    Rendered{"cloud.auth.signupMode", "SIGNUP_MODE"},
    Rendered{"cloud.auth.oidcIssuerUrl", "OIDC_ISSUER_URL"},
    Rendered{"cloud.auth.oidcClientId", "OIDC_CLIENT_ID"},
    Rendered{"cloud.auth.oidcClientSecretRef", "OIDC_CLIENT_SECRET_REF"},
    Rendered{"cloud.auth.oidcCallbackPath", "OIDC_CALLBACK_PATH"},
    Rendered{"cloud.auth.allowedEmailDomains", "ALLOWED_EMAIL_DOMAINS"},
    Rendered{"cloud.auth.headerSecret", "HEADER_AUTH_SECRET"},
    Rendered{"cloud.auth.headerSecretRef", "HEADER_AUTH_SECRET_REF"},
    Rendered{"cloud.auth.headerMaxSignatureAgeMs", "HEADER_AUTH_MAX_SIGNATURE_AGE_MS"},
    Rendered{"cloud.auth.apiTokenDefaultTtlMs", "API_TOKEN_DEFAULT_TTL_MS"},
    Rendered{"cloud.auth.apiTokenMaxTtlMs", "API_TOKEN_MAX_TTL_MS"},
    Rendered{"cloud.auth.apiTokenAllowedScopes", "API_TOKEN_ALLOWED_SCOPES"},
    Rendered{"cloud.controlPlaneUrl", "CONTROL_PLANE_URL"},
    Rendered{"cloud.secretKey", "SECRET_KEY"},
    Rendered{"cloud.secretKeyRef", "SECRET_KEY_REF"},
    Rendered{"cloud.cookieSecret", "COOKIE_SECRET"},
    Rendered{"cloud.cookieSecretRef", "COOKIE_SECRET_REF"},
    Rendered{"cloud.internalToken", "INTERNAL_TOKEN"},
    Rendered{"cloud.internalTokenRef", "INTERNAL_TOKEN_REF"},
    Rendered{"cloud.publicUrl", "PUBLIC_URL"},
    Rendered{"cloud.trustedProxyCidrs", "TRUSTED_PROXY_CIDRS"},
    Rendered{"cloud.observability.logFormat", "LOG_FORMAT"},
    Rendered{"cloud.observability.otlpEndpoint", "OTLP_ENDPOINT"},
    Rendered{"cloud.observability.otlpFlushIntervalMs", "OTLP_FLUSH_INTERVAL_MS"},
    Rendered{"cloud.observability.otlpMaxQueueSize", "OTLP_MAX_QUEUE_SIZE"},
    Rendered{"cloud.objectStore.kind", "OBJECT_STORE_KIND"},
    Rendered{"cloud.objectStore.bucket", "OBJECT_STORE_BUCKET"},
    Rendered{"cloud.objectStore.endpoint", "OBJECT_STORE_ENDPOINT"},
    Rendered{"roles.worker.pollMs", "WORKER_POLL_MS"},
    Rendered{"roles.scheduler.pollMs", "SCHEDULER_POLL_MS"},
    Rendered{"roles.worker.sessionConcurrency", "WORKER_SESSION_CONCURRENCY"},
    Rendered{"roles.worker.maxCommandsPerSessionPerTick", "WORKER_MAX_COMMANDS_PER_SESSION_PER_TICK"},
};
constexpr std::array gateway_table{
    Rendered{"gateway.mode", "MODE"},
    Rendered{"gateway.cloudBaseUrl", "OPEN_COWORK_CLOUD_BASE_URL"},
    Rendered{"gateway.allowInsecureHttp", "ALLOW_INSECURE_HTTP"},
    Rendered{"gateway.serviceToken", "SERVICE_TOKEN"},
    Rendered{"gateway.adminToken", "ADMIN_TOKEN"},
    Rendered{"gateway.host", "HOST"},
    Rendered{"gateway.logLevel", "LOG_LEVEL"},
    Rendered{"gateway.maxRequestBodyBytes", "MAX_REQUEST_BODY_BYTES"},
    Rendered{"gateway.timeouts.cloudRequestMs", "CLOUD_REQUEST_TIMEOUT_MS"},
    Rendered{"gateway.timeouts.webhookDeliveryMs", "WEBHOOK_DELIVERY_TIMEOUT_MS"},
    Rendered{"gateway.timeouts.smtpMs", "SMTP_TIMEOUT_MS"},
    Rendered{"gateway.timeouts.shutdownDrainMs", "SHUTDOWN_DRAIN_TIMEOUT_MS"},
    Rendered{"gateway.providersJson", "PROVIDERS"},
    Rendered{"gateway.telegram.botToken", "TELEGRAM_BOT_TOKEN"},
    Rendered{"gateway.telegram.mode", "TELEGRAM_MODE"},
    Rendered{"gateway.slack.botToken", "SLACK_BOT_TOKEN"},
    Rendered{"gateway.slack.signingSecret", "SLACK_SIGNING_SECRET"},
    Rendered{"gateway.slack.apiBaseUrl", "SLACK_API_BASE_URL"},
    Rendered{"gateway.email.inboundSecret", "EMAIL_INBOUND_SECRET"},
    Rendered{"gateway.email.from", "EMAIL_FROM"},
    Rendered{"gateway.email.smtpHost", "EMAIL_SMTP_HOST"},
    Rendered{"gateway.email.smtpPort", "EMAIL_SMTP_PORT"},
    Rendered{"gateway.email.smtpSecure", "EMAIL_SMTP_SECURE"},
    Rendered{"gateway.webhook.deliveryUrl", "WEBHOOK_DELIVERY_URL"},
    Rendered{"gateway.webhook.sharedSecret", "WEBHOOK_SHARED_SECRET"},
};

// The charts join lists by commas.
std::string text_of_value(const YamlNode& node) {
    if (!node.is_sequence()) return std::string(text_of(&node));
    std::string joined;
    for (const YamlNode* item : node.items)
        joined += (joined.empty() ? "" : ",") + std::string(text_of(item));
    return joined;
}

// A word for sign-in that the server silently takes for none; `none` itself is judged by the chart's rules.
bool is_no_sign_in(const rules::Violation& violation, const config::Config& config) {
    return violation.reason_code == "configuration.open-access" && violation.key.ends_with("_AUTH_MODE") &&
           config.text(violation.key) != "none";
}

// What a value breaks by itself. What is missing, or refused in a tier, is said by the charts' own rules.
bool about_the_value(std::string_view reason) {
    constexpr std::array<std::string_view, 9> reasons{
        "configuration.invalid-value",     "configuration.lenient-value", "configuration.insecure-url",
        "configuration.tls-required",      "configuration.weak-secret",   "configuration.host-not-allowed",
        "configuration.ignored-reference", "configuration.short-secret",  "configuration.shared-secret"};
    return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

}  // namespace

void check_settings(const HelmChecks& checks) {
    const bool cloud = checks.chart == HelmChart::cloud;
    if (checks.chart == HelmChart::none) return;
    const rules::Service& service = cloud ? rules::cloud_server() : rules::channel_gateway();
    const std::span<const Rendered> table =
        cloud ? std::span<const Rendered>(cloud_table) : std::span<const Rendered>(gateway_table);
    config::Config config;
    std::unordered_map<std::string, const Rendered*> written;
    for (const Rendered& row : table) {
        const HelmValues::Value value = checks.values.at(row.path);
        if (value.node == nullptr || is_sealed(text_of(value.node))) continue;
        const std::string key = service.full_name(row.key);
        config.set(key, Secret(text_of_value(*value.node)),
                   {"values", value.where.line, value.where.column, key});
        if (value.written) written.emplace(key, &row);
    }
    if (cloud) {
        config.set(service.full_name("ROLE"), Secret("web"), {});
        if (config.find(service.full_name("HOST")) == nullptr)
            config.set(service.full_name("HOST"), Secret("0.0.0.0"), {});  // as the image has it in a pod
    } else if (written.contains(service.full_name("TELEGRAM_MODE")) &&
               trimmed(config.text(service.full_name("TELEGRAM_BOT_TOKEN"))).empty()) {
        // The token is in a Secret; what depends on it is judged all the same.
        config.set(service.full_name("TELEGRAM_BOT_TOKEN"), Secret("1:in-a-secret"), {});
    }
    rules::learn_secrets(checks.findings.redactor(), config);
    for (const rules::Violation& violation : service.check(config)) {
        const auto row = written.find(violation.key);
        if (row == written.end()) continue;
        if (!about_the_value(violation.reason_code) && !is_no_sign_in(violation, config)) continue;
        checks.findings.add(
            violation.reason_code, checks.values.at(row->second->path).where,
            fmt::format("{}{}", checks.prefix, row->second->path),
            fmt::format("{} becomes {}: {}", row->second->path, violation.key, violation.message),
            violation.remedy,
            violation.status == Status::degraded ? std::optional(Severity::warning) : std::nullopt);
    }
}

}  // namespace cowork::validators
