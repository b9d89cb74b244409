#include "secrets/redactor.hpp"

#include "secrets/encodings.hpp"
#include "secrets/readings.hpp"
#include "secrets/token_families.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

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
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || code == 0x00AD || code == 0x180E ||
           (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE0FFF);
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

// A stretch of a text: first byte, one past the last.
using Stretch = std::pair<std::size_t, std::size_t>;

void find_all(std::vector<Stretch>& found, const Reading& reading, std::string_view pattern) {
    for (std::size_t at = reading.bytes.find(pattern); at != std::string::npos;
         at = reading.bytes.find(pattern, at + 1))
        found.emplace_back(reading.place[at], reading.place[at + pattern.size()]);
}

// A secret that is a piece of the marker itself must not eat into markers that stand already.
bool inside_marker(std::string_view text, const Stretch& stretch) {
    const std::string_view marker = Redactor::marker;
    const std::size_t from = stretch.second > marker.size() ? stretch.second - marker.size() : 0;
    for (std::size_t at = from; at <= stretch.first; ++at)
        if (text.substr(at).starts_with(marker) && stretch.second <= at + marker.size()) return true;
    return false;
}

// The text with each run of overlapping or touching stretches replaced by one marker.
std::string replaced(std::string_view text, std::vector<Stretch> stretches) {
    std::sort(stretches.begin(), stretches.end());
    std::string out;
    std::size_t done = 0;
    for (std::size_t i = 0; i < stretches.size();) {
        auto [first, last] = stretches[i];
        for (++i; i < stretches.size() && stretches[i].first <= last; ++i)
            last = std::max(last, stretches[i].second);
        out += text.substr(done, first - done);
        out += Redactor::marker;
        done = last;
    }
    out += text.substr(done);
    return out;
}

constexpr std::string_view cut_mark = "...[truncated]";

// At most that many bytes, cut between characters.
std::string shortened(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text.append(cut_mark);
}

// At most that many bytes, cut between words: half a token would no longer look like one.
std::string whole_words(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    const auto blank = text.find_last_of(" \t\r\n", limit);
    text.resize(blank == std::string::npos ? 0 : blank);
    return text.append(cut_mark);
}

}  // namespace

void Redactor::learn(std::string_view secret) {
    if (secret.size() < shortest) return;
    for (std::string& spelling : spellings_of(secret)) {
        patterns_.emplace_back(spelling);
        cleanse(spelling);
    }
}

std::string Redactor::without_learned(std::string text) const {
    if (patterns_.empty()) return text;
    std::vector<Stretch> found;
    for (const Reading& reading : readings_of(text))
        for (const Secret& pattern : patterns_) find_all(found, reading, pattern.reveal());
    std::erase_if(found, [&](const Stretch& stretch) { return inside_marker(text, stretch); });
    return found.empty() ? text : replaced(text, std::move(found));
}

SafeText Redactor::clean(std::string_view outside) const {
    // Learned values go first, on the bytes as they came: making text printable could split one. The shapes
    // are looked for in more than is kept, but not without end: a hostile answer can be a mebibyte.
    const std::string known_gone = whole_words(without_learned(std::string(outside)), 2 * longest);
    const std::string shapeless = without_token_shapes(known_gone, marker);
    return SafeText(shortened(without_learned(printable(shapeless)), longest));
}

}  // namespace cowork
