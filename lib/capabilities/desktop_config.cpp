#include "capabilities/desktop_config.hpp"

#include "capabilities/desktop_placeholders.hpp"
#include "rules/desktop_schema.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word_of(rules::LayerKind kind) {
    switch (kind) {
        case rules::LayerKind::override_file:
            return "override-file";
        case rules::LayerKind::directory:
            return "directory";
        case rules::LayerKind::user:
            return "user";
        case rules::LayerKind::managed:
            return "managed";
    }
    return "user";
}

bool is_skipped(std::string_view key) {
    return key == "__proto__" || key == "constructor" || key == "prototype";
}

// Objects key by key, everything else as a whole. No deeper than documents are (core/json_depth.hpp).
void merge_into(Json& base, const Json& over) {
    for (const auto& [key, value] : over.items()) {
        if (is_skipped(key)) continue;
        if (!value.is_object()) {
            base[key] = value;
            continue;
        }
        if (!base.contains(key) || !base[key].is_object()) base[key] = Json::object();
        merge_into(base[key], value);
    }
}

}  // namespace

report::CapabilityPlace ConfigOrigin::place(const Redactor& redactor) const {
    return {redactor.clean(where.file), where.line, where.column};
}

DesktopConfig DesktopConfig::read(const rules::DesktopLayers& layers, const std::string& resources,
                                  const config::Environment& environment, probes::FileProbe& files) {
    DesktopConfig config;
    config.read_bundled(resources, files);
    for (const rules::DesktopLayer& layer : layers.found)
        config.layers_.push_back({word_of(layer.kind), layer.document});
    config.problems_.insert(config.problems_.end(), layers.problems.begin(), layers.problems.end());
    Json merged = Json::object();
    Json written = Json::object();
    if (config.discarded()) {
        config.layers_.clear();
    } else {
        for (const Layer& layer : config.layers_) {
            merge_into(merged, without_placeholders(layer.document, layers.home, environment, files));
            merge_into(written, layer.document.root());
        }
    }
    config.merged_ = std::make_shared<const Json>(std::move(merged));
    config.written_ = std::make_shared<const Json>(std::move(written));
    return config;
}

void DesktopConfig::read_bundled(const std::string& resources, probes::FileProbe& files) {
    if (resources.empty()) return;
    const auto directory = files.target_facts(resources);
    bundled_seen_ = directory && directory->kind == probes::FileKind::directory;
    for (const char* name : {"/open-cowork.config.jsonc", "/open-cowork.config.json"}) {
        const std::string path = resources + name;
        auto text = files.read(path, largest_desktop_config, probes::Links::follow);
        if (!text && text.error().code == ErrorCode::not_found) continue;
        // What is no regular file counts as empty, and still stands before the other name.
        if (!text && text.error().code == ErrorCode::refused) return;
        if (!text) {
            problems_.push_back({text.error().code,
                                 path + " cannot be read",
                                 "run doctor as the user who runs Desktop",
                                 {path, 0, 0, {}}});
            return;
        }
        auto document = config::JsoncDocument::parse(std::move(*text), path);
        if (!document) {
            problems_.push_back(std::move(document.error()));
            return;
        }
        for (Error& problem : rules::judge_layer(*document)) problems_.push_back(std::move(problem));
        layers_.push_back({"bundled", std::move(*document)});
        return;
    }
}

const Json* DesktopConfig::value(std::string_view pointer) const {
    return config::value_at(*merged_, pointer);
}

const Json* DesktopConfig::written(std::string_view pointer) const {
    return config::value_at(*written_, pointer);
}

ConfigText DesktopConfig::text(std::string_view pointer) const {
    const Json* found = value(pointer);
    const Json* before = written(pointer);
    if (found == nullptr || !found->is_string() || before == nullptr || !before->is_string()) return {};
    return {found->get<std::string>(), before->get<std::string>()};
}

bool DesktopConfig::is_unknown(std::string_view pointer) const {
    const Json* found = value(pointer);
    return found == nullptr ? !bundled_seen_ : found->is_binary();
}

ConfigOrigins DesktopConfig::origins(std::string_view pointer) const {
    ConfigOrigins found;
    const Json* winner = nullptr;
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
        const Json* value = layer->document.find(pointer);
        if (value == nullptr || (winner != nullptr && *value == *winner)) continue;
        if (winner == nullptr) winner = value;
        found.push_back({std::string(layer->source), layer->document.where(pointer)});
    }
    return found;
}

std::map<std::string, ConfigOrigins> DesktopConfig::named_origins(const std::string& list,
                                                                  const char* key) const {
    std::map<std::string, ConfigOrigins> found;
    std::map<std::string, const Json*> winners;
    bool strongest = true;
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
        const Json* elements = layer->document.find(list);
        if (elements == nullptr) continue;
        if (!elements->is_array()) break;  // it took the place of what is below
        std::set<std::string> seen;        // the first of several with one name is the one that is found
        for (std::size_t i = 0; i < elements->size(); ++i) {
            const Json& element = (*elements)[i];
            if (!element.is_object() || !element.contains(key) || !element[key].is_string()) continue;
            const std::string name = element[key].get<std::string>();
            if (!seen.insert(name).second || (!strongest && !found.contains(name))) continue;
            const auto [winner, is_new] = winners.emplace(name, &element);
            if (!is_new && *winner->second == element) continue;
            found[name].push_back({std::string(layer->source),
                                   layer->document.where(config::child_pointer(list, std::to_string(i)))});
        }
        strongest = false;
    }
    return found;
}

}  // namespace cowork::capabilities
