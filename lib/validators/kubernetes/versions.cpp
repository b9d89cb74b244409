#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;

// https://kubernetes.io/docs/reference/using-api/deprecation-guide/
struct Removed {
    std::string_view version, kind;  // no kind: all of that version
    std::string_view since, instead;
};
constexpr std::array removed{
    Removed{"extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"},
    Removed{"extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1"},
    Removed{"extensions/v1beta1", "", "1.16", "apps/v1"},
    Removed{"apps/v1beta1", "", "1.16", "apps/v1"},
    Removed{"apps/v1beta2", "", "1.16", "apps/v1"},
    Removed{"networking.k8s.io/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"},
    Removed{"networking.k8s.io/v1beta1", "IngressClass", "1.22", "networking.k8s.io/v1"},
    Removed{"rbac.authorization.k8s.io/v1beta1", "", "1.22", "rbac.authorization.k8s.io/v1"},
    Removed{"apiextensions.k8s.io/v1beta1", "", "1.22", "apiextensions.k8s.io/v1"},
    Removed{"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", "1.22",
            "admissionregistration.k8s.io/v1"},
    Removed{"admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", "1.22",
            "admissionregistration.k8s.io/v1"},
    Removed{"batch/v1beta1", "CronJob", "1.25", "batch/v1"},
    Removed{"policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"},
    Removed{"autoscaling/v2beta1", "", "1.25", "autoscaling/v2"},
    Removed{"autoscaling/v2beta2", "", "1.26", "autoscaling/v2"},
};

void check_version(const KubernetesChecks& checks, const KubernetesObject& object) {
    const auto* const found = std::find_if(removed.begin(), removed.end(), [&](const Removed& one) {
        return one.version == object.api_version && (one.kind.empty() || one.kind == object.kind);
    });
    const YamlNode* version = object.node->find("apiVersion");
    if (found == removed.end() || version == nullptr) return;
    checks.findings.add(
        "kubernetes.removed-version", version->where, "apiVersion",
        fmt::format("Kubernetes {} and newer have no {} of {}", found->since, object.kind, found->version),
        fmt::format("write {}, and what that version wants", found->instead));
}

void check_number(const KubernetesChecks& checks, const YamlNode* node, std::string_view field,
                  const KubernetesObject& object) {
    // Quoted, or no number at all. An empty value is the default.
    if (node == nullptr || !node->is_scalar() || node->is_null() || (is_typed(*node) && integer_of(node)))
        return;
    checks.findings.add(
        "kubernetes.quoted-number", node->where, std::string(field),
        fmt::format("{} of {} is no number, and Kubernetes refuses it", field, object.label()));
}

}  // namespace

void check_versions(const KubernetesChecks& checks) {
    for (const KubernetesObject& object : checks.manifests.objects()) check_version(checks, object);
    for (const KubernetesWorkload& workload : checks.manifests.workloads()) {
        check_number(checks, node_at(workload.object->node, {"spec", "replicas"}), "spec.replicas",
                     *workload.object);
        for (const KubernetesContainer& container : workload.containers)
            for (const YamlNode* port : items_of(container.node->find("ports")))
                check_number(checks, port->find("containerPort"), "containerPort", *workload.object);
    }
}

}  // namespace cowork::validators
