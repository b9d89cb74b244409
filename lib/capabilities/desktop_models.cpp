#include "capabilities/desktop_models.hpp"

#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

ConfigText literal(std::string_view text) { return {std::string(text), std::string(text)}; }

ConfigText without_blanks(const ConfigText& text) {
    return {std::string(trimmed(text.value)), std::string(trimmed(text.written))};
}

// Without the provider's own prefix. Where a placeholder brought it in, the text stays as it is written.
ConfigText plain_model(const std::string& provider, const ConfigText& id) {
    ConfigText model = without_blanks(id);
    if (!model.value.starts_with(provider + "/")) return model;
    std::string plain = model.value.substr(provider.size() + 1);
    if (model.value == model.written) return literal(plain);
    return {std::move(plain), std::move(model.written)};
}

bool offers(const DesktopProvider& provider, const ConfigText& model) {
    return std::any_of(provider.models.begin(), provider.models.end(),
                       [&](const ConfigText& each) { return each.value == model.value; });
}

// As Desktop settles a default: any id will do for a provider without a list.
ConfigText listed(const DesktopProvider& provider, const ConfigText& model) {
    if (trimmed(model.value).empty()) return {};
    ConfigText plain = plain_model(provider.id, model);
    if (provider.models.empty() || offers(provider, plain)) return plain;
    return offers(provider, model) ? model : ConfigText{};
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
        if (!text_in(model, "name").empty()) provider.models.push_back(literal(text_in(model, "id")));
}

}  // namespace

DesktopProvider read_provider(const DesktopWorld& world, const std::string& id) {
    DesktopProvider provider;
    provider.id = id;
    const auto in = [&](const char* group) -> std::optional<ConfigEntry> {
        const std::string pointer = config::child_pointer(group, id);
        const Json* found = world.config.value(pointer);
        const Json* written = world.config.written(pointer);
        if (found == nullptr || written == nullptr || !found->is_object()) return std::nullopt;
        return ConfigEntry{*found, *written};
    };
    const auto descriptor = in("/providers/descriptors");
    const auto custom = in("/providers/custom");
    provider.complete = world.config.bundled_seen() || descriptor || custom;
    const auto& counts = descriptor ? descriptor : custom;
    if (!counts) return provider;
    provider.name = text_in(*counts, "name");
    const bool built_in = descriptor && text_in(descriptor->value, "runtime") == "builtin";
    if (custom && !built_in) provider.package = text_in(*custom, "npm");
    const Json models = counts->value.value("models", Json());
    if (!descriptor && models.is_object()) {
        for (const auto& [model, unused] : models.items()) provider.models.push_back(literal(model));
    } else if (descriptor && models.is_array()) {
        for (const ConfigEntry& model : entries_of(&models, &counts->written["models"]))
            provider.models.push_back(text_in(model, "id"));
        if (descriptor->value.contains("dynamicCatalog")) add_cached(world, provider);
    }
    ConfigText global;
    if (world.config.text("/providers/defaultProvider").value == id)
        global = world.config.text("/providers/defaultModel");
    const auto own = [](const std::optional<ConfigEntry>& of) {
        return of ? text_in(*of, "defaultModel") : ConfigText{};
    };
    for (const ConfigText& candidate : {own(descriptor), own(custom), global})
        if (provider.default_model.empty()) provider.default_model = listed(provider, candidate);
    if (provider.default_model.empty()) provider.default_model = global;
    return provider;
}

std::optional<ConfigText> offered_model(const DesktopProvider& provider, const ConfigText& id) {
    const ConfigText model = without_blanks(id);
    if (model.empty()) return std::nullopt;
    const ConfigText plain = plain_model(provider.id, model);
    if (!provider.models.empty()) {
        if (offers(provider, model)) return model;
        return offers(provider, plain) ? std::optional(plain) : std::nullopt;
    }
    const bool belongs =
        model.value.find('/') == std::string::npos || model.value.starts_with(provider.id + "/");
    return belongs ? std::optional(plain) : std::nullopt;
}

}  // namespace cowork::capabilities
