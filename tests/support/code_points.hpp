#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::test {

// The characters of a UTF-8 text, nothing when it is none (Unicode, table 3-7). Written apart from the
// program's own decoder, to judge it.
inline std::optional<std::u32string> code_points(std::string_view text) {
    constexpr std::array<char32_t, 4> smallest{0, 0x80, 0x800, 0x10000};  // by continuation bytes
    std::u32string points;
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at++]);
        const std::size_t more = first < 0x80       ? 0
                                 : first >> 5 == 6  ? 1
                                 : first >> 4 == 14 ? 2
                                 : first >> 3 == 30 ? 3
                                                    : 9;
        if (more == 9 || text.size() - at < more) return std::nullopt;
        char32_t point = more == 0 ? first : first & (0x3FU >> more);
        for (std::size_t i = 0; i < more; ++i) {
            const auto next = static_cast<unsigned char>(text[at++]);
            if (next >> 6 != 2) return std::nullopt;
            point = point << 6 | (next & 0x3FU);
        }
        const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (point < smallest.at(more) || surrogate || point > 0x10FFFF) return std::nullopt;
        points.push_back(point);
    }
    return points;
}

}  // namespace cowork::test
