#pragma once

#include "config/yaml_document.hpp"
#include "rules/service.hpp"

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace cowork::validators {

// Manifests as a reader of Kubernetes sees them. Nodes and views point into the stream they were read from.

struct KubernetesObject {
    std::string_view api_version, kind, space, name;  // space: the namespace, `default` where none is written
    const config::YamlNode* node = nullptr;
    [[nodiscard]] const config::YamlNode* spec() const { return node->find("spec"); }
    // As people write it: Deployment open-cowork-cloud-web.
    [[nodiscard]] std::string label() const;
    // Where to point when the object as a whole is meant: at its name.
    [[nodiscard]] TextRange where() const;
};

struct KubernetesContainer {
    const config::YamlNode* node = nullptr;
    std::string_view name, image;
    bool init = false;
    const rules::Service* service = nullptr;  // of the product; null for other software
    [[nodiscard]] TextRange where() const;    // its name
};

// An object that runs pods.
struct KubernetesWorkload {
    const KubernetesObject* object = nullptr;
    const config::YamlNode* pod_template = nullptr;
    const config::YamlNode* pod = nullptr;  // the pod's spec
    bool lasting = false;                   // it is to keep running: no Job
    std::vector<KubernetesContainer> containers;
    [[nodiscard]] bool ours() const;  // a container of it is the product's
    [[nodiscard]] const config::YamlNode* labels() const;
};

class Manifests {
  public:
    explicit Manifests(const config::YamlStream& stream);
    Manifests(const Manifests&) = delete;
    Manifests& operator=(const Manifests&) = delete;

    [[nodiscard]] const std::vector<KubernetesObject>& objects() const { return objects_; }
    [[nodiscard]] const std::vector<KubernetesWorkload>& workloads() const { return workloads_; }
    // The first of that identity; null when the stream has none.
    [[nodiscard]] const KubernetesObject* find(std::string_view kind, std::string_view space,
                                               std::string_view name) const;

    // Like map->find(key), but asked often; null when there is no map.
    [[nodiscard]] const config::YamlNode* lookup(const config::YamlNode* map, std::string_view key) const;
    // Whether all of `wanted` stands among `labels`. Nothing wanted is always there.
    [[nodiscard]] bool includes(const config::YamlNode* labels, const config::YamlNode* wanted) const;

  private:
    void take(const config::YamlNode& document, int depth);
    void take_workload(const KubernetesObject& object);

    std::vector<KubernetesObject> objects_;
    std::vector<KubernetesWorkload> workloads_;
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const KubernetesObject*>
        known_;
    // Of large maps, made when one is first asked. Not for several threads.
    mutable std::unordered_map<const config::YamlNode*,
                               std::unordered_map<std::string_view, const config::YamlNode*>>
        indexes_;
};

// The text of a scalar; empty for anything else, and for null.
[[nodiscard]] std::string_view text_of(const config::YamlNode* node);
[[nodiscard]] std::string_view text_at(const config::YamlNode* node,
                                       std::initializer_list<std::string_view> path);
[[nodiscard]] const config::YamlNode* node_at(const config::YamlNode* node,
                                              std::initializer_list<std::string_view> path);
// The items of a list; none for anything else.
[[nodiscard]] const std::vector<const config::YamlNode*>& items_of(const config::YamlNode* node);
[[nodiscard]] const std::vector<config::YamlNode::Member>& members_of(const config::YamlNode* node);
// A boolean as YAML of Kubernetes and Helm reads it: plain true, yes, on.
[[nodiscard]] bool is_true(const config::YamlNode* node);
[[nodiscard]] bool is_false(const config::YamlNode* node);
// A plain scalar that YAML does not read as a text: a number, a boolean.
[[nodiscard]] bool is_typed(const config::YamlNode& node);
[[nodiscard]] std::optional<long long> integer_of(const config::YamlNode* node);

// The product's service that an image holds; null when the name says nothing.
[[nodiscard]] const rules::Service* service_of_image(std::string_view image);

}  // namespace cowork::validators
