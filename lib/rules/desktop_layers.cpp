#include "rules/desktop_layers.hpp"

#include "rules/desktop_schema.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::rules {
namespace {

class LayerReader {
  public:
    LayerReader(const ReadFile& read, DesktopLayers& layers) : read_(read), layers_(layers) {}

    void layer(const LayerPlaces& places, bool named) {
        const std::string* counts = nullptr;
        for (const std::string& path : places.candidates) {
            auto text = read_(path);
            if (!text && text.error().code == ErrorCode::not_found) continue;
            if (counts != nullptr) {
                layers_.shadowed.push_back({path, *counts});
                continue;
            }
            counts = &path;
            if (text) {
                document(places.kind, path, std::move(*text));
            } else {
                unreadable(path, std::move(text.error()));
            }
        }
        if (counts == nullptr && named) layers_.without_file.push_back(places.kind);
        if (places.kind == LayerKind::user)
            layers_.user_path = counts == nullptr ? places.candidates.back() : *counts;
    }

  private:
    void unreadable(const std::string& path, Error error) {
        error.message += ", and Desktop ignores all configuration when it cannot read one layer";
        error.where = {path, 0, 0, {}};
        layers_.problems.push_back(std::move(error));
    }

    void document(LayerKind kind, const std::string& path, std::string text) {
        // One file named twice is one layer.
        const auto again = [&](const DesktopLayer& layer) { return layer.document.path() == path; };
        if (std::any_of(layers_.found.begin(), layers_.found.end(), again)) return;
        auto document = config::JsoncDocument::parse(std::move(text), path);
        if (!document) {
            unreadable(path, std::move(document.error()));
            return;
        }
        for (Error& problem : judge_layer(*document)) layers_.problems.push_back(std::move(problem));
        layers_.found.push_back({kind, std::move(*document)});
    }

    const ReadFile& read_;
    DesktopLayers& layers_;
};

// The names that the application itself brings along.
void take_bundled_names(const ReadFile& read, const std::string& resources, DesktopNames& names) {
    if (resources.empty()) return;
    for (const char* name : {"/open-cowork.config.jsonc", "/open-cowork.config.json"}) {
        auto text = read(resources + name);
        if (!text && text.error().code == ErrorCode::not_found) continue;
        const auto document = text ? config::JsoncDocument::parse(std::move(*text), resources + name)
                                   : tl::unexpected<Error>(text.error());
        if (!document) return;
        for (const auto& [pointer, kept] : {std::pair{"/branding/dataDirName", &names.data_dir_name},
                                            std::pair{"/branding/name", &names.brand}})
            if (const auto* value = document->find(pointer); value != nullptr && value->is_string())
                if (std::string word = value->get<std::string>(); !word.empty()) *kept = std::move(word);
        return;
    }
}

}  // namespace

const DesktopLayer* DesktopLayers::find(LayerKind kind) const {
    const auto layer =
        std::find_if(found.begin(), found.end(), [&](const DesktopLayer& each) { return each.kind == kind; });
    return layer == found.end() ? nullptr : &*layer;
}

const DesktopLayer* DesktopLayers::winner(std::string_view pointer) const {
    const auto layer = std::find_if(found.rbegin(), found.rend(), [&](const DesktopLayer& each) {
        return each.document.find(pointer) != nullptr;
    });
    return layer == found.rend() ? nullptr : &*layer;
}

const nlohmann::ordered_json* DesktopLayers::value(std::string_view pointer) const {
    const DesktopLayer* layer = winner(pointer);
    return layer == nullptr ? nullptr : layer->document.find(pointer);
}

std::optional<bool> DesktopLayers::flag(std::string_view pointer) const {
    const auto* found_value = value(pointer);
    if (found_value == nullptr || !found_value->is_boolean()) return std::nullopt;
    return found_value->get<bool>();
}

std::string DesktopLayers::text(std::string_view pointer) const {
    const auto* found_value = value(pointer);
    return found_value == nullptr || !found_value->is_string() ? std::string{}
                                                               : found_value->get<std::string>();
}

Result<DesktopLayers> read_desktop_layers(const config::Environment& environment, const ReadFile& read,
                                          Platform platform, const std::string& resources) {
    auto home = home_directory(environment);
    if (!home) return tl::unexpected(std::move(home.error()));
    DesktopLayers layers;
    layers.home = std::move(*home);
    take_bundled_names(read, resources, layers.names);
    LayerReader reader(read, layers);
    for (const LayerPlaces& places : named_layers(environment)) reader.layer(places, true);
    if (std::string name = layers.text("/branding/dataDirName"); !name.empty())
        layers.names.data_dir_name = std::move(name);
    for (const LayerPlaces& places : fixed_layers(layers.home, layers.names, platform))
        reader.layer(places, false);
    if (std::string brand = layers.text("/branding/name"); !brand.empty())
        layers.names.brand = std::move(brand);
    layers.data_root = data_root(environment, layers.home, layers.names, platform);
    return layers;
}

}  // namespace cowork::rules
