#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::app {

// Text for people is folded for a terminal of so many columns.
inline constexpr std::size_t columns = 80;

// The words of a text, without the blanks between them.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

// The words in lines that fit between INDENT and the last column; the first line is indented by the caller.
// TAIL ends every line but the last one.
[[nodiscard]] std::string fold(const std::vector<std::string>& words, std::size_t indent,
                               std::string_view tail = {});

}  // namespace cowork::app
