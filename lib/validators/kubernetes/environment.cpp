#include "validators/kubernetes/environment.hpp"

#include "core/text.hpp"
#include "validators/sealed_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;
using rules::KeyKind;

// More variables than the product has keys are nobody's settings; Config looks keys up one by one.
constexpr std::size_t most_settings = 500;

class Builder {
  public:
    Builder(const Manifests& manifests, std::string_view space) : manifests_(manifests), space_(space) {}

    void take_source(const YamlNode& source) {
        const std::string_view prefix = text_of(source.find("prefix"));
        for (const auto& [field, kind] :
             {std::pair{"configMapRef", "ConfigMap"}, std::pair{"secretRef", "Secret"}}) {
            const YamlNode* reference = source.find(field);
            if (reference == nullptr) continue;
            const std::string_view name = text_of(reference->find("name"));
            const KubernetesObject* object = manifests_.find(kind, space_, name);
            if (object == nullptr) {
                built_.elsewhere.push_back(fmt::format("{} {}", kind, name));
                continue;
            }
            // A Secret's data is base64: set, but not judged.
            take_all(object->node->find("data"), prefix, object->kind == "Secret");
            if (object->kind == "Secret") take_all(object->node->find("stringData"), prefix, false);
        }
    }

    void take_entry(const YamlNode& entry) {
        const std::string name(text_of(entry.find("name")));
        if (name.empty()) return;
        if (const YamlNode* from = entry.find("valueFrom"); from != nullptr && from->is_map())
            return take_reference(name, *from);
        const YamlNode* value = entry.find("value");
        if (value == nullptr) return set_empty(name);
        if (text_of(value).find("$(") != std::string_view::npos) return set_unknown(name);
        set(name, *value);
    }

    KubernetesEnvironment take() { return std::move(built_); }

  private:
    void take_all(const YamlNode* map, std::string_view prefix, bool opaque) {
        const auto& members = members_of(map);
        for (std::size_t i = 0; i < members.size() && i < most_settings; ++i) {
            const std::string key = fmt::format("{}{}", prefix, members[i].name());
            opaque ? set_unknown(key) : set(key, *members[i].value);
        }
    }

    void take_reference(const std::string& name, const YamlNode& from) {
        if (const YamlNode* reference = from.find("configMapKeyRef")) {
            const KubernetesObject* object =
                manifests_.find("ConfigMap", space_, text_of(reference->find("name")));
            if (object == nullptr) return set_unknown(name);
            const YamlNode* value =
                manifests_.lookup(object->node->find("data"), text_of(reference->find("key")));
            return value == nullptr ? set_empty(name) : set(name, *value);
        }
        if (const YamlNode* reference = from.find("secretKeyRef")) {
            const KubernetesObject* object =
                manifests_.find("Secret", space_, text_of(reference->find("name")));
            const YamlNode* value = object == nullptr ? nullptr
                                                      : manifests_.lookup(object->node->find("stringData"),
                                                                          text_of(reference->find("key")));
            return value == nullptr ? set_unknown(name) : set(name, *value);
        }
        set_unknown(name);
    }

    void set(const std::string& key, const YamlNode& value) {
        if (is_sealed(text_of(&value))) return set_unknown(key);
        if (!room_for(key)) return;
        built_.unknown.erase(key);
        built_.places[key] = value.where;
        built_.known.set(key, Secret(text_of(&value)),
                         {"manifests", value.where.line, value.where.column, key});
    }
    void set_empty(const std::string& key) {
        built_.unknown.erase(key);
        if (built_.known.find(key) != nullptr) built_.known.set(key, Secret(), {});
    }
    void set_unknown(const std::string& key) {
        if (!room_for(key)) return;
        set_empty(key);
        built_.unknown.insert(key);
    }
    [[nodiscard]] bool room_for(const std::string& key) const {
        return built_.places.contains(key) || built_.unknown.contains(key) ||
               built_.places.size() + built_.unknown.size() < most_settings;
    }

    const Manifests& manifests_;
    std::string_view space_;
    KubernetesEnvironment built_;
};

// Of the right kind, so that no rule about another key stumbles over it.
std::string stand_in(const rules::Key& key, const std::string& full_name) {
    constexpr std::array urls{KeyKind::service_url, KeyKind::opencode_url, KeyKind::public_url,
                              KeyKind::delivery_url};
    if (key.kind == KeyKind::database_url) return "postgres://elsewhere.example/elsewhere";
    if (std::find(urls.begin(), urls.end(), key.kind) != urls.end()) return "https://elsewhere.example";
    if (key.kind == KeyKind::json) return {};
    return key.fallback.empty() ? "elsewhere-" + full_name : std::string(key.fallback);
}

}  // namespace

bool KubernetesEnvironment::sets(const std::string& key) const {
    return unknown.contains(key) || !trimmed(known.text(key)).empty();
}

config::Config KubernetesEnvironment::completed(const rules::Service& service) const {
    config::Config all;
    for (const config::Setting& setting : known.settings())
        all.set(setting.key, setting.value.clone(), setting.source);
    for (const std::string& key : unknown)
        if (const rules::Key* row = service.find(key)) all.set(key, Secret(stand_in(*row, key)), {});
    return all;
}

KubernetesEnvironment environment_of(const Manifests& manifests, const KubernetesWorkload& workload,
                                     const KubernetesContainer& container) {
    Builder builder(manifests, workload.object->space);
    for (const YamlNode* source : items_of(container.node->find("envFrom"))) builder.take_source(*source);
    for (const YamlNode* entry : items_of(container.node->find("env"))) builder.take_entry(*entry);
    return builder.take();
}

}  // namespace cowork::validators
