#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;

// The setting of a container, or the pod's where it has none.
const YamlNode* security(const KubernetesWorkload& workload, const KubernetesContainer& container,
                         std::initializer_list<std::string_view> path) {
    const YamlNode* own = node_at(container.node->find("securityContext"), path);
    return own != nullptr ? own : node_at(workload.pod->find("securityContext"), path);
}

void check_user(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                const KubernetesContainer& container) {
    const YamlNode* user = security(workload, container, {"runAsUser"});
    const bool root = integer_of(user) == 0;
    if (!root && is_true(security(workload, container, {"runAsNonRoot"}))) return;
    const std::string message =
        root ? fmt::format("{} runs as user 0", spot(workload, container))
             : fmt::format("neither {} nor its pod says runAsNonRoot: true", spot(workload, container));
    checks.findings.add(
        "kubernetes.runs-as-root",
        root ? user->where
             : nearest_place(*container.node, {"securityContext", "runAsNonRoot"}, container.where()),
        root ? "securityContext.runAsUser" : "securityContext.runAsNonRoot", message, {},
        checks.hardening(container.service != nullptr));
}

void check_seccomp(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                   const KubernetesContainer& container) {
    const std::string_view type = text_of(security(workload, container, {"seccompProfile", "type"}));
    // A profile of one's own is stricter than the default, as a rule.
    if (type == "RuntimeDefault" || type == "Localhost") return;
    checks.findings.add(
        "kubernetes.seccomp-unset",
        nearest_place(*container.node, {"securityContext", "seccompProfile", "type"}, container.where()),
        "securityContext.seccompProfile.type",
        fmt::format("neither {} nor its pod has the seccomp profile RuntimeDefault",
                    spot(workload, container)),
        {}, checks.hardening(container.service != nullptr));
}

void check_privileges(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                      const KubernetesContainer& container) {
    for (const std::string_view key : {"privileged", "allowPrivilegeEscalation"}) {
        const YamlNode* value = node_at(container.node, {"securityContext", key});
        if (!is_true(value)) continue;
        checks.findings.add("kubernetes.privileged", value->where, fmt::format("securityContext.{}", key),
                            fmt::format("{} has {}: true", spot(workload, container), key), {},
                            checks.hardening(container.service != nullptr));
    }
}

void check_host(const KubernetesChecks& checks, const KubernetesWorkload& workload) {
    for (const std::string_view key : {"hostNetwork", "hostPID", "hostIPC"}) {
        const YamlNode* value = workload.pod->find(key);
        if (!is_true(value)) continue;
        checks.findings.add("kubernetes.privileged", value->where, std::string(key),
                            fmt::format("the pods of {} have {}: true", workload.object->label(), key), {},
                            checks.hardening(workload.ours()));
    }
}

void check_selector(const KubernetesChecks& checks, const KubernetesWorkload& workload) {
    constexpr std::array<std::string_view, 3> selecting{"Deployment", "StatefulSet", "DaemonSet"};
    const KubernetesObject& object = *workload.object;
    if (std::find(selecting.begin(), selecting.end(), object.kind) == selecting.end()) return;
    const YamlNode* selector = node_at(object.spec(), {"selector", "matchLabels"});
    for (const YamlNode::Member& label : members_of(selector)) {
        const YamlNode* own = checks.manifests.lookup(workload.labels(), label.name());
        if (own != nullptr && text_of(own) == text_of(label.value)) continue;
        return checks.findings.add(
            "kubernetes.selector-mismatch", label.key->where,
            fmt::format("selector.matchLabels.{}", label.name()),
            fmt::format("{} selects by the label {}, which its template does not have with that value",
                        object.label(), label.name()),
            {}, checks.broken(workload.ours()));
    }
}

}  // namespace

void check_pods(const KubernetesChecks& checks) {
    for (const KubernetesWorkload& workload : checks.manifests.workloads()) {
        check_host(checks, workload);
        check_selector(checks, workload);
        for (const KubernetesContainer& container : workload.containers) {
            check_user(checks, workload, container);
            check_seccomp(checks, workload, container);
            check_privileges(checks, workload, container);
        }
    }
}

}  // namespace cowork::validators
