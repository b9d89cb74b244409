#include "core/line_index.hpp"

#include <algorithm>

namespace cowork {
namespace {

// UTF-8 continuation bytes do not begin a character.
int characters(std::string_view bytes) {
    return static_cast<int>(std::count_if(
        bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text), begins_{0} {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        begins_.push_back(at + 1);
    // One line may hold the whole text: its columns are counted from the nearest mark.
    before_.reserve(text.size() / mark + 1);
    before_.push_back(0);
    for (std::size_t at = 0; at + mark <= text.size(); at += mark)
        before_.push_back(before_.back() + characters(text.substr(at, mark)));
}

int LineIndex::characters_before(std::size_t offset) const {
    const std::size_t block = offset / mark;
    return before_[block] + characters(text_.substr(block * mark, offset - block * mark));
}

std::string_view LineIndex::line(int number) const {
    if (number < 1 || number > lines()) return {};
    const auto index = static_cast<std::size_t>(number) - 1;
    const std::size_t end = index + 1 < begins_.size() ? begins_[index + 1] - 1 : text_.size();
    std::string_view found = text_.substr(begins_[index], end - begins_[index]);
    if (found.ends_with('\r')) found.remove_suffix(1);
    return found;
}

std::size_t LineIndex::offset(int number, int byte_column) const {
    if (number < 1) return 0;
    if (number > lines()) return text_.size();
    const std::size_t column = byte_column < 1 ? 0 : static_cast<std::size_t>(byte_column) - 1;
    return begins_[static_cast<std::size_t>(number) - 1] + std::min(column, line(number).size());
}

TextRange LineIndex::range(std::size_t begin, std::size_t end) const {
    begin = std::min(begin, text_.size());
    end = std::clamp(end, begin, text_.size());
    const auto place = [&](std::size_t at) {
        const auto next = std::upper_bound(begins_.begin(), begins_.end(), at);
        const auto number = static_cast<int>(next - begins_.begin());
        const std::size_t start = *std::prev(next);
        return std::pair(number, characters_before(at) - characters_before(start) + 1);
    };
    const auto [line_number, column] = place(begin);
    const auto [end_line, end_column] = place(end);
    return {line_number, column, end_line, end_column};
}

TextRange LineIndex::rest_of_line(int number, int byte_column) const {
    const std::size_t begin = offset(number, byte_column);
    return range(begin, offset(number, static_cast<int>(line(number).size()) + 1));
}

}  // namespace cowork
