#pragma once

#include <cstddef>
#include <string_view>

namespace cowork {

// No document that cowork reads nests deeper than a handful of levels.
inline constexpr std::size_t deepest_json = 64;

// Whether a JSON text nests deeper than `deepest_json`. Asked before parsing, because copying and comparing
// a parsed document recurse: half a mebibyte of `[` in a hostile answer would overflow the stack.
[[nodiscard]] inline bool too_deep(std::string_view json) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (in_string) {
            if (c == '\\') ++at;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest_json) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

}  // namespace cowork
