#include "validators/helm/checks.hpp"
#include "validators/sealed_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace cowork::validators {
namespace {

constexpr std::array<std::string_view, 11> cloud_secrets{"cloud.controlPlaneUrl",
                                                         "cloud.secretKey",
                                                         "cloud.cookieSecret",
                                                         "cloud.auth.headerSecret",
                                                         "cloud.internalToken",
                                                         "cloud.oidcClientSecret",
                                                         "cloud.observability.otlpHeaders",
                                                         "cloud.objectStore.accessKeyId",
                                                         "cloud.objectStore.secretAccessKey",
                                                         "cloud.objectStore.bearerToken",
                                                         "cloud.objectStore.sasToken"};
constexpr std::array<std::string_view, 10> gateway_secrets{
    "gateway.serviceToken",           "gateway.adminToken",
    "gateway.providersJson",          "gateway.telegram.botToken",
    "gateway.telegram.webhookSecret", "gateway.slack.botToken",
    "gateway.slack.signingSecret",    "gateway.email.inboundSecret",
    "gateway.email.smtpPassword",     "gateway.webhook.sharedSecret"};

bool is_placeholder(std::string_view value) {
    constexpr std::array<std::string_view, 4> beginnings{"replace-with", "change-me", "example-", "demo-"};
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return value.starts_with(beginning); });
}

Severity severity(const HelmChecks& checks) {
    const bool refused = checks.chart == HelmChart::cloud
                             ? checks.public_production()
                             : checks.exposed_gateway() && checks.values.surely_not("gateway.existingSecret");
    if (refused) return Severity::error;
    using Git = FileFacts::Git;
    const Git git = checks.input.facts ? checks.input.facts->git : Git::unknown;
    return git == Git::tracked || git == Git::untracked ? Severity::error : Severity::warning;
}

}  // namespace

void check_secrets(const HelmChecks& checks) {
    std::span<const std::string_view> paths;
    if (checks.chart == HelmChart::cloud) paths = cloud_secrets;
    if (checks.chart == HelmChart::gateway) paths = gateway_secrets;
    for (const std::string_view path : paths) {
        if (!checks.values.surely(path) || is_sealed(checks.values.text(path))) continue;
        const HelmValues::Value value = checks.values.at(path);
        checks.findings.redactor().learn(checks.values.text(path));
        if (checks.chart == HelmChart::gateway && is_placeholder(checks.values.text(path)))
            checks.add("helm.placeholder-secret", path, fmt::format("{} is a placeholder", path));
        else if (value.written)
            checks.add("helm.inline-secret", path, fmt::format("{} holds a secret in clear", path), {},
                       severity(checks));
    }
}

}  // namespace cowork::validators
