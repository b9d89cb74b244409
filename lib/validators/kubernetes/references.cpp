#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

namespace cowork::validators {
namespace {

using config::YamlNode;

struct Reference {
    std::string_view field, kind, rule;
};

bool has_key(const Manifests& manifests, const KubernetesObject& object, std::string_view key) {
    for (const std::string_view map : {"data", "stringData", "binaryData"})
        if (manifests.lookup(object.node->find(map), key) != nullptr) return true;
    return false;
}

void check_reference(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                     const KubernetesContainer& container, const YamlNode& entry,
                     const Reference& reference) {
    const YamlNode* node = node_at(&entry, {"valueFrom", reference.field});
    if (node == nullptr || is_true(node->find("optional"))) return;
    const std::string_view key = text_of(node->find("key"));
    const KubernetesObject* object =
        checks.manifests.find(reference.kind, workload.object->space, text_of(node->find("name")));
    if (key.empty() || object == nullptr || has_key(checks.manifests, *object, key)) return;
    checks.findings.add(reference.rule, node->find("key")->where, std::string(text_of(entry.find("name"))),
                        fmt::format("{} takes the key {} of {}, which does not have it",
                                    spot(workload, container), key, object->label()),
                        {}, checks.broken(container.service != nullptr));
}

}  // namespace

// What is not in the stream may be in the cluster.
void check_references(const KubernetesChecks& checks) {
    for (const KubernetesWorkload& workload : checks.manifests.workloads())
        for (const KubernetesContainer& container : workload.containers)
            for (const YamlNode* entry : items_of(container.node->find("env")))
                for (const Reference& reference :
                     {Reference{"configMapKeyRef", "ConfigMap", "kubernetes.configmap-key-missing"},
                      Reference{"secretKeyRef", "Secret", "kubernetes.secret-key-missing"}})
                    check_reference(checks, workload, container, *entry, reference);
}

}  // namespace cowork::validators
