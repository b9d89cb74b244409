#include "validators/helm/chart.hpp"

#include "validators/kubernetes/objects.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;

constexpr std::array<std::string_view, 13> cloud_keys{
    "image",         "gateway",        "nameOverride",  "fullnameOverride",
    "cloud",         "roles",          "cloudSqlProxy", "containerSecurityContext",
    "networkPolicy", "serviceAccount", "service",       "podSecurityContext",
    "ingress"};
constexpr std::array<std::string_view, 15> gateway_keys{"image",
                                                        "nameOverride",
                                                        "fullnameOverride",
                                                        "gateway",
                                                        "replicaCount",
                                                        "service",
                                                        "networkPolicy",
                                                        "serviceAccount",
                                                        "resources",
                                                        "topologySpreadConstraints",
                                                        "ingress",
                                                        "startupProbe",
                                                        "podSecurityContext",
                                                        "containerSecurityContext",
                                                        "podDisruptionBudget"};

constexpr std::array<std::string_view, 15> only_cloud{
    "deploymentTier", "controlPlaneUrl",         "objectStore",      "checkpoints",     "secretKeyRef",
    "secretKey",      "cookieSecretRef",         "internalTokenRef", "cookieSecret",    "allowInsecureAuth",
    "internalToken",  "allowInsecurePublicAuth", "runMigrations",    "shutdownGraceMs", "cookieSecure"};
constexpr std::array<std::string_view, 8> only_role{
    "autoProcessCommands", "checkpointsEnabled", "pollMs",    "livenessPort",
    "runtimeCapacity",     "sessionConcurrency", "maxLeases", "admissionQueueCapacity"};
constexpr std::array<std::string_view, 8> only_gateway{"cloudBaseUrl",
                                                       "serviceToken",
                                                       "adminToken",
                                                       "providersJson",
                                                       "productMode",
                                                       "allowLoopbackOperatorBypass",
                                                       "experimentalDistributedOwnership",
                                                       "allowInsecureHttp"};

template <std::size_t N>
bool has_any(const YamlNode* map, const std::array<std::string_view, N>& keys) {
    const auto& members = members_of(map);
    return std::any_of(members.begin(), members.end(), [&](const YamlNode::Member& member) {
        return std::find(keys.begin(), keys.end(), member.name()) != keys.end();
    });
}

bool has_role(const YamlNode* roles) {
    for (const std::string_view role : {"web", "worker", "scheduler"})
        if (has_any(node_at(roles, {role}), only_role)) return true;
    return false;
}

}  // namespace

std::string_view to_string(HelmChart chart) {
    if (chart == HelmChart::none) return "none";
    return chart == HelmChart::cloud ? "open-cowork-cloud" : "open-cowork-gateway";
}

HelmChart chart_of(const YamlNode& values) {
    if (!values.is_map()) return HelmChart::none;
    const std::string_view repository = text_at(&values, {"image", "repository"});
    const YamlNode* gateway = values.find("gateway");
    if (has_any(values.find("cloud"), only_cloud) || has_role(values.find("roles")) ||
        repository.ends_with("/open-cowork-cloud") || has_any(node_at(gateway, {"gateway"}), only_gateway))
        return HelmChart::cloud;
    if (has_any(gateway, only_gateway) || repository.ends_with("/open-cowork-gateway"))
        return HelmChart::gateway;
    return HelmChart::none;
}

std::span<const std::string_view> top_keys(HelmChart chart) {
    if (chart == HelmChart::cloud) return cloud_keys;
    if (chart == HelmChart::gateway) return gateway_keys;
    return {};
}

}  // namespace cowork::validators
