#include "validators/evidence/evidence_forms.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cowork::validators {
namespace {

constexpr std::string_view digest_prefix = "sha256:";
constexpr std::string_view artifact_prefix = "artifact:";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

bool is_artifact_id(std::string_view id) {
    constexpr std::size_t shortest = 8;
    if (id.size() < shortest || !(is_digit(id[0]) || is_letter(id[0]))) return false;
    return std::all_of(id.begin(), id.end(), [](char c) {
        return is_digit(c) || is_letter(c) || std::string_view("._:/-").find(c) != std::string_view::npos;
    });
}

// Whether the text is a piece of at most so many characters, over and over.
bool repeats(std::string_view text, std::size_t longest_piece) {
    for (std::size_t piece = 1; piece <= longest_piece && piece < text.size(); ++piece)
        if (text.substr(piece) == text.substr(0, text.size() - piece)) return true;
    return false;
}

}  // namespace

bool is_commit_sha(std::string_view text) { return text.size() == 40 && is_hex(text); }

bool is_image_digest(std::string_view text) {
    return text.size() == digest_prefix.size() + 64 && lowered(text).starts_with(digest_prefix) &&
           is_hex(text.substr(digest_prefix.size()));
}

bool is_checksum(std::string_view text) {
    if (is_image_digest(text)) return true;
    return text.starts_with(artifact_prefix) && is_artifact_id(text.substr(artifact_prefix.size()));
}

bool is_unfilled(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || (text.starts_with('{') && text.find('}') == text.size() - 1 && text.size() > 2))
        return true;
    constexpr std::array words{"not-provided", "unknown", "redacted-private-value", "tbd", "todo", "n/a"};
    const std::string word = lowered(text);
    return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return word == one; });
}

bool is_made_up(std::string_view text) {
    const std::string low = lowered(text);
    std::string_view hex = low;
    if (hex.starts_with(digest_prefix)) hex.remove_prefix(digest_prefix.size());
    if (hex.size() < 40 || !is_hex(hex)) return false;
    constexpr std::string_view of_nothing =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    constexpr std::size_t longest_piece = 16;  // 0123456789abcdef
    return hex == of_nothing || repeats(hex, longest_piece);
}

bool says_dry_run(std::string_view text) {
    const std::string low = lowered(text);
    for (const std::string_view word : {"dryrun", "dry-run", "dry_run", "dry run"})
        for (auto at = low.find(word); at != std::string::npos; at = low.find(word, at + 1)) {
            const auto inside = [&](std::size_t i) {
                return i < low.size() && (is_letter(low[i]) || is_digit(low[i]) || low[i] == '_');
            };
            if ((at == 0 || !inside(at - 1)) && !inside(at + word.size())) return true;
        }
    return false;
}

}  // namespace cowork::validators
