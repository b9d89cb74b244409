#include "validators/helm/checks.hpp"
#include "validators/kubernetes/objects.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace cowork::validators {
namespace {

constexpr std::array<std::string_view, 11> capacities{"runtimeCapacity",
                                                      "admissionQueueCapacity",
                                                      "admissionQueueTimeoutMs",
                                                      "runtimeProvisionTimeoutMs",
                                                      "runtimeTeardownTimeoutMs",
                                                      "isolationMemoryLimitBytes",
                                                      "isolationCpuLimit",
                                                      "isolationPidsLimit",
                                                      "sessionConcurrency",
                                                      "maxCommandsPerSessionPerTick",
                                                      "maxLeases"};

bool is_positive(const config::YamlNode* node) {
    return node != nullptr && std::strtod(std::string(text_of(node)).c_str(), nullptr) > 0;
}

void check_capacities(const HelmChecks& checks) {
    for (const std::string_view name : capacities) {
        const std::string path = fmt::format("roles.worker.{}", name);
        const HelmValues::Value value = checks.values.at(path);
        // What neither file has, an older chart does not ask for.
        if (!value.known || (value.node == nullptr && !value.written) || is_positive(value.node)) continue;
        checks.add("helm.capacity-not-positive", path, fmt::format("{} is not above 0", path));
    }
}

void check_lifetime(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    constexpr long long shortest_grace = 30;
    constexpr std::string_view grace = "roles.worker.terminationGracePeriodSeconds";
    const HelmValues::Value given = values.at(grace);
    if ((given.written || given.node != nullptr) && integer_of(given.node).value_or(0) < shortest_grace)
        checks.add("helm.worker-grace", grace, fmt::format("{} is below 30", grace));
    constexpr std::string_view period = "roles.worker.livenessProbe.periodSeconds";
    const bool has_probe = values.at("roles.worker.livenessProbe").node != nullptr ||
                           values.at("roles.worker.livenessProbe").written;
    if (has_probe && values.surely_not(period))
        checks.add("helm.worker-liveness-probe", period, fmt::format("{} is not above 0", period));
    for (const std::string_view role : {"worker", "scheduler"}) {
        const std::string port = fmt::format("roles.{}.livenessPort", role);
        if (values.integer(port) == 0)
            checks.add("helm.liveness-port-zero", port,
                       fmt::format("{} is 0, for which the chart takes its default", port));
    }
}

void check_replicas(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    constexpr std::string_view replicas = "roles.worker.replicas";
    if (values.integer(replicas).value_or(0) <= 1) return;
    const auto tell = [&](std::string_view path, std::string_view why) {
        checks.add("helm.worker-replicas", path,
                   fmt::format("{} is above 1, but {} {}", replicas, path, why));
    };
    if (values.surely("roles.worker.persistence.enabled"))
        tell("roles.worker.persistence.enabled", "gives them one volume");
    if (values.surely_not("cloud.checkpoints.enabled")) tell("cloud.checkpoints.enabled", "is off");
    if (values.surely_not("roles.worker.checkpointsEnabled"))
        tell("roles.worker.checkpointsEnabled", "is off");
    if (values.text("cloud.objectStore.kind") == "filesystem")
        tell("cloud.objectStore.kind", "is filesystem, which no other pod can reach");
    if (values.surely_not("cloud.objectStore.bucket")) tell("cloud.objectStore.bucket", "is empty");
}

// Trap 14 of contract/cloud.md section 17. The switch for an older isolation is not rendered either, so a
// worker always needs the image.
void check_rendered(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    const bool production = checks.public_production();
    const bool worker = values.surely("roles.worker.enabled");
    if (!production && !worker) return;
    std::string keys;
    if (production) keys = "RETENTION_SESSION_EVENT_MS and RETENTION_WORKSPACE_EVENT_MS";
    if (worker)
        keys += std::string(keys.empty() ? "" : ", and for the worker ") +
                "ISOLATION_IMAGE and ISOLATION_IMAGE_SHA256";
    const bool nowhere = values.surely_not("cloud.existingSecret");
    const std::string_view path = production ? "cloud.deploymentTier" : "roles.worker.enabled";
    checks.add_at("helm.settings-not-rendered", values.at(path).where, path,
                  fmt::format("the chart does not render {}; {}", keys,
                              nowhere ? "no Secret is named that could hold them"
                                      : "the Secret of cloud.existingSecret has to hold them"),
                  nowhere ? Severity::error : Severity::warning);
}

}  // namespace

void check_worker(const HelmChecks& checks) {
    check_rendered(checks);
    if (checks.values.surely_not("roles.worker.enabled")) return;
    check_capacities(checks);
    check_lifetime(checks);
    check_replicas(checks);
}

}  // namespace cowork::validators
