#include "capabilities/desktop_models.hpp"

#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

// Without the provider's own prefix.
std::string plain_model(const std::string& provider, std::string_view id) {
    const std::string_view model = trimmed(id);
    return std::string(model.starts_with(provider + "/") ? model.substr(provider.size() + 1) : model);
}

bool offers(const DesktopProvider& provider, const std::string& model) {
    return std::find(provider.models.begin(), provider.models.end(), model) != provider.models.end();
}

// As Desktop settles a default: any id will do for a provider without a list.
std::string listed(const DesktopProvider& provider, const std::string& model) {
    if (trimmed(model).empty()) return {};
    std::string plain = plain_model(provider.id, model);
    if (provider.models.empty() || offers(provider, plain)) return plain;
    return offers(provider, model) ? model : std::string{};
}

// The file in which Desktop keeps the models that a provider's server lists.
void add_cached(const DesktopWorld& world, DesktopProvider& provider) {
    std::string name;
    for (const char c : provider.id) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '_' || c == '-';
        if (plain || !name.ends_with('_')) name += plain ? c : '_';
    }
    const std::string path = world.sources.root + "/provider-catalogs/" + name + ".json";
    auto text = world.sources.files.read(path, largest_desktop_config, probes::Links::follow);
    if (!text) return;
    const auto document = config::JsoncDocument::parse(std::move(*text), path, "Desktop", 0);
    if (!document || !document->root().contains("models") || !document->root()["models"].is_array()) return;
    for (const Json& model : document->root()["models"])
        if (!text_in(model, "name").empty()) provider.models.push_back(text_in(model, "id"));
}

}  // namespace

DesktopProvider read_provider(const DesktopWorld& world, const std::string& id) {
    DesktopProvider provider;
    provider.id = id;
    const auto in = [&](const char* group) {
        const Json* found = world.config.value(config::child_pointer(group, id));
        return found != nullptr && found->is_object() ? found : nullptr;
    };
    const Json* descriptor = in("/providers/descriptors");
    const Json* custom = in("/providers/custom");
    provider.complete = world.config.bundled_seen() || descriptor != nullptr || custom != nullptr;
    const Json* counts = descriptor != nullptr ? descriptor : custom;
    if (counts == nullptr) return provider;
    provider.name = text_in(*counts, "name");
    const bool built_in = descriptor != nullptr && text_in(*descriptor, "runtime") == "builtin";
    if (custom != nullptr && !built_in) provider.package = text_in(*custom, "npm");
    const Json models = counts->value("models", Json());
    if (descriptor == nullptr && models.is_object()) {
        for (const auto& [model, unused] : models.items()) provider.models.push_back(model);
    } else if (descriptor != nullptr && models.is_array()) {
        for (const Json& model : models) provider.models.push_back(text_in(model, "id"));
        if (descriptor->contains("dynamicCatalog")) add_cached(world, provider);
    }
    std::string global;
    if (world.config.text("/providers/defaultProvider") == id)
        global = world.config.text("/providers/defaultModel");
    const auto own = [](const Json* of) {
        return of == nullptr ? std::string{} : text_in(*of, "defaultModel");
    };
    for (const std::string& candidate : {own(descriptor), own(custom), global})
        if (provider.default_model.empty()) provider.default_model = listed(provider, candidate);
    if (provider.default_model.empty()) provider.default_model = global;
    return provider;
}

std::optional<std::string> offered_model(const DesktopProvider& provider, const std::string& id) {
    const std::string model(trimmed(id));
    if (model.empty()) return std::nullopt;
    const std::string plain = plain_model(provider.id, model);
    if (!provider.models.empty()) {
        if (offers(provider, model)) return model;
        return offers(provider, plain) ? std::optional(plain) : std::nullopt;
    }
    const bool belongs = model.find('/') == std::string::npos || model.starts_with(provider.id + "/");
    return belongs ? std::optional(plain) : std::nullopt;
}

}  // namespace cowork::capabilities
