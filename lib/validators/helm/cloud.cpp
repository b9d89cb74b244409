#include "validators/helm/checks.hpp"
#include "validators/kubernetes/objects.hpp"

#include <fmt/format.h>

namespace cowork::validators {
namespace {

// contract/cloud.md section 11, refusals of the chart whatever the tier.

void check_sign_in(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    if (values.surely_not("roles.web.enabled")) return;
    if (values.text("cloud.auth.mode") == "oidc")
        for (const std::string_view path : {"cloud.auth.oidcIssuerUrl", "cloud.auth.oidcClientId"})
            if (values.surely_not(path))
                checks.add("helm.auth-incomplete", path,
                           fmt::format("cloud.auth.mode is oidc, but {} is empty", path));
    if (values.text("cloud.auth.mode") != "none" || checks.public_production()) return;
    const bool meant = values.surely("cloud.allowInsecureAuth");
    if (values.surely_not("cloud.allowInsecureAuth"))
        checks.add("helm.auth-none", "cloud.auth.mode",
                   "cloud.auth.mode is none, but cloud.allowInsecureAuth is not true");
    const std::string_view type = values.text("service.type");
    const bool open = values.surely("ingress.enabled") || (!type.empty() && type != "ClusterIP");
    if (meant && open && values.surely_not("cloud.allowInsecurePublicAuth"))
        checks.add("helm.auth-none", "cloud.auth.mode",
                   "cloud.auth.mode is none, and the public can reach it through the ingress or the service");
}

void check_proxy(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    if (!values.surely("cloudSqlProxy.enabled")) return;
    check_image(checks, "cloudSqlProxy.image", false);
    const auto tell = [&](std::string_view path, std::string message) {
        checks.add("helm.cloud-sql-proxy", path, std::move(message));
    };
    if (values.surely_not("cloudSqlProxy.instanceConnectionName"))
        tell("cloudSqlProxy.instanceConnectionName", "cloudSqlProxy.instanceConnectionName is empty");
    if (values.surely("cloudSqlProxy.address") && values.text("cloudSqlProxy.address") != "127.0.0.1")
        tell("cloudSqlProxy.address", "cloudSqlProxy.address is not 127.0.0.1");
    const auto port = values.integer("cloudSqlProxy.port");
    if (port && port == values.integer("cloudSqlProxy.healthCheck.port"))
        tell("cloudSqlProxy.healthCheck.port", "cloudSqlProxy.healthCheck.port is the proxy's own port");
}

// The six that the chart wants of each role that runs.
void check_resources(const HelmChecks& checks, const std::string& above) {
    if (!checks.values.complete()) return;
    std::vector<std::string> missing;
    for (const std::string_view group : {"requests", "limits"})
        for (const std::string_view resource : {"cpu", "memory", "ephemeral-storage"})
            if (!checks.values.surely(fmt::format("{}.{}.{}", above, group, resource)))
                missing.push_back(fmt::format("{}.{}", group, resource));
    if (missing.empty()) return;
    const HelmValues::Value value = checks.values.at(above);
    std::string listed;
    for (const std::string& one : missing) listed += (listed.empty() ? "" : ", ") + one;
    checks.add_at("helm.resources-missing", value.where, above, fmt::format("{} lacks {}", above, listed));
}

}  // namespace

void check_role_resources(const HelmChecks& checks) {
    if (checks.chart == HelmChart::gateway) return check_resources(checks, "resources");
    for (const std::string_view role : {"web", "worker", "scheduler"})
        if (checks.values.surely(fmt::format("roles.{}.enabled", role)))
            check_resources(checks, fmt::format("roles.{}.resources", role));
}

void check_cloud_values(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    check_sign_in(checks);
    check_proxy(checks);
    check_role_resources(checks);
    const bool working = values.surely("roles.worker.enabled") || values.surely("roles.scheduler.enabled");
    if (working && values.surely_not("cloud.controlPlaneUrl") && values.surely_not("cloud.existingSecret") &&
        !checks.public_production())
        checks.add(
            "helm.control-plane-missing", "cloud.existingSecret",
            "neither cloud.controlPlaneUrl nor cloud.existingSecret is set, but a worker or scheduler runs");
}

}  // namespace cowork::validators
