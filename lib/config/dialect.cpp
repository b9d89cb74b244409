#include "config/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::config {
namespace {

constexpr std::size_t max_key_bytes = 256;
constexpr std::string_view header_start = "# Written by cowork ";
constexpr std::string_view header_middle = " (dialect: ";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// The length of the well-formed UTF-8 sequence at the start of the text, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned first = byte(0);
    const auto continues = [&](std::size_t i) {
        return i < text.size() && is_continuation(static_cast<unsigned char>(text[i]));
    };
    if (first < 0x80U) return 1;
    if (first >= 0xC2U && first <= 0xDFU) return continues(1) ? 2 : 0;
    if (first >= 0xE0U && first <= 0xEFU) {
        if (first == 0xE0U && byte(1) < 0xA0U) return 0;  // overlong
        if (first == 0xEDU && byte(1) > 0x9FU) return 0;  // surrogate
        return continues(1) && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0U && first <= 0xF4U) {
        if (first == 0xF0U && byte(1) < 0x90U) return 0;  // overlong
        if (first == 0xF4U && byte(1) > 0x8FU) return 0;  // past U+10FFFF
        return continues(1) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

// What readers call a line end or a control character beyond ASCII.
CharClass classify_wide(std::string_view sequence) {
    if (sequence == "\u0085" || sequence == "\u2028" || sequence == "\u2029") return CharClass::newline;
    if (sequence.size() == 2 && sequence[0] == '\xC2' && static_cast<unsigned char>(sequence[1]) < 0xA0U) {
        return CharClass::control;
    }
    return CharClass::none;
}

CharClass classify_portable(char c) {
    constexpr std::string_view safe = "_-./:@%+,=^!*?[]{}~";
    if (is_letter(c) || is_digit(c) || safe.find(c) != std::string_view::npos) return CharClass::none;
    switch (c) {
        case ' ':
            return CharClass::space;
        case '\'':
        case '"':
        case '`':
            return CharClass::quote;
        case '\\':
            return CharClass::backslash;
        case '$':
            return CharClass::dollar;
        case '#':
            return CharClass::hash;
        default:
            return static_cast<unsigned char>(c) >= 0x80U ? CharClass::non_ascii : CharClass::shell_syntax;
    }
}

}  // namespace

std::optional<Dialect> parse_dialect(std::string_view name) {
    const auto* found = std::find_if(all_dialects.begin(), all_dialects.end(),
                                     [&](Dialect dialect) { return to_string(dialect) == name; });
    if (found == all_dialects.end()) return std::nullopt;
    return *found;
}

std::string_view describe(CharClass problem) {
    switch (problem) {
        case CharClass::none:
            return "nothing";
        case CharClass::newline:
            return "a line break";
        case CharClass::control:
            return "a control character";
        case CharClass::invalid_utf8:
            return "bytes that are not UTF-8";
        case CharClass::non_ascii:
            return "a character outside ASCII";
        case CharClass::space:
            return "a space";
        case CharClass::quote:
            return "a single, double or back quote";
        case CharClass::backslash:
            return "a backslash";
        case CharClass::dollar:
            return "a dollar sign";
        case CharClass::hash:
            return "a hash sign";
        case CharClass::shell_syntax:
            return "a character of shell syntax (one of & ; < > ( ) |)";
        case CharClass::leading:
            return "a tilde or an equals sign as its first character";
        case CharClass::tilde:
            return "a tilde after a colon or an equals sign";
        case CharClass::too_long:
            return "more than 60 KiB";
    }
    return "nothing";
}

CharClass forbidden_everywhere(std::string_view value) {
    if (value.size() > max_value_bytes) return CharClass::too_long;
    for (std::size_t i = 0; i < value.size();) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (byte == '\n' || byte == '\r') return CharClass::newline;
        if (byte < 0x20U || byte == 0x7FU) return CharClass::control;
        const std::size_t length = std::max<std::size_t>(1, sequence_length(value.substr(i)));
        if (const CharClass wide = classify_wide(value.substr(i, length)); wide != CharClass::none)
            return wide;
        i += length;
    }
    return CharClass::none;
}

CharClass not_portable(std::string_view value) {
    if (const CharClass problem = forbidden_everywhere(value); problem != CharClass::none) return problem;
    for (const char c : value) {
        if (const CharClass problem = classify_portable(c); problem != CharClass::none) return problem;
    }
    if (!value.empty() && (value.front() == '~' || value.front() == '=')) return CharClass::leading;
    for (std::size_t i = 1; i < value.size(); ++i) {
        if (value[i] == '~' && (value[i - 1] == ':' || value[i - 1] == '=')) return CharClass::tilde;
    }
    return CharClass::none;
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_valid_key(std::string_view key) {
    if (key.empty() || key.size() > max_key_bytes || is_digit(key.front())) return false;
    return std::all_of(key.begin(), key.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::string_view shown_name(std::string_view word) {
    const bool small = std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    return small ? std::string_view{} : word;
}

std::string header_line(const Header& header) {
    return fmt::format("{}{}{}{})", header_start, header.version, header_middle, to_string(header.dialect));
}

std::optional<Header> read_header(std::string_view text) {
    constexpr std::size_t longest_header = 200;
    std::string_view line = text.substr(0, std::min(text.find('\n'), longest_header));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.substr(0, header_start.size()) != header_start) return std::nullopt;
    line.remove_prefix(header_start.size());
    const auto middle = line.find(header_middle);
    if (middle == std::string_view::npos || middle == 0 || line.back() != ')') return std::nullopt;
    const auto name_start = middle + header_middle.size();
    const auto dialect = parse_dialect(line.substr(name_start, line.size() - 1 - name_start));
    if (!dialect) return std::nullopt;
    return Header{std::string(line.substr(0, middle)), *dialect};
}

}  // namespace cowork::config
