#include "secrets/token_families.hpp"

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

// A prefix that only a token has, and how many token characters (letters, digits, `_`, `-`) must follow.
struct Family {
    std::string_view prefix;
    std::size_t body;
};

// contract/health-center.md section 11.3, and those of 11.4 that the product misses.
constexpr std::array families{
    Family{"ya29.", 1},     Family{"AIza", 35},     Family{"GOCSPX-", 20},  Family{"xoxb-", 10},
    Family{"xoxa-", 10},    Family{"xoxp-", 10},    Family{"xoxr-", 10},    Family{"xoxs-", 10},
    Family{"xoxe-", 10},    Family{"xapp-", 10},    Family{"ghp_", 20},     Family{"gho_", 20},
    Family{"ghu_", 20},     Family{"ghs_", 20},     Family{"ghr_", 20},     Family{"github_pat_", 20},
    Family{"glpat-", 16},   Family{"sk-", 20},      Family{"sk_live_", 10}, Family{"sk_test_", 10},
    Family{"rk_live_", 10}, Family{"whsec_", 10},   Family{"dapi", 32},     Family{"hf_", 20},
    Family{"occ_", 20},     Family{"ocgw_", 20},    Family{"ocw_", 20},     Family{"ocp_", 20},
    Family{"AKIA", 16},     Family{"ASIA", 16},     Family{"npm_", 20},     Family{"enc:v1:", 1},
    Family{"plain:v1:", 1}, Family{"gcp-sm://", 1}, Family{"aws-sm://", 1}, Family{"azure-kv://", 1},
};

std::size_t run_of(std::string_view text, bool (*in_set)(char)) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), in_set) - text.begin());
}

// Length of the token that begins at the start of `text`, 0 when none does.
std::size_t family_token(std::string_view text) {
    for (const auto& family : families) {
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

std::size_t telegram_token(std::string_view text) {
    const std::size_t digits = run_of(text, digit);
    if (digits < 5 || digits >= text.size() || text[digits] != ':') return 0;
    const std::size_t body = run_of(text.substr(digits + 1), token_char);
    return body >= 20 ? digits + 1 + body : 0;
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

std::optional<Keyed> scheme_value(std::string_view text) {
    for (const std::string_view scheme : {"bearer ", "basic "}) {
        if (!starts_with_nocase(text, scheme)) continue;
        const auto rest = text.substr(scheme.size());
        const std::size_t length = run_of(rest, [](char c) { return !ends_value(c); });
        // "Basic realm=..." is a challenge and "bearer token" is prose, not a credential.
        if (length < 6 || starts_with_nocase(rest, "realm=") || starts_with_nocase(rest, "token"))
            return std::nullopt;
        return Keyed{scheme.size(), length};
    }
    return std::nullopt;
}

std::optional<Keyed> url_userinfo(std::string_view text) {
    if (!text.starts_with("://")) return std::nullopt;
    const auto rest = text.substr(3);
    // The authority ends at the first of these; the last @ in it ends the user info.
    const auto end = rest.find_first_of("/?# \t\n\r\"'<>");
    const auto at = rest.substr(0, end).rfind('@');
    if (at == std::string_view::npos) {
        // A password with an unescaped slash still ends at an @ before the next space.
        const auto word_end = rest.find_first_of(" \t\n\r\"'<>");
        const auto late = rest.substr(0, word_end).find('@');
        const auto colon = rest.find(':');
        if (late == std::string_view::npos || colon == std::string_view::npos || colon > late)
            return std::nullopt;
        return Keyed{3, late};
    }
    return Keyed{3, at};
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
    std::string_view{"password"},    std::string_view{"passwd"},      std::string_view{"pwd"},
    std::string_view{"secret"},      std::string_view{"token"},       std::string_view{"apikey"},
    std::string_view{"api_key"},     std::string_view{"api-key"},     std::string_view{"accesskey"},
    std::string_view{"access_key"},  std::string_view{"access-key"},  std::string_view{"privatekey"},
    std::string_view{"private_key"}, std::string_view{"private-key"}, std::string_view{"credential"},
    std::string_view{"credentials"}, std::string_view{"signature"},   std::string_view{"authorization"},
    std::string_view{"cookie"},
};

// `token=...`, `"apiKey": "..."`, `Set-Cookie: ...`: the secret word, the rest of its name, a separator,
// a value of 4 characters or more.
std::optional<Keyed> keyed_value(std::string_view text) {
    const auto found = std::find_if(secret_words.begin(), secret_words.end(),
                                    [&](std::string_view name) { return starts_with_nocase(text, name); });
    if (found == secret_words.end()) return std::nullopt;
    std::size_t at = found->size();
    at += run_of(text.substr(at), token_char);
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
    at += run_of(text.substr(at), space);
    if (at >= text.size() || (text[at] != '=' && text[at] != ':')) return std::nullopt;
    ++at;
    at += run_of(text.substr(at), space);
    const bool quoted = at < text.size() && (text[at] == '"' || text[at] == '\'');
    if (quoted) {
        const auto close = text.find(text[at], at + 1);
        const std::size_t length = (close == std::string_view::npos ? text.size() : close) - at - 1;
        return length > 0 ? std::optional(Keyed{at + 1, length}) : std::nullopt;
    }
    const std::size_t length = run_of(text.substr(at), [](char c) { return !ends_value(c); });
    return length >= 4 ? std::optional(Keyed{at, length}) : std::nullopt;
}

std::optional<Keyed> keyed(std::string_view text, bool at_word_start) {
    if (const auto match = url_userinfo(text)) return match;
    if (const auto match = url_query(text)) return match;
    if (at_word_start)
        if (const auto match = scheme_value(text)) return match;
    return keyed_value(text);
}

}  // namespace

std::string without_token_shapes(std::string_view text, std::string_view marker) {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    while (at < text.size()) {
        const bool at_word_start = at == 0 || !word(text[at - 1]);
        const auto rest = text.substr(at);
        if (at_word_start) {
            if (const std::size_t length = whole_token(rest)) {
                out += marker;
                at += length;
                continue;
            }
        }
        if (const auto match = keyed(rest, at_word_start)) {
            out += rest.substr(0, match->keep);
            // What is kept may announce a scheme ("authorization: Bearer x"): leave the scheme readable.
            const auto value = rest.substr(match->keep);
            const auto scheme = scheme_value(value);
            if (scheme) out += value.substr(0, scheme->keep);
            if (match->hide > 0) out += marker;
            at += match->keep + (scheme ? scheme->keep + scheme->hide : match->hide);
            continue;
        }
        out += text[at++];
    }
    return out;
}

}  // namespace cowork
