#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cowork::validators {
namespace {

using config::YamlNode;

void check_root(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                const KubernetesContainer& container) {
    if (is_true(node_at(container.node, {"securityContext", "readOnlyRootFilesystem"}))) return;
    checks.findings.add(
        "kubernetes.root-writable",
        nearest_place(*container.node, {"securityContext", "readOnlyRootFilesystem"}, container.where()),
        "securityContext.readOnlyRootFilesystem",
        fmt::format("{} can write to its root file system", spot(workload, container)), {},
        checks.hardening(container.service != nullptr));
}

void check_capabilities(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                        const KubernetesContainer& container) {
    const auto& dropped = items_of(node_at(container.node, {"securityContext", "capabilities", "drop"}));
    if (std::any_of(dropped.begin(), dropped.end(),
                    [](const YamlNode* one) { return text_of(one) == "ALL" || text_of(one) == "all"; }))
        return;
    checks.findings.add(
        "kubernetes.capabilities-kept",
        nearest_place(*container.node, {"securityContext", "capabilities", "drop"}, container.where()),
        "securityContext.capabilities.drop",
        fmt::format("{} does not drop ALL capabilities", spot(workload, container)), {},
        checks.hardening(container.service != nullptr));
}

void check_resources(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                     const KubernetesContainer& container) {
    if (container.service == nullptr) return;
    std::vector<std::string> missing;
    for (const std::string_view group : {"requests", "limits"})
        for (const std::string_view resource : {"cpu", "memory", "ephemeral-storage"})
            if (text_at(container.node, {"resources", group, resource}).empty())
                missing.push_back(fmt::format("{}.{}", group, resource));
    if (missing.empty()) return;
    checks.findings.add("kubernetes.resources-missing",
                        nearest_place(*container.node, {"resources"}, container.where()), "resources",
                        fmt::format("{} has no {}", spot(workload, container), in_words(missing)), {},
                        checks.hardening(true));
}

void check_probes(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                  const KubernetesContainer& container) {
    if (container.service == nullptr || container.init || !workload.lasting) return;
    struct Probe {
        std::string_view key, rule, noun;
    };
    for (const Probe& probe : {Probe{"livenessProbe", "kubernetes.liveness-probe-missing", "liveness"},
                               Probe{"readinessProbe", "kubernetes.readiness-probe-missing", "readiness"}}) {
        const YamlNode* node = container.node->find(probe.key);
        if (node != nullptr && !node->is_null()) continue;
        checks.findings.add(probe.rule, container.where(), std::string(probe.key),
                            fmt::format("{} has no {} probe", spot(workload, container), probe.noun), {},
                            checks.hardening(true));
    }
}

void check_names(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                 const KubernetesContainer& container) {
    std::set<std::string_view> seen;
    for (const YamlNode* entry : items_of(container.node->find("env"))) {
        const YamlNode* name = entry->find("name");
        if (name == nullptr || text_of(name).empty()) continue;
        const Severity severity = checks.broken(container.service != nullptr);
        if (!seen.insert(name->text).second)
            checks.findings.add("kubernetes.duplicate-env-name", name->where, name->text,
                                fmt::format("{} sets {} twice", spot(workload, container), name->text), {},
                                severity);
        const YamlNode* value = entry->find("value");
        if (value != nullptr && (is_typed(*value) || !value->is_scalar()))
            checks.findings.add("kubernetes.unquoted-value", value->where, name->text,
                                fmt::format("the value of {} in {} is no text, and Kubernetes refuses it",
                                            name->text, spot(workload, container)),
                                {}, severity);
    }
}

}  // namespace

void check_containers(const KubernetesChecks& checks) {
    for (const KubernetesWorkload& workload : checks.manifests.workloads())
        for (const KubernetesContainer& container : workload.containers) {
            check_root(checks, workload, container);
            check_capabilities(checks, workload, container);
            check_resources(checks, workload, container);
            check_probes(checks, workload, container);
            check_names(checks, workload, container);
        }
}

}  // namespace cowork::validators
