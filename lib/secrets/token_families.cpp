#include "secrets/token_families.hpp"

#include "secrets/token_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace cowork {
namespace {

bool word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool token_char(char c) { return word(c) || c == '-'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
// Where an unquoted value ends.
bool ends_value(char c) {
    return space(c) || c == '"' || c == '\'' || c == '`' || c == ',' || c == ';' || c == '&' || c == '<' ||
           c == '>' || c == ')' || c == '}' || c == ']';
}

bool starts_with_nocase(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
               return std::tolower(static_cast<unsigned char>(a)) ==
                      std::tolower(static_cast<unsigned char>(b));
           });
}

std::size_t run_of(std::string_view text, bool (*in_set)(char)) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), in_set) - text.begin());
}

// Length of the token that begins at the start of `text`, 0 when none does.
std::size_t family_token(std::string_view text) {
    for (const TokenFamily& family : token_families) {
        if (!text.starts_with(family.prefix)) continue;
        const auto body = text.substr(family.prefix.size());
        if (run_of(body, token_char) < family.body) continue;
        const auto all = std::find_if(body.begin(), body.end(), ends_value) - body.begin();
        return family.prefix.size() + static_cast<std::size_t>(all);
    }
    return 0;
}

std::size_t jwt(std::string_view text) {
    if (!text.starts_with("eyJ")) return 0;
    std::size_t length = 0;
    for (int segment = 0; segment < 3; ++segment) {
        const std::size_t part = run_of(text.substr(length), token_char);
        if (part == 0 && segment < 2) return 0;
        length += part;
        if (segment < 2) {
            if (length >= text.size() || text[length] != '.') return 0;
            ++length;
        }
    }
    return length;
}

// 123456:ABC..., and as it stands in a URL of the bot API: /bot123456:ABC.../getMe.
std::size_t telegram_token(std::string_view text) {
    const std::size_t bot = text.starts_with("bot") ? 3 : 0;
    const std::size_t digits = run_of(text.substr(bot), digit);
    std::size_t at = bot + digits;
    if (digits < 5) return 0;
    if (text.substr(at).starts_with(":")) {
        at += 1;
    } else if (starts_with_nocase(text.substr(at), "%3a")) {
        at += 3;
    } else {
        return 0;
    }
    const std::size_t body = run_of(text.substr(at), token_char);
    return body >= 20 ? at + body : 0;
}

std::size_t azure_connection(std::string_view text) {
    if (!starts_with_nocase(text, "DefaultEndpointsProtocol=")) return 0;
    return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), space) - text.begin());
}

std::size_t private_key(std::string_view text) {
    constexpr std::string_view begin = "-----BEGIN ";
    if (!text.starts_with(begin) || text.substr(0, 60).find("PRIVATE KEY") == std::string_view::npos)
        return 0;
    const auto end = text.find("-----END ");
    if (end == std::string_view::npos) return text.size();
    const auto tail = text.find("-----", end + 9);
    return tail == std::string_view::npos ? text.size() : tail + 5;
}

std::size_t whole_token(std::string_view text) {
    for (const auto match : {family_token, jwt, telegram_token, azure_connection, private_key})
        if (const std::size_t length = match(text)) return length;
    return 0;
}

// A stretch to keep and a stretch to replace after it.
struct Keyed {
    std::size_t keep = 0;
    std::size_t hide = 0;
};

// "bearer token" and "basic authentication" are prose, and "Basic realm=..." is a challenge.
bool speaks_of_a_scheme(std::string_view value) {
    if (starts_with_nocase(value, "realm=")) return true;
    constexpr std::array words{std::string_view{"token"},          std::string_view{"tokens"},
                               std::string_view{"authentication"}, std::string_view{"authorization"},
                               std::string_view{"credentials"},    std::string_view{"scheme"}};
    while (value.ends_with('.') || value.ends_with(':')) value.remove_suffix(1);
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return word.size() == value.size() && starts_with_nocase(value, word);
    });
}

