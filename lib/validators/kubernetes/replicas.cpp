#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/lenient.hpp"
#include "validators/kubernetes/container_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;

constexpr long long shortest_grace = 30;
constexpr long long default_grace = 30;  // of Kubernetes

const YamlNode* several(const KubernetesWorkload& workload) {
    const YamlNode* replicas = node_at(workload.object->spec(), {"replicas"});
    return integer_of(replicas).value_or(1) > 1 ? replicas : nullptr;
}

bool has_claim(const KubernetesWorkload& workload) {
    const auto& volumes = items_of(workload.pod->find("volumes"));
    return std::any_of(volumes.begin(), volumes.end(), [](const YamlNode* volume) {
        return volume->find("persistentVolumeClaim") != nullptr;
    });
}

// Why several of it cannot share their work; empty when they can, as far as is known.
std::vector<std::string> obstacles(const ContainerChecks& at) {
    const KubernetesEnvironment& environment = at.environment;
    const std::string checkpoints = "OPEN_COWORK_CLOUD_CHECKPOINTS_ENABLED";
    const std::string store = "OPEN_COWORK_CLOUD_OBJECT_STORE_KIND";
    const std::string id = "OPEN_COWORK_CLOUD_WORKER_ID";
    const rules::CloudView view = rules::view_cloud(environment.known);
    std::vector<std::string> found;
    if (environment.surely(checkpoints) &&
        !rules::read_boolean(environment.known.text(checkpoints), rules::Parsing::strict).value_or(false))
        found.push_back(checkpoints + " is not true");
    if (environment.surely(store) && view.object_store == "filesystem" && !view.configuration_file)
        found.push_back(store + " is filesystem");
    if (!environment.unknown.contains(id) && environment.sets(id))
        found.push_back(id + " is the same for all");
    if (has_claim(at.workload) && at.workload.object->kind == "Deployment")
        found.emplace_back("they share a volume claim");
    return found;
}

void check_worker(const ContainerChecks& at) {
    if (const YamlNode* replicas = several(at.workload))
        if (const auto found = obstacles(at); !found.empty())
            at.checks.findings.add("kubernetes.worker-replicas", replicas->where, "replicas",
                                   fmt::format("{} runs {} workers, but {}", at.workload.object->label(),
                                               text_of(replicas), in_words(found)));
    const YamlNode* grace = at.workload.pod->find("terminationGracePeriodSeconds");
    const long long given = integer_of(grace).value_or(default_grace);
    constexpr long long thousand = 1000;
    const auto wanted = rules::read_integer(at.environment.known.text("OPEN_COWORK_CLOUD_SHUTDOWN_GRACE_MS"));
    const long long needed = std::max(shortest_grace, wanted.value_or(0) / thousand);
    if (given >= needed) return;
    at.checks.findings.add("kubernetes.worker-grace",
                           grace == nullptr ? at.workload.object->where() : grace->where,
                           "terminationGracePeriodSeconds",
                           fmt::format("{} is killed after {} s, but may need {} s to finish",
                                       at.workload.object->label(), given, needed));
}

}  // namespace

void check_replicas(const ContainerChecks& at) {
    if (at.container.service == &rules::channel_gateway()) {
        if (const YamlNode* replicas = several(at.workload))
            at.checks.findings.add(
                "kubernetes.gateway-replicas", replicas->where, "replicas",
                fmt::format("{} runs {} replicas", at.workload.object->label(), text_of(replicas)));
        return;
    }
    if (at.container.service != &rules::cloud_server()) return;
    if (!at.environment.surely("OPEN_COWORK_CLOUD_ROLE")) return;
    if (rules::view_cloud(at.environment.known).role == rules::CloudRole::worker) check_worker(at);
}

}  // namespace cowork::validators
