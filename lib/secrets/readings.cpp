#include "secrets/readings.hpp"

#include <numeric>
#include <optional>
#include <utility>

namespace cowork {
namespace {

std::optional<unsigned> hex_number(std::string_view digits) {
    unsigned value = 0;
    for (const char c : digits) {
        unsigned digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<unsigned>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<unsigned>(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<unsigned>(c - 'A') + 10;
        } else {
            return std::nullopt;
        }
        value = value * 16 + digit;
    }
    return value;
}

void append_utf8(std::string& out, unsigned code) {
    const auto put = [&](unsigned byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | code >> 6);
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | code >> 12);
        put(0x80U | (code >> 6 & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | code >> 18);
        put(0x80U | (code >> 12 & 0x3FU));
        put(0x80U | (code >> 6 & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

// What an escape at the start of a text stands for, and how long it is; length 0 when there is none.
struct Escape {
    std::size_t length = 0;
    std::string meaning;
};

Escape percent_escape(std::string_view text) {
    if (text[0] != '%' || text.size() < 3) return {};
    const auto value = hex_number(text.substr(1, 2));
    if (!value) return {};
    return {3, std::string(1, static_cast<char>(static_cast<unsigned char>(*value)))};
}

Escape form_escape(std::string_view text) {
    if (text[0] == '+') return {1, " "};
    return percent_escape(text);
}

std::optional<unsigned> unicode_unit(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    return hex_number(text.substr(2, 4));
}

Escape json_escape(std::string_view text) {
    if (text[0] != '\\' || text.size() < 2) return {};
    if (const auto unit = unicode_unit(text)) {
        Escape escape{6, {}};
        unsigned code = *unit;
        if (code >= 0xD800 && code < 0xDC00) {
            const auto low = unicode_unit(text.substr(6));
            if (low && *low >= 0xDC00 && *low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (*low - 0xDC00);
                escape.length = 12;
            }
        }
        append_utf8(escape.meaning, code);
        return escape;
    }
    constexpr std::string_view letters = "\"\\/bfnrt'";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t'";
    const auto found = letters.find(text[1]);
    return found == std::string_view::npos ? Escape{} : Escape{2, std::string(1, meanings[found])};
}

Reading undone(const Reading& from, Escape (*escape_at)(std::string_view)) {
    Reading to;
    to.bytes.reserve(from.bytes.size());
    const std::string_view text = from.bytes;
    for (std::size_t at = 0; at < text.size();) {
        Escape escape = escape_at(text.substr(at));
        if (escape.length == 0) escape = {1, std::string(1, text[at])};
        to.bytes += escape.meaning;
        to.place.insert(to.place.end(), escape.meaning.size(), from.place[at]);
        at += escape.length;
    }
    to.place.push_back(from.place.back());
    return to;
}

}  // namespace

std::vector<Reading> readings_of(std::string_view text) {
    std::vector<Reading> all(1);
    all[0].bytes = text;
    all[0].place.resize(text.size() + 1);
    std::iota(all[0].place.begin(), all[0].place.end(), std::size_t{0});
    if (text.find_first_of("%+\\") == std::string_view::npos) return all;
    for (std::size_t from = 0, depth = 0, end = 1; depth < 2; ++depth, end = all.size()) {
        for (; from < end; ++from) {
            for (const auto escape : {percent_escape, form_escape, json_escape}) {
                Reading next = undone(all[from], escape);
                bool fresh = true;
                for (const Reading& known : all) fresh = fresh && known.bytes != next.bytes;
                if (fresh) all.push_back(std::move(next));
            }
        }
    }
    return all;
}

}  // namespace cowork