std::optional<Keyed> scheme_value(std::string_view text) {
    for (const std::string_view scheme : {"bearer", "basic"}) {
        if (!starts_with_nocase(text, scheme)) continue;
        std::size_t gap = run_of(text.substr(scheme.size()), [](char c) { return space(c) || c == '+'; });
        if (text.substr(scheme.size()).starts_with("%20")) gap = 3;
        if (gap == 0) return std::nullopt;
        const auto rest = text.substr(scheme.size() + gap);
        const std::size_t length = run_of(rest, [](char c) { return !ends_value(c); });
        if (length < 6 || speaks_of_a_scheme(rest.substr(0, length))) return std::nullopt;
        return Keyed{scheme.size() + gap, length};
    }
    return std::nullopt;
}

std::optional<Keyed> url_userinfo(std::string_view text) {
    if (!text.starts_with("://")) return std::nullopt;
    const auto rest = text.substr(3);
    // The authority ends at the first of these, but a careless password may hold them and an @ besides: the
    // last @ of the word ends the user info, where there is any.
    const auto word_end = rest.find_first_of(" \t\n\r\"'<>");
    const auto authority_end = rest.find_first_of("/?# \t\n\r\"'<>");
    const auto last = rest.substr(0, word_end).rfind('@');
    const auto first = rest.find('@');
    if (last == std::string_view::npos) return std::nullopt;
    // How our own remedies show where the two belong.
    if (rest.substr(0, last) == "user:password") return std::nullopt;
    if (first < authority_end) return Keyed{3, last};
    // http://host:port/@name is a path; elsewhere a password with a slash is the likelier reading.
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos || colon > authority_end || rest[last - 1] == '/')
        return std::nullopt;
    return Keyed{3, last};
}

std::optional<Keyed> url_query(std::string_view text) {
    if (!text.starts_with('?')) return std::nullopt;
    const std::size_t length = run_of(text.substr(1), [](char c) {
        return !space(c) && c != '"' && c != '\'' && c != '<' && c != '>' && c != '`';
    });
    if (text.substr(1, length).find('=') == std::string_view::npos) return std::nullopt;
    return Keyed{1, length};
}

constexpr std::array secret_words{
    std::string_view{"password"},   std::string_view{"passwd"},      std::string_view{"passphrase"},
    std::string_view{"pwd"},        std::string_view{"secret"},      std::string_view{"token"},
    std::string_view{"apikey"},     std::string_view{"api_key"},     std::string_view{"api-key"},
    std::string_view{"accesskey"},  std::string_view{"access_key"},  std::string_view{"access-key"},
    std::string_view{"privatekey"}, std::string_view{"private_key"}, std::string_view{"private-key"},
    std::string_view{"credential"}, std::string_view{"signature"},   std::string_view{"authorization"},
    std::string_view{"cookie"},
};

// A key's name after the secret word is at most so long; without a bound, hostile text costs its square.
constexpr std::size_t longest_name_rest = 64;

// A quote as it stands in JSON, and in JSON inside a JSON string: how long it is, 0 for none.
std::size_t quote(std::string_view text) {
    const std::size_t escapes = run_of(text.substr(0, 4), [](char c) { return c == '\\'; });
    const bool found = escapes < text.size() && (text[escapes] == '"' || text[escapes] == '\'');
    return found ? escapes + 1 : 0;
}

// How long a quoted value is that begins at the start of `text`, after an opening quote of that spelling.
std::size_t quoted_length(std::string_view text, std::string_view opening) {
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at).starts_with(opening)) return at;
        at += text[at] == '\\' && opening.size() == 1 ? std::size_t{2} : std::size_t{1};
    }
    return text.size();
}

