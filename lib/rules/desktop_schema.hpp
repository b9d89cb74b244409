#pragma once

#include "config/jsonc_document.hpp"
#include "core/error.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

enum class LayerType {
    boolean,
    number,
    text,
    text_or_null,
    version,
    object,
    list,
    texts,
    choice,
    base_url,
    label
};

// A key of Desktop's configuration schema.
struct LayerKey {
    std::string_view parent;  // dotted; `[]` stands for every element of a list; empty for the top
    std::string_view name;
    LayerType type = LayerType::text;
    std::string_view choices = {};  // of a choice: words with | between
    bool needed = false;            // its object is of no use without it
};

// The top level of the schema and the blocks that cowork reads or writes. A block with a row here has no
// other keys than its rows (contract/health-center.md section 8.2).
[[nodiscard]] std::span<const LayerKey> layer_keys();
[[nodiscard]] const LayerKey* find_layer_key(std::string_view parent, std::string_view name);
// The words of a choice.
[[nodiscard]] std::vector<std::string_view> choices_of(const LayerKey& key);

// Whether a text can be the value of a key, and what can.
[[nodiscard]] bool layer_value_fits(const LayerKey& key, const std::string& text);
[[nodiscard]] std::string expected_value(const LayerKey& key);  // "true or false"

// What makes Desktop refuse a layer, and all other layers with it: unknown keys, wrong types, placeholders of
// variables that the file does not allow. Values that hold a placeholder are not judged. No message holds a
// value.
[[nodiscard]] std::vector<Error> judge_layer(const config::JsoncDocument& document);

// Whether a text holds `{env:` or `{file:`, which Desktop replaces when it reads the file.
[[nodiscard]] bool has_placeholder(std::string_view text);

}  // namespace cowork::rules
