#include "validators/helm/helm.hpp"

#include "validators/helm/checks.hpp"

#include <fmt/format.h>

namespace cowork::validators {
namespace {

using config::YamlNode;
using rules::CloudTier;

void check_gateway(const HelmChecks& checks) {
    check_image(checks, "image", true);
    check_exposure(checks);
    check_gateway_values(checks);
    check_providers(checks);
}

void check_cloud(const HelmChecks& checks) {
    check_image(checks, "image", true);
    check_exposure(checks);
    check_cloud_values(checks);
    check_worker(checks);
    if (checks.public_production()) check_production(checks);
    if (!checks.values.surely("gateway.enabled")) return;
    const HelmValues gateway = checks.values.below("gateway");
    if (gateway.overlay() == nullptr) return;
    HelmChecks below{gateway, HelmChart::gateway, checks.input, checks.settings, checks.findings, "gateway."};
    check_secrets(below);
    check_gateway(below);
    check_settings(below);
}

void check(const YamlNode& overlay, const YamlNode* defaults, HelmChart chart, const Input& input,
           const Settings& settings, Findings& findings) {
    const HelmValues values(&overlay, defaults);
    const HelmChecks checks{values, chart, input, settings, findings};
    check_keys(checks);
    check_security(checks);
    check_secrets(checks);
    if (chart == HelmChart::cloud) check_cloud(checks);
    if (chart == HelmChart::gateway) check_gateway(checks);
    check_settings(checks);
}

// The defaults, where they are those of that chart.
struct Defaults {
    std::optional<config::YamlStream> stream;
    const YamlNode* node = nullptr;
    HelmChart chart = HelmChart::none;
};
Defaults defaults_of(const Settings& settings) {
    Defaults found;
    if (settings.helm_defaults.empty()) return found;
    auto parsed = config::YamlStream::parse(settings.helm_defaults, settings.helm_defaults_path);
    if (!parsed || parsed->documents().empty() || !parsed->documents().front()->is_map()) return found;
    found.stream = std::move(*parsed);
    found.node = found.stream->documents().front();
    found.chart = chart_of(*found.node);
    return found;
}

void tell_mismatch(const Defaults& defaults, HelmChart chart, const YamlNode& overlay, Findings& findings) {
    findings.add(
        "helm.defaults-mismatch", overlay.where, {},
        defaults.node == nullptr
            ? std::string("--helm-defaults holds no values; these are judged alone")
            : fmt::format("--helm-defaults is for the chart {}, these values are for {} and are judged "
                          "alone",
                          to_string(defaults.chart), to_string(chart)));
}

}  // namespace

void HelmChecks::add_at(std::string_view rule, const TextRange& where, std::string_view path,
                        std::string message, std::optional<Severity> severity) const {
    findings.add(rule, where, fmt::format("{}{}", prefix, path), std::move(message), {}, severity);
}

void HelmChecks::add(std::string_view rule, std::string_view path, std::string message, std::string remedy,
                     std::optional<Severity> severity) const {
    const HelmValues::Value value = values.at(path);
    if (!value.written && value.node != nullptr)
        message += fmt::format("; that is the chart's default, in {}", settings.helm_defaults_path);
    findings.add(rule, value.where, fmt::format("{}{}", prefix, path), std::move(message), std::move(remedy),
                 severity);
}

std::optional<CloudTier> HelmChecks::tier() const {
    const HelmValues::Value value = values.at("cloud.deploymentTier");
    if (!value.written && settings.tier) return settings.tier;
    for (const CloudTier one : rules::all_cloud_tiers)
        if (values.text("cloud.deploymentTier") == rules::to_string(one)) return one;
    return settings.tier;
}

bool HelmChecks::public_production() const { return tier() == CloudTier::public_production; }

bool HelmChecks::exposed_gateway() const {
    const std::string_view type = values.text("service.type");
    return values.surely("ingress.enabled") || type == "LoadBalancer" || type == "NodePort" ||
           values.surely("gateway.publicUrl") || values.surely("gateway.telegram.publicUrl");
}

void validate_helm(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.yaml || input.yaml->documents().empty()) return;
    const YamlNode& overlay = *input.yaml->documents().front();
    if (!overlay.is_map()) return;
    if (input.yaml->documents().size() > 1)
        findings.add("helm.several-documents", input.yaml->documents()[1]->where, {},
                     "Helm does not read this document, nor what follows it");
    const Defaults defaults = defaults_of(settings);
    HelmChart chart = chart_of(overlay);
    if (chart == HelmChart::none) chart = defaults.chart;
    const bool fits = defaults.node != nullptr && defaults.chart == chart;
    if (!fits && !settings.helm_defaults.empty()) tell_mismatch(defaults, chart, overlay, findings);
    check(overlay, fits ? defaults.node : nullptr, chart, input, settings, findings);
}

}  // namespace cowork::validators
