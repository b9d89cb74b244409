#pragma once

#include "config/jsonc_document.hpp"

#include <string>
#include <string_view>

namespace cowork::setup {

// The document's text with one value put at a JSON pointer, and nothing else changed: comments, order and
// layout stay. Objects on the way that are missing are made; a last token of `-` adds to a list. `value` is
// JSON text. The text comes back as it was when an object or list on the way is something else.
[[nodiscard]] std::string with_value(const config::JsoncDocument& document, std::string_view pointer,
                                     const std::string& value);

}  // namespace cowork::setup
