#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace cowork {

// A piece of a text: lines from 1, columns from 1 in Unicode code points (bytes that are no UTF-8 count one
// each). The end is one past the last character. All 0 for a file as a whole.
struct TextRange {
    int line = 0, column = 0;
    int end_line = 0, end_column = 0;
};

// Turns byte offsets into lines and columns; made once for a text, asked often. The text must outlive it.
class LineIndex {
  public:
    explicit LineIndex(std::string_view text);

    // From that byte to the one before `end`. Offsets past the end of the text mean its end.
    [[nodiscard]] TextRange range(std::size_t begin, std::size_t end) const;
    // The offset of a line's byte, both counted from 1; a column past the line's end means its end.
    [[nodiscard]] std::size_t offset(int line, int byte_column) const;
    // From that byte to the end of its line.
    [[nodiscard]] TextRange rest_of_line(int line, int byte_column) const;
    [[nodiscard]] std::string_view line(int number) const;  // without its line break
    [[nodiscard]] int lines() const { return static_cast<int>(begins_.size()); }

  private:
    static constexpr std::size_t mark = 512;  // bytes between two marks
    [[nodiscard]] int characters_before(std::size_t offset) const;

    std::string_view text_;
    std::vector<std::size_t> begins_;
    std::vector<int> before_;  // characters before each mark
};

}  // namespace cowork
