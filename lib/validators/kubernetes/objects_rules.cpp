#include "core/text.hpp"
#include "validators/kubernetes/checks.hpp"
#include "validators/sealed_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace cowork::validators {
namespace {

using config::YamlNode;

constexpr std::array<std::string_view, 14> stored_kinds{"Deployment",     "StatefulSet",
                                                        "DaemonSet",      "Job",
                                                        "CronJob",        "Pod",
                                                        "Service",        "Ingress",
                                                        "ConfigMap",      "Secret",
                                                        "Namespace",      "NetworkPolicy",
                                                        "ServiceAccount", "PersistentVolumeClaim"};

void check_complete(const KubernetesChecks& checks, const KubernetesObject& object) {
    std::vector<std::string> missing;
    if (object.api_version.empty()) missing.emplace_back("apiVersion");
    if (object.kind.empty()) missing.emplace_back("kind");
    const bool named = !object.name.empty() || !text_at(object.node, {"metadata", "generateName"}).empty();
    // Documents for other readers (kustomize, kubectl itself) have no name.
    const bool stored =
        std::find(stored_kinds.begin(), stored_kinds.end(), object.kind) != stored_kinds.end();
    if (!named && stored) missing.emplace_back("metadata.name");
    if (missing.empty()) return;
    checks.findings.add("kubernetes.incomplete-object", object.where(), missing.front(),
                        fmt::format("{} has no {}", object.label(), in_words(missing)));
}

void check_identities(const KubernetesChecks& checks) {
    std::map<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>,
             const KubernetesObject*>
        seen;
    for (const KubernetesObject& object : checks.manifests.objects()) {
        if (object.name.empty() || object.kind.empty()) continue;
        // A group may serve an object in several versions: they are one object.
        const auto slash = object.api_version.find('/');
        const auto group =
            slash == std::string_view::npos ? std::string_view{} : object.api_version.substr(0, slash);
        const auto [first, fresh] =
            seen.emplace(std::tuple(group, object.kind, object.space, object.name), &object);
        if (fresh) continue;
        checks.findings.add("kubernetes.duplicate-object", object.where(), "metadata.name",
                            fmt::format("{} in the namespace {} stands in line {} already", object.label(),
                                        object.space, first->second->where().line));
    }
}

void check_texts(const KubernetesChecks& checks, const YamlNode* map, const KubernetesObject& object,
                 std::string_view field) {
    for (const YamlNode::Member& member : members_of(map))
        if (is_typed(*member.value) || !member.value->is_scalar())
            checks.findings.add(
                "kubernetes.unquoted-value", member.value->where, fmt::format("{}.{}", field, member.name()),
                fmt::format("{} of {} is no text, and Kubernetes refuses it", member.name(), object.label()));
}

bool has_value(const YamlNode* map) {
    const auto& members = members_of(map);
    return std::any_of(members.begin(), members.end(), [](const YamlNode::Member& member) {
        const std::string_view value = trimmed(text_of(member.value));
        return !value.empty() && !is_sealed(value);
    });
}

// `helm template` prints them, and that is how they get into the cluster; in a file they stay.
Severity severity_of_secret(const Input& input) {
    using Git = FileFacts::Git;
    if (!input.facts || input.facts->git == Git::ignored) return Severity::note;
    const Git git = input.facts->git;
    return git == Git::tracked || git == Git::untracked ? Severity::error : Severity::warning;
}

// So that no other message can tell one. Short values are words such as `true`.
void learn(Redactor& redactor, const YamlNode* map) {
    constexpr std::size_t shortest = 8;
    constexpr std::size_t most = 200;
    const auto& members = members_of(map);
    for (std::size_t i = 0; i < std::min(members.size(), most); ++i)
        if (const std::string_view text = text_of(members[i].value); text.size() >= shortest)
            redactor.learn(text);
}

void check_secret(const KubernetesChecks& checks, const KubernetesObject& object) {
    for (const std::string_view field : {"stringData", "data"}) {
        const YamlNode* map = object.node->find(field);
        learn(checks.findings.redactor(), map);
        if (field == "stringData") check_texts(checks, map, object, field);
        if (!has_value(map)) continue;
        checks.findings.add("kubernetes.secret-in-manifest", object.node->member(field)->key->where,
                            std::string(field),
                            fmt::format("{} holds its values{}", object.label(),
                                        field == "data" ? ", in base64, which hides nothing" : " in clear"),
                            {}, severity_of_secret(checks.input));
    }
}

}  // namespace

void check_objects(const KubernetesChecks& checks) {
    check_identities(checks);
    for (const KubernetesObject& object : checks.manifests.objects()) {
        check_complete(checks, object);
        if (object.kind == "Secret") check_secret(checks, object);
        if (object.kind == "ConfigMap") check_texts(checks, object.node->find("data"), object, "data");
    }
}

}  // namespace cowork::validators