// `OPEN_COWORK_...` is the name of a setting, never a value.
bool names_a_setting(std::string_view value) {
    return value.starts_with("OPEN_COWORK_") &&
           std::all_of(value.begin(), value.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

// `token=...`, `"apiKey": "..."`, `Set-Cookie: ...`: the secret word, the rest of its name, a separator,
// a value. `option`: the name is an option's (--admin-token), after which `: ` begins a sentence.
std::optional<Keyed> keyed_value(std::string_view text, bool option) {
    const auto found = std::find_if(secret_words.begin(), secret_words.end(),
                                    [&](std::string_view name) { return starts_with_nocase(text, name); });
    if (found == secret_words.end()) return std::nullopt;
    std::size_t at = found->size();
    at += run_of(text.substr(at, longest_name_rest), token_char);
    at += quote(text.substr(at));
    at += run_of(text.substr(at, longest_name_rest), space);
    if (at >= text.size() || (text[at] != '=' && text[at] != ':')) return std::nullopt;
    const bool assigned = text[at] == '=';
    ++at;
    if (option && !assigned && at < text.size() && space(text[at])) return std::nullopt;
    at += run_of(text.substr(at), space);
    if (const std::size_t opening = quote(text.substr(at))) {
        const auto value = text.substr(at + opening);
        const std::size_t length = quoted_length(value, text.substr(at, opening));
        return length > 0 ? std::optional(Keyed{at + opening, length}) : std::nullopt;
    }
    const auto value = text.substr(at);
    // A header's value is the rest of its line: "Authorization: Digest a, b", "Cookie: a=b; c=d".
    const bool header = !assigned && (*found == "authorization" || *found == "cookie");
    const std::size_t length =
        header ? run_of(value, [](char c) { return c != '\n' && c != '\r' && c != '"'; })
               : run_of(value, [](char c) { return !space(c) && c != '"' && c != '\'' && c != '`'; });
    if (length < (assigned ? 1U : 4U) || names_a_setting(value.substr(0, length))) return std::nullopt;
    return Keyed{at, length};
}

std::optional<Keyed> keyed(std::string_view text, bool at_word_start, bool option) {
    if (const auto match = url_userinfo(text)) return match;
    if (const auto match = url_query(text)) return match;
    if (at_word_start)
        if (const auto match = scheme_value(text)) return match;
    return keyed_value(text, option);
}

bool hex_digit(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// Whether a word begins at `at`: at the start, after a character of no word, or after an escape that stands
// for one (`\n` in a JSON string, `%20` in a URL).
bool word_start(std::string_view text, std::size_t at) {
    if (at == 0 || !word(text[at - 1])) return true;
    if (at >= 2 && text[at - 2] == '\\') return true;
    if (at >= 3 && text[at - 3] == '%' && hex_digit(text[at - 2]) && hex_digit(text[at - 1])) return true;
    return at >= 6 && text[at - 6] == '\\' && text[at - 5] == 'u';
}

// Whether the word around `at` is an option, which begins with two dashes.
bool in_option(std::string_view text, std::size_t at) {
    std::size_t start = at;
    while (start > 0 && at - start < 64 && token_char(text[start - 1])) --start;
    return text.substr(start).starts_with("--") && !text.substr(start).starts_with("---");
}

}  // namespace

std::string without_token_shapes(std::string_view text, std::string_view marker) {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    while (at < text.size()) {
        const bool at_word_start = word_start(text, at);
        const auto rest = text.substr(at);
        if (at_word_start) {
            if (const std::size_t length = whole_token(rest)) {
                out += marker;
                at += length;
                continue;
            }
        }
        if (const auto match = keyed(rest, at_word_start, in_option(text, at))) {
            out += rest.substr(0, match->keep);
            // What is kept may announce a scheme ("authorization: Bearer x"): leave the scheme readable.
            const auto value = rest.substr(match->keep);
            const auto scheme = scheme_value(value);
            const bool readable = scheme && scheme->keep + scheme->hide <= match->hide;
            if (readable) out += value.substr(0, scheme->keep);
            if (match->hide > 0) out += marker;
            at += match->keep + match->hide;
            continue;
        }
        out += text[at++];
    }
    return out;
}

}  // namespace cowork
