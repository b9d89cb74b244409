#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;

// Every policy is compared with every workload; a stream with more of them is not a deployment.
constexpr std::size_t most_pairs = 100'000;

struct Policy {
    const KubernetesObject* object = nullptr;
    const YamlNode* spec = nullptr;
    bool ingress = false, egress = false;  // which way it restricts
};

bool has_type(const YamlNode* types, std::string_view type) {
    const auto& listed = items_of(types);
    return std::any_of(listed.begin(), listed.end(),
                       [&](const YamlNode* one) { return text_of(one) == type; });
}

std::vector<Policy> policies_of(const Manifests& manifests) {
    std::vector<Policy> found;
    for (const KubernetesObject& object : manifests.objects()) {
        const YamlNode* spec = object.spec();
        if (object.kind != "NetworkPolicy" || spec == nullptr ||
            !object.api_version.starts_with("networking.k8s.io/"))
            continue;
        const YamlNode* types = spec->find("policyTypes");
        // Without types it is for ingress, and for egress when it has such rules.
        const bool listed = !items_of(types).empty();
        found.push_back({&object, spec, !listed || has_type(types, "Ingress"),
                         listed ? has_type(types, "Egress") : !items_of(spec->find("egress")).empty()});
    }
    return found;
}

bool selects(const Manifests& manifests, const Policy& policy, const KubernetesWorkload& workload) {
    const YamlNode* selector = policy.spec->find("podSelector");
    // Expressions are not worked out: such a policy may select anything.
    return policy.object->space == workload.object->space &&
           manifests.includes(workload.labels(), node_at(selector, {"matchLabels"}));
}

// A peer that stands for everybody.
bool everybody(const YamlNode& peer) {
    const YamlNode* block = node_at(&peer, {"ipBlock", "cidr"});
    if (block != nullptr)
        return (text_of(block) == "0.0.0.0/0" || text_of(block) == "::/0") &&
               items_of(node_at(&peer, {"ipBlock", "except"})).empty();
    const auto empty = [](const YamlNode* selector) {
        return selector == nullptr || selector->is_null() ||
               (selector->is_map() && std::all_of(selector->members.begin(), selector->members.end(),
                                                  [](const YamlNode::Member& member) {
                                                      return member.value->members.empty() &&
                                                             member.value->items.empty();
                                                  }));
    };
    const YamlNode* space = peer.find("namespaceSelector");
    return space != nullptr && empty(space) && empty(peer.find("podSelector"));
}

// The rule, or the peer in it, that lets everybody through; null when there is none.
const YamlNode* open_to_all(const YamlNode& rule, std::string_view peers) {
    const auto& listed = items_of(rule.find(peers));
    if (listed.empty()) return &rule;
    const auto open =
        std::find_if(listed.begin(), listed.end(), [](const YamlNode* peer) { return everybody(*peer); });
    return open == listed.end() ? nullptr : *open;
}

void check_policy(const KubernetesChecks& checks, const Policy& policy) {
    const Severity severity = checks.public_production() ? Severity::warning : Severity::note;
    for (const YamlNode* rule : items_of(policy.spec->find("ingress")))
        if (const YamlNode* open = open_to_all(*rule, "from"); open != nullptr && policy.ingress)
            checks.findings.add("kubernetes.network-policy-ingress-open", open->where, "spec.ingress.from",
                                fmt::format("{} lets everybody in", policy.object->label()), {}, severity);
    for (const YamlNode* rule : items_of(policy.spec->find("egress"))) {
        const YamlNode* open = open_to_all(*rule, "to");
        // DNS anywhere is what most allow.
        const auto& ports = items_of(rule->find("ports"));
        constexpr long long dns = 53;
        const bool names =
            !ports.empty() && std::all_of(ports.begin(), ports.end(), [&](const YamlNode* port) {
                return integer_of(port->find("port")) == dns;
            });
        if (open != nullptr && policy.egress && !names)
            checks.findings.add("kubernetes.network-policy-egress-open", open->where, "spec.egress.to",
                                fmt::format("{} lets its pods send to anybody", policy.object->label()), {},
                                severity);
    }
}

void check_workload(const KubernetesChecks& checks, const std::vector<Policy>& policies,
                    const KubernetesWorkload& workload) {
    const Policy* closed = nullptr;
    bool selected = false, outwards = false;
    for (const Policy& policy : policies) {
        if (!selects(checks.manifests, policy, workload)) continue;
        selected = true;
        if (policy.egress && closed == nullptr) closed = &policy;
        outwards = outwards || (policy.egress && !items_of(policy.spec->find("egress")).empty());
    }
    if (!selected)
        checks.findings.add("kubernetes.network-policy-missing", workload.object->where(), "metadata.name",
                            fmt::format("no NetworkPolicy among these manifests selects the pods of {}",
                                        workload.object->label()),
                            {}, checks.public_production() ? Severity::warning : Severity::note);
    if (closed != nullptr && !outwards)
        checks.findings.add("kubernetes.network-policy-egress-closed", workload.object->where(),
                            "spec.egress",
                            fmt::format("{} closes the way out for the pods of {}, and no other policy here "
                                        "opens it",
                                        closed->object->label(), workload.object->label()));
}

}  // namespace

void check_network_policies(const KubernetesChecks& checks) {
    const std::vector<Policy> policies = policies_of(checks.manifests);
    if (policies.size() * checks.manifests.workloads().size() > most_pairs) return;
    const auto& workloads = checks.manifests.workloads();
    const bool ours = std::any_of(workloads.begin(), workloads.end(),
                                  [](const KubernetesWorkload& one) { return one.ours(); });
    // Policies of other software alone are its operator's business.
    if (ours || workloads.empty())
        for (const Policy& policy : policies) check_policy(checks, policy);
    for (const KubernetesWorkload& workload : workloads)
        if (workload.ours() && workload.lasting) check_workload(checks, policies, workload);
}

bool select_all_pods(const std::vector<const Manifests*>& with_policies, const Manifests& manifests) {
    std::vector<Policy> policies;
    for (const Manifests* one : with_policies)
        for (const Policy& policy : policies_of(*one)) policies.push_back(policy);
    if (policies.size() * manifests.workloads().size() > most_pairs)
        return true;  // as for one stream: nothing is said
    return std::all_of(
        manifests.workloads().begin(), manifests.workloads().end(), [&](const KubernetesWorkload& workload) {
            return !workload.ours() || !workload.lasting ||
                   std::any_of(policies.begin(), policies.end(),
                               [&](const Policy& policy) { return selects(manifests, policy, workload); });
        });
}

}  // namespace cowork::validators
