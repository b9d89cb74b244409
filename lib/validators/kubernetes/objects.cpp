#include "validators/kubernetes/objects.hpp"

#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;

// A list inside a list inside a list is nobody's.
constexpr int deepest_list = 3;

std::string_view last_part(std::string_view image) {
    image = image.substr(0, image.find('@'));
    const auto slash = image.rfind('/');
    if (slash != std::string_view::npos) image.remove_prefix(slash + 1);
    return image.substr(0, image.find(':'));
}

// An image that was given another name is known by the keys that its container is given.
const rules::Service* service_of_keys(const YamlNode& container) {
    const rules::Service* found = nullptr;
    for (const YamlNode* entry : items_of(container.find("env"))) {
        const std::string_view name = text_of(entry->find("name"));
        for (const rules::Service* service : rules::services())
            if (name.starts_with(service->prefix) && service->find(name) != nullptr) found = service;
    }
    return found;
}

bool has_word(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// A piece that Kustomize lays over a whole manifest: it names neither image nor pods.
bool is_patch(const KubernetesWorkload& workload) {
    const auto& containers = workload.containers;
    return node_at(workload.object->spec(), {"selector"}) == nullptr &&
           std::all_of(containers.begin(), containers.end(),
                       [](const KubernetesContainer& one) { return one.image.empty(); });
}

TextRange place_of_name(const YamlNode& node, const YamlNode* name) {
    if (name != nullptr) return name->where;
    return node.is_map() && !node.members.empty() ? node.members.front().key->where : node.where;
}

}  // namespace

std::string_view text_of(const YamlNode* node) {
    return node == nullptr || !node->is_scalar() || node->is_null() ? std::string_view{} : node->text;
}

const YamlNode* node_at(const YamlNode* node, std::initializer_list<std::string_view> path) {
    return node == nullptr ? nullptr : node->at(path);
}

std::string_view text_at(const YamlNode* node, std::initializer_list<std::string_view> path) {
    return text_of(node_at(node, path));
}

const std::vector<const YamlNode*>& items_of(const YamlNode* node) {
    static const std::vector<const YamlNode*> none;
    return node == nullptr ? none : node->items;
}

const std::vector<YamlNode::Member>& members_of(const YamlNode* node) {
    static const std::vector<YamlNode::Member> none;
    return node == nullptr ? none : node->members;
}

bool is_true(const YamlNode* node) {
    return node != nullptr && node->is_scalar() && node->plain &&
           has_word(node->text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"});
}

bool is_false(const YamlNode* node) {
    return node != nullptr && node->is_scalar() && node->plain &&
           has_word(node->text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"});
}

bool is_typed(const YamlNode& node) {
    if (!node.is_scalar() || !node.plain || node.tag == "tag:yaml.org,2002:str" || node.tag == "!")
        return false;
    if (is_true(&node) || is_false(&node)) return true;
    std::string_view text = node.text;
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.front() < '0' || text.front() > '9') return false;
    const auto dots = std::count(text.begin(), text.end(), '.');
    return dots <= 1 && std::all_of(text.begin(), text.end(),
                                    [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '_'; });
}

std::optional<long long> integer_of(const YamlNode* node) { return rules::read_integer(text_of(node)); }

const rules::Service* service_of_image(std::string_view image) {
    const std::string_view name = last_part(image);
    if (name.find("open-cowork") == std::string_view::npos) return nullptr;
    if (name.find("standalone-gateway") != std::string_view::npos) return &rules::standalone_gateway();
    if (name.find("gateway") != std::string_view::npos) return &rules::channel_gateway();
    return name.find("cloud") != std::string_view::npos ? &rules::cloud_server() : nullptr;
}

std::string KubernetesObject::label() const {
    return fmt::format("{} {}", kind, name.empty() ? "without a name" : name);
}

TextRange KubernetesObject::where() const { return place_of_name(*node, node->at({"metadata", "name"})); }

TextRange KubernetesContainer::where() const { return place_of_name(*node, node->find("name")); }

bool KubernetesWorkload::ours() const {
    return std::any_of(containers.begin(), containers.end(),
                       [](const KubernetesContainer& one) { return one.service != nullptr; });
}

const YamlNode* KubernetesWorkload::labels() const { return node_at(pod_template, {"metadata", "labels"}); }

Manifests::Manifests(const config::YamlStream& stream) {
    for (const YamlNode* document : stream.documents()) take(*document, 0);
    for (const KubernetesObject& object : objects_) {
        known_.emplace(std::tuple(object.kind, object.space, object.name), &object);
        take_workload(object);
    }
}

void Manifests::take(const YamlNode& document, int depth) {
    if (!document.is_map()) return;
    if (text_of(document.find("kind")) == "List" && depth < deepest_list) {
        for (const YamlNode* item : items_of(document.find("items"))) take(*item, depth + 1);
        return;
    }
    const std::string_view space = text_at(&document, {"metadata", "namespace"});
    objects_.push_back({text_of(document.find("apiVersion")), text_of(document.find("kind")),
                        space.empty() ? "default" : space, text_at(&document, {"metadata", "name"}),
                        &document});
}

void Manifests::take_workload(const KubernetesObject& object) {
    const bool job = object.kind == "Job";
    if (!job && !has_word(object.kind, {"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Pod"})) return;
    KubernetesWorkload workload;
    workload.object = &object;
    if (object.kind == "CronJob")
        workload.pod_template = node_at(object.spec(), {"jobTemplate", "spec", "template"});
    else
        workload.pod_template = object.kind == "Pod" ? object.node : node_at(object.spec(), {"template"});
    workload.pod = node_at(workload.pod_template, {"spec"});
    workload.lasting = !job && object.kind != "CronJob";
    if (workload.pod == nullptr || !workload.pod->is_map()) return;
    for (const std::string_view list : {"initContainers", "containers"})
        for (const YamlNode* node : items_of(workload.pod->find(list))) {
            KubernetesContainer one{node, text_of(node->find("name")), text_of(node->find("image")),
                                    list == "initContainers", nullptr};
            one.service = service_of_image(one.image);
            if (one.service == nullptr) one.service = service_of_keys(*node);
            workload.containers.push_back(one);
        }
    if (!is_patch(workload)) workloads_.push_back(std::move(workload));
}

const KubernetesObject* Manifests::find(std::string_view kind, std::string_view space,
                                        std::string_view name) const {
    const auto found = known_.find({kind, space, name});
    return found == known_.end() ? nullptr : found->second;
}

const YamlNode* Manifests::lookup(const YamlNode* map, std::string_view key) const {
    constexpr std::size_t small = 32;
    if (map == nullptr || map->members.size() <= small) return map == nullptr ? nullptr : map->find(key);
    auto& index = indexes_[map];
    if (index.empty())
        for (const YamlNode::Member& member : map->members) index.emplace(member.name(), member.value);
    const auto found = index.find(key);
    return found == index.end() ? nullptr : found->second;
}

bool Manifests::includes(const YamlNode* labels, const YamlNode* wanted) const {
    // No selector is as long; each would be looked up for every object.
    constexpr std::size_t most = 64;
    const auto& members = members_of(wanted);
    return members.size() <= most &&
           std::all_of(members.begin(), members.end(), [&](const YamlNode::Member& one) {
               const YamlNode* own = lookup(labels, one.name());
               return own != nullptr && text_of(own) == text_of(one.value);
           });
}

}  // namespace cowork::validators
