#include "validators/kubernetes/kubernetes.hpp"

#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;
using rules::CloudTier;

constexpr std::string_view tier_key = "OPEN_COWORK_CLOUD_DEPLOYMENT_TIER";

void raise(std::optional<CloudTier>& tier, std::string_view word) {
    for (const CloudTier one : rules::all_cloud_tiers)
        if (word == rules::to_string(one) && (!tier || *tier < one)) tier = one;
}

// The highest tier that the stream gives to a container.
std::optional<CloudTier> tier_of(const Manifests& manifests) {
    std::optional<CloudTier> tier;
    for (const KubernetesObject& object : manifests.objects())
        if (object.kind == "ConfigMap") raise(tier, text_at(object.node, {"data", tier_key}));
    for (const KubernetesWorkload& workload : manifests.workloads())
        for (const KubernetesContainer& container : workload.containers)
            for (const YamlNode* entry : items_of(container.node->find("env")))
                if (text_of(entry->find("name")) == tier_key) raise(tier, text_of(entry->find("value")));
    return tier;
}

void check(const config::YamlStream& stream, const Input& input, const Settings& settings,
           Findings& findings) {
    const Manifests manifests(stream);
    const KubernetesChecks checks{manifests, input, settings,
                                  settings.tier ? settings.tier : tier_of(manifests), findings};
    check_objects(checks);
    check_versions(checks);
    check_pods(checks);
    check_images(checks);
    check_containers(checks);
    check_tmp(checks);
    check_container_secrets(checks);
    check_references(checks);
    check_environments(checks);
    check_services(checks);
    check_ingresses(checks);
    check_network_policies(checks);
}

}  // namespace

Severity KubernetesChecks::hardening(bool ours) const {
    if (!ours) return Severity::note;
    return public_production() ? Severity::error : Severity::warning;
}

std::string spot(const KubernetesWorkload& workload, const KubernetesContainer& container) {
    return fmt::format("container {} of {}", container.name.empty() ? "without a name" : container.name,
                       workload.object->label());
}

TextRange nearest_place(const YamlNode& node, std::initializer_list<std::string_view> path,
                        TextRange fallback) {
    const YamlNode* at = &node;
    for (const std::string_view key : path) {
        const YamlNode::Member* member = at->member(key);
        if (member == nullptr) break;
        // A map begins where its first key stands, which says less than its own key.
        fallback = member->value->is_scalar() && !member->value->is_null() ? member->value->where
                                                                           : member->key->where;
        at = member->value;
    }
    return fallback;
}

std::string in_words(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

void validate_kubernetes(const Input& input, const Settings& settings, Findings& findings) {
    if (input.yaml) return check(*input.yaml, input, settings, findings);
    // Manifests in JSON are YAML too.
    if (!input.json) return;
    if (const auto parsed = config::YamlStream::parse(input.text, input.path))
        check(*parsed, input, settings, findings);
}

}  // namespace cowork::validators
