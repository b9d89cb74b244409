#include "secrets/redactor.hpp"

#include "secrets/encodings.hpp"
#include "secrets/token_families.hpp"

#include <algorithm>
#include <cstdint>

namespace cowork {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Decoded {
    char32_t code = 0;
    std::size_t length = 0;  // 0: not valid UTF-8 here
};

Decoded decode(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
    char32_t code = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return {};
        code = code << 6 | (next & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (overlong || surrogate || code > 0x10FFFF) return {};
    return {code, length};
}

// Characters that move a cursor, reorder text or cannot be seen.
bool steers_terminal(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Decoded decoded = decode(text.substr(at));
        if (decoded.length == 0) {
            out += replacement;
            ++at;
        } else if (decoded.code == '\n' || decoded.code == '\t' || decoded.code == '\r') {
            out += ' ';
            ++at;
        } else {
            if (steers_terminal(decoded.code)) {
                out += replacement;
            } else {
                out += text.substr(at, decoded.length);
            }
            at += decoded.length;
        }
    }
    return out;
}

void replace_all(std::string& text, std::string_view pattern, std::string_view by) {
    for (std::size_t at = text.find(pattern); at != std::string::npos;
         at = text.find(pattern, at + by.size()))
        text.replace(at, pattern.size(), by);
}

}  // namespace

void Redactor::learn(std::string_view secret) {
    if (secret.size() < shortest) return;
    for (std::string& spelling : spellings_of(secret)) {
        patterns_.emplace_back(spelling);
        cleanse(spelling);
    }
    std::stable_sort(patterns_.begin(), patterns_.end(),
                     [](const Secret& a, const Secret& b) { return a.size() > b.size(); });
}

std::string Redactor::without_learned(std::string text) const {
    for (const Secret& pattern : patterns_) replace_all(text, pattern.reveal(), marker);
    return text;
}

SafeText Redactor::clean(std::string_view outside) const {
    // Learned values go first, on the bytes as they came: making text printable could split one.
    const std::string known_gone = without_learned(std::string(outside));
    return SafeText(without_learned(printable(without_token_shapes(known_gone, marker))));
}

}  // namespace cowork
