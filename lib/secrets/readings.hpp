#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork {

// A text as a reader of its escapes understands it, and where each of its bytes stands in the text it came
// from: byte i of `bytes` was written at [place[i], place[i + 1]).
struct Reading {
    std::string bytes;
    std::vector<std::size_t> place;
};

// The text itself, and what is left of it once percent escapes (with `+` as it is, and as a blank) and
// backslash escapes (JSON's) are undone, each up to twice. Only readings that differ from the text.
[[nodiscard]] std::vector<Reading> readings_of(std::string_view text);

}  // namespace cowork
