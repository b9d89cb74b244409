#pragma once

#include "config/config.hpp"
#include "core/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::config {

// The same text with the commas that stand before a closing bracket blanked out, so that a strict reader
// takes it; comments are left for the reader. Length and line breaks stay as they are.
[[nodiscard]] std::string without_trailing_commas(std::string_view text);

// The same text with the comments blanked out. Length and line breaks stay as they are.
[[nodiscard]] std::string without_comments(std::string_view text);

// A flat JSON object (comments and trailing commas allowed) of strings, numbers and booleans, as the
// gateway's CONFIG and CONFIG_JSON hold. A null is as if absent. ErrorCode::invalid otherwise; the message
// names the place and the key, never a value.
[[nodiscard]] Result<std::vector<Setting>> read_flat_json(std::string_view text,
                                                          const std::string& source_name);

}  // namespace cowork::config
