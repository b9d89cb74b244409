#include "setup/desktop/layer.hpp"

#include "rules/desktop_schema.hpp"
#include "setup/desktop/layer_edit.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::setup {
namespace {

using Json = nlohmann::ordered_json;
using config::JsoncDocument;
using rules::DesktopLayers;

Error refusal(const LayerWish& wish, std::string message, std::string remedy) {
    return {ErrorCode::refused, std::move(message), std::move(remedy), {wish.flag, 0, 0, {}}};
}

// The managed layer is read last: where it has a value, or a list, ours has no effect.
std::optional<Error> overruled(const DesktopLayers& layers, const LayerWish& wish) {
    const rules::DesktopLayer* managed = layers.find(rules::LayerKind::managed);
    if (managed == nullptr) return std::nullopt;
    for (std::string_view at = wish.pointer; !at.empty(); at = at.substr(0, at.rfind('/'))) {
        const Json* value = managed->document.find(at);
        if (value == nullptr || value->is_object()) continue;
        if (at == wish.pointer && *value == Json::parse(wish.value)) return std::nullopt;
        return refusal(wish,
                       fmt::format("{} would have no effect: the managed layer sets {} ({})", wish.flag,
                                   config::dotted(at), managed->document.where(at).place()),
                       "ask whoever administers this machine to change it there");
    }
    return std::nullopt;
}

std::string pretty_pointer(std::string_view pointer) {
    const bool adds = pointer.ends_with("/-");
    return config::dotted(adds ? pointer.substr(0, pointer.size() - 2) : pointer);
}

std::string edit_line(const JsoncDocument& document, const LayerWish& wish) {
    const Json value = Json::parse(wish.value);
    const Json* before = document.find(wish.pointer);
    const std::string name = pretty_pointer(wish.pointer);
    if (wish.pointer.ends_with("/-")) return fmt::format("+{}: {}", name, value.dump());
    if (before == nullptr) return fmt::format("+{} = {}", name, value.dump());
    return fmt::format("~{} = {} (was {})", name, value.dump(), shown(*before));
}

// As the wish reads, on values instead of on text.
void apply(Json& root, const LayerWish& wish) {
    const Json::json_pointer pointer(wish.pointer);
    const Json value = Json::parse(wish.value);
    if (pointer.back() == "-") {
        Json& list = root[pointer.parent_pointer()];
        if (list.is_null()) list = Json::array();
        list.push_back(value);
    } else {
        root[pointer] = value;
    }
}

std::vector<Error> not_editable(const DesktopLayers& layers, const LayerWish& wish, const Json& wished) {
    const Json::json_pointer pointer(wish.pointer);
    const Json::json_pointer top(
        "/" + Json::json_pointer(wish.pointer).to_string().substr(1, wish.pointer.find('/', 1) - 1));
    return {refusal(wish, fmt::format("{} cannot be edited without risk to what it holds", layers.user_path),
                    fmt::format("write this into it by hand: \"{}\": {}", top.back(),
                                wished.contains(top) ? wished.at(top).dump() : wish.value))};
}

}  // namespace

Result<DesktopLayers> desktop_layers(const Surroundings& surroundings) {
    static const config::Environment nothing;
    return rules::read_desktop_layers(
        surroundings.environment == nullptr ? nothing : *surroundings.environment, surroundings.read,
        rules::this_platform());
}

std::vector<Note> layer_notes(const DesktopLayers& layers) {
    std::vector<Note> notes;
    for (const auto& layer : layers.found)
        notes.push_back(
            {true, fmt::format("{} is {}", rules::to_string(layer.kind), layer.document.path()), {}});
    for (const auto& shadowed : layers.shadowed)
        notes.push_back(
            {false,
             fmt::format("{} counts for nothing, because {} is read instead", shadowed.path, shadowed.by),
             fmt::format("keep one of the two: move what is needed into {}", shadowed.by)});
    for (const auto kind : layers.without_file)
        notes.push_back({false, fmt::format("{} has no file", rules::to_string(kind)),
                         "unset the variable, or put the file where it points"});
    return notes;
}

PlannedLayer plan_user_layer(const DesktopLayers& layers, const std::vector<LayerWish>& wishes) {
    if (!layers.problems.empty()) return tl::unexpected(layers.problems);
    std::vector<Error> problems;
    for (const LayerWish& wish : wishes)
        if (auto problem = overruled(layers, wish)) problems.push_back(std::move(*problem));
    if (!problems.empty()) return tl::unexpected(std::move(problems));

    const rules::DesktopLayer* user = layers.find(rules::LayerKind::user);
    auto document =
        user != nullptr ? Result<JsoncDocument>(user->document) : JsoncDocument::parse({}, layers.user_path);
    LayerFile file{layers.user_path, {}, {}};
    Json wished = document->root();
    for (const LayerWish& wish : wishes) {
        const Json* before = document->find(wish.pointer);
        if (before != nullptr && *before == Json::parse(wish.value)) continue;
        file.edits.push_back(edit_line(*document, wish));
        apply(wished, wish);
        document = JsoncDocument::parse(with_value(*document, wish.pointer, wish.value), file.path);
        if (!document || document->root() != wished)
            return tl::unexpected(not_editable(layers, wish, wished));
    }
    if (auto broken = rules::judge_layer(*document); !broken.empty())
        return tl::unexpected(std::move(broken));
    file.text = document->text();
    return file;
}

std::string shown(const Json& value) {
    if (value.is_array()) return fmt::format("a list of {}", value.size());
    return value.is_structured() ? "an object" : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace cowork::setup
