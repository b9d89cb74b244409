#pragma once

#include "config/jsonc_document.hpp"
#include "core/line_index.hpp"

#include <string_view>

namespace cowork::validators {

// Where the value at a JSON pointer stands; of one that is not there, where the value that should hold it
// begins.
[[nodiscard]] TextRange json_place(const config::JsoncDocument& document, const LineIndex& index,
                                   std::string_view pointer);

}  // namespace cowork::validators
