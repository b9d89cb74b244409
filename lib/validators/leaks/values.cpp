#include "validators/leaks/values.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>
#include <string>

namespace cowork::validators {
namespace {

// Longer values are judged by their beginning.
constexpr std::size_t judged = 4096;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_char(char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; }

struct Census {
    std::size_t lower = 0, upper = 0, digits = 0, other = 0, distinct = 0;
    [[nodiscard]] std::size_t letters() const { return lower + upper; }
};

Census census_of(std::string_view value) {
    Census census;
    std::bitset<256> seen;
    for (const char c : value) {
        seen.set(static_cast<unsigned char>(c));
        if (is_lower(c)) {
            ++census.lower;
        } else if (is_upper(c)) {
            ++census.upper;
        } else if (is_digit(c)) {
            ++census.digits;
        } else {
            ++census.other;
        }
    }
    census.distinct = seen.count();
    return census;
}

template <std::size_t size>
bool holds_any(std::string_view text, const std::array<std::string_view, size>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// Schemes and prefixes of references, as the product, Kubernetes and the usual secret stores write them.
constexpr std::array reference_starts{
    std::string_view{"env:"},
    std::string_view{"file:"},
    std::string_view{"gcp-sm:"},
    std::string_view{"aws-sm:"},
    std::string_view{"azure-kv:"},
    std::string_view{"k8s:"},
    std::string_view{"vault:"},
    std::string_view{"op://"},
    std::string_view{"ssm:"},
    std::string_view{"arn:aws"},
    std::string_view{"projects/"},
    std::string_view{"secret://"},
    std::string_view{"secrets."},
    std::string_view{"ref+"},
    std::string_view{"enc["},
    std::string_view{"enc:v1:"},
    std::string_view{"age1"},
    std::string_view{"@microsoft.keyvault"},
    std::string_view{"process."},
    std::string_view{"os.environ"},
    std::string_view{"sha256:"},
    std::string_view{"sha512:"},
    std::string_view{"!"},
    std::string_view{"&"},
    std::string_view{"pass:"},
    std::string_view{"keychain:"},
    std::string_view{"keyring:"},
    std::string_view{"sha256-"},
    std::string_view{"sha384-"},
    std::string_view{"sha512-"},
    std::string_view{"ssh-ed255"},
    std::string_view{"ssh-rsa"},
    std::string_view{"doppler:"},
    std::string_view{"data:"},
    std::string_view{"secretsmanager:"},
};

// /run/secrets/admin-token, ./keys/x.pem, ~/.pgpass: names between slashes. A base64 value may begin with a
// slash too, but does not look like names.
bool is_path(std::string_view value) {
    if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/")) return true;
    if (!value.starts_with('/') || value.find('/', 1) == std::string_view::npos) return false;
    const Census census = census_of(value);
    return census.upper * 4 <= census.lower && value.find_first_of("+=") == std::string_view::npos;
}

constexpr std::array sample_parts{
    std::string_view{"example"},      std::string_view{"changeme"},    std::string_view{"change-me"},
    std::string_view{"change_me"},    std::string_view{"change me"},   std::string_view{"change-this"},
    std::string_view{"changethis"},   std::string_view{"change_this"}, std::string_view{"placeholder"},
    std::string_view{"replace"},      std::string_view{"your-"},       std::string_view{"your_"},
    std::string_view{"insert"},       std::string_view{"dummy"},       std::string_view{"fake"},
    std::string_view{"sample"},       std::string_view{"redacted"},    std::string_view{"masked"},
    std::string_view{"fixme"},        std::string_view{"not-a-"},      std::string_view{"notreal"},
    std::string_view{"not-real"},     std::string_view{"xxxx"},        std::string_view{"****"},
    std::string_view{"...."},         std::string_view{"todo"},        std::string_view{"\xE2\x80\xA6"},
    std::string_view{"\xE2\x80\xA2"}, std::string_view{"supersecret"}, std::string_view{"-here"},
    std::string_view{"_here"},        std::string_view{"goes here"},   std::string_view{"abc-def1234ghikl"},
};

constexpr std::array sample_words{
    std::string_view{"test"},
    std::string_view{"tests"},
    std::string_view{"testing"},
    std::string_view{"demo"},
    std::string_view{"dev"},
    std::string_view{"development"},
    std::string_view{"local"},
    std::string_view{"localhost"},
    std::string_view{"secret"},
    std::string_view{"secrets"},
    std::string_view{"token"},
    std::string_view{"password"},
    std::string_view{"passwd"},
    std::string_view{"pass"},
    std::string_view{"pw"},
    std::string_view{"key"},
    std::string_view{"foo"},
    std::string_view{"bar"},
    std::string_view{"baz"},
    std::string_view{"none"},
    std::string_view{"null"},
    std::string_view{"true"},
    std::string_view{"false"},
    std::string_view{"undefined"},
    std::string_view{"default"},
    std::string_view{"mock"},
    std::string_view{"stub"},
    std::string_view{"fixture"},
    std::string_view{"unused"},
    std::string_view{"required"},
    std::string_view{"optional"},
    std::string_view{"value"},
    std::string_view{"string"},
    std::string_view{"my"},
    std::string_view{"some"},
    std::string_view{"the"},
    std::string_view{"generate"},
    std::string_view{"generated"},
    std::string_view{"random"},
    std::string_view{"postgres"},
    std::string_view{"admin"},
    std::string_view{"cowork"},
    std::string_view{"user"},
    std::string_view{"guest"},
    std::string_view{"root"},
    // What pages say of secrets: AES-256-GCM, minimum-12-characters.
    std::string_view{"aes"},
    std::string_view{"gcm"},
    std::string_view{"rsa"},
    std::string_view{"hmac"},
    std::string_view{"sha"},
    std::string_view{"bytes"},
    std::string_view{"bits"},
    std::string_view{"chars"},
    std::string_view{"characters"},
    std::string_view{"encoded"},
    std::string_view{"minimum"},
};

bool is_word_break(char c) { return c == '-' || c == '_' || c == '.' || c == ' ' || c == ':' || c == '/'; }

// Plain words and small numbers between dashes (`local-admin-token-1`), one of which says that it is none.
bool is_words(std::string_view lower) {
    constexpr std::size_t longest_word = 14;
    constexpr std::size_t longest_number = 4;
    bool known = false;
    for (std::size_t at = 0; at <= lower.size();) {
        const std::size_t end =
            std::min(static_cast<std::size_t>(std::find_if(lower.begin() + static_cast<std::ptrdiff_t>(at),
                                                           lower.end(), is_word_break) -
                                              lower.begin()),
                     lower.size());
        const std::string_view piece = lower.substr(at, end - at);
        std::string_view word = piece;
        while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
        if (piece.size() - word.size() > longest_number || word.size() > longest_word ||
            census_of(word).lower != word.size())
            return false;
        known = known || std::find(sample_words.begin(), sample_words.end(), word) != sample_words.end();
        at = end + 1;
    }
    return known;
}

// workspace.cloud.pairing_missing, cloud-session-list, challengePassword: words, but for four and more that
// only dashes join, which may be a passphrase.
bool is_identifier(std::string_view value) {
    constexpr auto least_dashes = 3;
    const bool words = std::all_of(value.begin(), value.end(), [](char c) {
        return is_word_break(c) || is_lower(c) || is_upper(c) || c == '\'';
    });
    if (!words) return false;
    if (value.find_first_of(" ._:/") != std::string_view::npos) return true;
    const auto dashes = std::count(value.begin(), value.end(), '-');
    return (dashes > 0 && dashes < least_dashes) ||
           holds_any(lowered(value), std::array{std::string_view{"password"}, std::string_view{"secret"},
                                                std::string_view{"token"}, std::string_view{"credential"}});
}

// Quotes that end one text and begin another (`"token: " + name + "."`) hold what is no value; few real ones
// have blanks at all.
bool is_between_texts(std::string_view value) {
    constexpr auto most_blanks = 3;
    if (value.empty() || std::string_view(",;.)+").find(value.front()) != std::string_view::npos) return true;
    return std::count(value.begin(), value.end(), ' ') > most_blanks ||
           (value.find('(') < value.find(')') && value.find(')') != std::string_view::npos) ||
           value.find(" + ") != std::string_view::npos;
}

}  // namespace

bool is_reference(std::string_view value) {
    value = trimmed(value.substr(0, judged));
    if (value.empty()) return true;
    if (std::string_view("$<{#`").find(value.front()) != std::string_view::npos) return true;
    if (value.size() > 1 && value.front() == '%' && value.back() == '%') return true;
    if (value.find("{{") != std::string_view::npos || value.find("${") != std::string_view::npos ||
        value.find("://") != std::string_view::npos || value.find("$(") != std::string_view::npos ||
        value.find("[[") != std::string_view::npos)
        return true;
    const std::string start = lowered(value.substr(0, 24));
    return std::any_of(reference_starts.begin(), reference_starts.end(),
                       [&](std::string_view one) { return start.starts_with(one); }) ||
           is_path(value);
}

bool is_code(std::string_view value) {
    if (value.find_first_of("(){}[]|") != std::string_view::npos) return true;
    const bool dotted = value.find('.') != std::string_view::npos;
    return dotted && census_of(value).digits == 0 &&
           std::all_of(value.begin(), value.end(), [](char c) { return is_name_char(c) || c == '.'; });
}

bool is_sample(std::string_view value) {
    value = trimmed(value.substr(0, judged));
    std::string lower = lowered(value);
    const bool sample = census_of(value).distinct < 4 || lower.starts_with("demo-") || lower == "..." ||
                        lower.ends_with("...") || holds_any(lower, sample_parts) || is_words(lower);
    return sample;
}

bool is_sample_token(std::string_view token) {
    constexpr std::array words{
        std::string_view{"example"},
        std::string_view{"placeholder"},
        std::string_view{"xxxx"},
        std::string_view{"****"},
        std::string_view{"your-"},
        std::string_view{"your_"},
        std::string_view{"yourtoken"},
        std::string_view{"redacted"},
        std::string_view{"changeme"},
        std::string_view{"change-me"},
        std::string_view{"change_me"},
        std::string_view{"dummy"},
        std::string_view{"replace"},
        std::string_view{"not-a-real"},
        std::string_view{"notareal"},
        std::string_view{"fake"},
        std::string_view{"sample"},
        std::string_view{"...."},
        std::string_view{"abc-def1234ghikl-zyx57w2v1u123ew11"},  // of Telegram's own pages
    };
    token = token.substr(0, judged);
    return census_of(token).distinct < 6 || holds_any(lowered(token), words);
}

bool looks_secret(std::string_view value, std::size_t shortest) {
    if (trimmed(value).size() < value.size() && value.find(' ') != std::string_view::npos) return false;
    value = trimmed(value);
    if (value.size() < shortest || is_reference(value) || is_sample(value) || is_between_texts(value))
        return false;
    const Census census = census_of(value.substr(0, judged));
    if (census.letters() == 0 && census.other == 0) return false;  // a number
    if (census.digits > 0 && census.letters() > 0) return census.distinct >= 5;
    // Letters only, or with other signs: a sentence, a name, or a password of some strength.
    if (is_identifier(value)) return false;
    if (census.upper > 0 && census.lower > 0 && census.other > 0) return census.distinct >= 6;
    return value.size() >= 16 && census.distinct >= 8;
}

std::string_view default_of(std::string_view value) {
    value = trimmed(value);
    if (!value.starts_with("${") || !value.ends_with('}')) return {};
    value = value.substr(2, value.size() - 3);
    const auto name =
        static_cast<std::size_t>(std::find_if_not(value.begin(), value.end(), is_name_char) - value.begin());
    value.remove_prefix(name);
    if (value.starts_with(':')) value.remove_prefix(1);
    if (value.size() < 2 || (value.front() != '-' && value.front() != '=')) return {};
    return value.substr(1);
}

}  // namespace cowork::validators
