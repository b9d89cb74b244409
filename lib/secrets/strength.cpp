#include "secrets/strength.hpp"

#include "core/text.hpp"
#include "secrets/encodings.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

namespace cowork {
namespace {

bool contains_weak_word(const std::string& lower) {
    constexpr std::array words{"change-me", "change_me", "changeme", "change me", "local",  "demo",
                               "dev",       "example",   "test",     "password",  "secret", "cookie"};
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return lower.find(word) != std::string::npos; });
}

bool is_repeated_block(std::string_view text) {
    for (std::size_t block = 1; block <= 4; ++block) {
        if (text.size() % block != 0 || text.size() == block) continue;
        const bool repeats = text.substr(block) == text.substr(0, text.size() - block);
        const bool alphanumeric = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(block),
                                              [](unsigned char c) { return std::isalnum(c) != 0; });
        if (repeats && (alphanumeric || block == 1)) return true;
    }
    return false;
}

bool starts_with_sequence(const std::string& lower) {
    return lower.starts_with("0123456789") || lower.starts_with("abcdefghijklmnopqrstuvwxyz") ||
           lower.starts_with("zyxwvutsrqponmlkjihgfedcba");
}

double entropy_per_character(std::string_view text) {
    std::map<char, int> counts;
    for (const char c : text) ++counts[c];
    double bits = 0;
    for (const auto& [c, count] : counts) {
        const double share = static_cast<double>(count) / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

}  // namespace

std::optional<std::string_view> strength_problem(std::string_view secret) {
    const std::string_view value = trimmed(secret);
    std::string lower = lowered(value);
    std::optional<std::string_view> problem;
    if (value.size() < 32) {
        problem = "shorter than 32 bytes";
    } else if (contains_weak_word(lower)) {
        problem =
            "contains a word that marks test values (change-me, local, demo, dev, example, test, password, "
            "secret, cookie)";
    } else if (std::set<char>(value.begin(), value.end()).size() < 16) {
        problem = "has fewer than 16 different characters";
    } else if (is_repeated_block(value)) {
        problem = "repeats one short block";
    } else if (starts_with_sequence(lower)) {
        problem = "starts with a plain sequence";
    } else if (entropy_per_character(value) < 3.5) {
        problem = "has less than 3.5 bits of entropy per character";
    }
    cleanse(lower);
    return problem;
}

bool is_placeholder(std::string_view value) {
    std::string lower = lowered(trimmed(value).substr(0, 16));
    const bool found = lower.starts_with("change-me") || lower.starts_with("replace-with") ||
                       lower.starts_with("example-") || lower.starts_with("demo-");
    cleanse(lower);
    return found;
}

Secret generate_secret() {
    for (;;) {
        std::string bytes(32, '\0');
        // Up to 256 bytes are given whole once the kernel's generator is ready (getrandom(2)).
        if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
            throw std::runtime_error("the kernel's random generator gave no bytes");
        std::string text = base64url(bytes);
        Secret candidate(text);
        cleanse(bytes);
        cleanse(text);
        if (!strength_problem(candidate.reveal())) return candidate;
    }
}

}  // namespace cowork
