#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace cowork::validators {
namespace {

using config::YamlNode;
using Volumes = std::unordered_map<std::string_view, const YamlNode*>;

// Null for a volume that a StatefulSet claims for each pod.
Volumes volumes_of(const KubernetesWorkload& workload) {
    Volumes found;
    for (const YamlNode* volume : items_of(workload.pod->find("volumes")))
        found.emplace(text_of(volume->find("name")), volume);
    for (const YamlNode* claim : items_of(node_at(workload.object->spec(), {"volumeClaimTemplates"})))
        found.emplace(text_at(claim, {"metadata", "name"}), nullptr);
    return found;
}

bool writable(const YamlNode& volume) {
    constexpr std::array<std::string_view, 4> fixed{"configMap", "secret", "downwardAPI", "projected"};
    for (const YamlNode::Member& source : volume.members) {
        if (std::find(fixed.begin(), fixed.end(), source.name()) != fixed.end()) return false;
        if (is_true(source.value->find("readOnly"))) return false;
    }
    return true;
}

void check_mounts(const KubernetesChecks& checks, const KubernetesWorkload& workload,
                  const KubernetesContainer& container, const Volumes& volumes) {
    bool has_tmp = false;
    for (const YamlNode* mount : items_of(container.node->find("volumeMounts"))) {
        const YamlNode* name = mount->find("name");
        const auto volume = volumes.find(text_of(name));
        if (name != nullptr && volume == volumes.end())
            checks.findings.add("kubernetes.mount-without-volume", name->where, "volumeMounts.name",
                                fmt::format("{} mounts the volume {}, which its pod does not have",
                                            spot(workload, container), text_of(name)),
                                {}, checks.broken(container.service != nullptr));
        std::string_view path = text_of(mount->find("mountPath"));
        while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
        if (path != "/tmp") continue;
        has_tmp = true;
        const bool fixed =
            is_true(mount->find("readOnly")) ||
            (volume != volumes.end() && volume->second != nullptr && !writable(*volume->second));
        if (container.service != nullptr && fixed)
            checks.findings.add("kubernetes.tmp-read-only", mount->find("mountPath")->where, "volumeMounts",
                                fmt::format("{} cannot write to its /tmp", spot(workload, container)));
    }
    const bool read_only = is_true(node_at(container.node, {"securityContext", "readOnlyRootFilesystem"}));
    if (!has_tmp && read_only && container.service != nullptr)
        checks.findings.add("kubernetes.tmp-missing",
                            nearest_place(*container.node, {"volumeMounts"}, container.where()),
                            "volumeMounts",
                            fmt::format("{} has a read-only root file system and mounts nothing at /tmp",
                                        spot(workload, container)));
}

}  // namespace

void check_tmp(const KubernetesChecks& checks) {
    for (const KubernetesWorkload& workload : checks.manifests.workloads()) {
        const Volumes volumes = volumes_of(workload);
        for (const KubernetesContainer& container : workload.containers)
            check_mounts(checks, workload, container, volumes);
    }
}

}  // namespace cowork::validators
