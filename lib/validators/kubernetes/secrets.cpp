#include "core/text.hpp"
#include "net/url.hpp"
#include "rules/service.hpp"
#include "validators/kubernetes/checks.hpp"
#include "validators/sealed_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;
using rules::KeyKind;

template <std::size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// By its name, a variable that the product does not know; contract/cloud.md section 12.1. Names that only
// talk about a secret end in what they say of it.
bool named_like_secret(std::string_view name) {
    constexpr std::array<std::string_view, 6> words{"secret",      "token",      "password",
                                                    "private_key", "access_key", "credential"};
    constexpr std::array<std::string_view, 14> endings{"_ref",     "_file", "_path",   "_name",    "_ms",
                                                       "_ttl",     "_url",  "_dir",    "_mode",    "_seconds",
                                                       "_enabled", "_id",   "_scopes", "_required"};
    const std::string lower = lowered(name);
    if (!has_any(lower, words)) return false;
    return lower.ends_with("access_key_id") ||
           std::none_of(endings.begin(), endings.end(),
                        [&](std::string_view ending) { return lower.ends_with(ending); });
}

bool has_password(std::string_view url) {
    auto passwords = net::passwords_in(url);
    for (std::string& password : passwords) cleanse(password);
    return !passwords.empty();
}

// A switch or a number is no secret, nor is a reference to another variable.
bool may_be_secret(std::string_view value) {
    constexpr std::size_t shortest = 4;
    return value.size() >= shortest && value.find("$(") == std::string_view::npos && value != "true" &&
           value != "false" &&
           !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool holds_secret(std::string_view name, std::string_view text) {
    const std::string_view value = trimmed(text);
    if (!may_be_secret(value) || is_sealed(value)) return false;
    const rules::Key* key = rules::find_key(name);
    if (key == nullptr) return named_like_secret(name) || has_password(value);
    if (key->kind == KeyKind::database_url) return has_password(value);
    // Of JSON only the list of providers is sure to hold some.
    if (key->kind == KeyKind::json) return name.ends_with("_PROVIDERS") && value != "[]";
    return key->secret();
}

void check_env(const KubernetesChecks& checks, const KubernetesWorkload& workload,
               const KubernetesContainer& container) {
    for (const YamlNode* entry : items_of(container.node->find("env"))) {
        const std::string_view name = text_of(entry->find("name"));
        const YamlNode* value = entry->find("value");
        if (!holds_secret(name, text_of(value))) continue;
        checks.findings.add(
            "kubernetes.secret-in-env", value->where, std::string(name),
            fmt::format("{} of {} is a secret, and stands here in clear", name, spot(workload, container)),
            {}, checks.broken(container.service != nullptr));
    }
}

void check_config_map(const KubernetesChecks& checks, const KubernetesObject& object) {
    for (const YamlNode::Member& member : members_of(object.node->find("data"))) {
        if (!holds_secret(member.name(), text_of(member.value))) continue;
        checks.findings.add(
            "kubernetes.secret-in-config-map", member.value->where, std::string(member.name()),
            fmt::format("{} is a secret, and stands in clear in {}", member.name(), object.label()), {},
            checks.broken(rules::find_key(member.name()) != nullptr));
    }
}

// Secrets come by a variable, a mounted volume, or a reference to a secret manager.
bool has_secret_source(const KubernetesWorkload& workload, const KubernetesContainer& container) {
    for (const YamlNode* source : items_of(container.node->find("envFrom")))
        if (source->find("secretRef") != nullptr) return true;
    for (const YamlNode* entry : items_of(container.node->find("env")))
        if (node_at(entry, {"valueFrom", "secretKeyRef"}) != nullptr ||
            text_of(entry->find("name")).ends_with("_REF"))
            return true;
    for (const YamlNode* volume : items_of(workload.pod->find("volumes")))
        if (volume->find("secret") != nullptr || volume->find("csi") != nullptr ||
            volume->find("projected") != nullptr)
            return true;
    return false;
}

}  // namespace

void check_container_secrets(const KubernetesChecks& checks) {
    for (const KubernetesObject& object : checks.manifests.objects())
        if (object.kind == "ConfigMap") check_config_map(checks, object);
    for (const KubernetesWorkload& workload : checks.manifests.workloads())
        for (const KubernetesContainer& container : workload.containers) {
            check_env(checks, workload, container);
            if (container.service == nullptr || container.init || !workload.lasting) continue;
            if (has_secret_source(workload, container)) continue;
            checks.findings.add("kubernetes.no-secret-source",
                                nearest_place(*container.node, {"envFrom"}, container.where()), "envFrom",
                                fmt::format("{} is given no Secret", spot(workload, container)));
        }
}

}  // namespace cowork::validators
