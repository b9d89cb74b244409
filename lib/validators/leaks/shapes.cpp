#include "validators/leaks/shapes.hpp"

#include "secrets/encodings.hpp"
#include "secrets/token_table.hpp"
#include "validators/leaks/values.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

// No token is longer; what is judged of one.
constexpr std::size_t judged = 256;
constexpr std::size_t longest_authority = 1024;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_lower(c) || is_upper(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_token_char(char c) { return is_alnum(c) || c == '_' || c == '-'; }
bool is_base64_char(char c) { return is_token_char(c) || c == '+' || c == '/' || c == '='; }

std::size_t count(std::string_view text, bool (*in_set)(char)) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), in_set));
}

std::size_t run_of(std::string_view text, bool (*in_set)(char)) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), in_set) - text.begin());
}

bool all_of(std::string_view text, bool (*in_set)(char)) { return run_of(text, in_set) == text.size(); }

bool has_long_run(std::string_view text, std::size_t length) {
    std::size_t run = 0;
    for (const char c : text) {
        run = is_alnum(c) ? run + 1 : 0;
        if (run >= length) return true;
    }
    return false;
}

bool is_mixed(std::string_view text) {
    return count(text, is_digit) > 0 && count(text, is_upper) > 0 && count(text, is_lower) > 0;
}

std::string_view rule_of(TokenIssuer issuer) {
    switch (issuer) {
        case TokenIssuer::cloud_provider:
            return "leak.cloud-key";
        case TokenIssuer::code_host:
            return "leak.code-host-token";
        case TokenIssuer::model_provider:
            return "leak.model-key";
        case TokenIssuer::chat_service:
            return "leak.chat-token";
        case TokenIssuer::payment_service:
            return "leak.payment-key";
        case TokenIssuer::product:
        case TokenIssuer::reference:
            return "leak.product-token";
    }
    return "leak.product-token";
}

// More than the redactor asks: it may hide too much, an alarm may not be false. `npm_config_user_agent`,
// `occ_sessions_expired_total` and `sk-fading-circle` have the prefix, and are names.
bool has_substance(const TokenFamily& family, std::string_view body) {
    const std::size_t digits = count(body, is_digit);
    const std::size_t upper = count(body, is_upper);
    const std::size_t lower = count(body, is_lower);
    switch (family.issuer) {
        case TokenIssuer::cloud_provider:
            if (family.prefix == "AKIA" || family.prefix == "ASIA") return digits + upper == body.size();
            if (family.prefix == "dapi") return all_of(body, is_hex);
            return body.size() >= 20 && (digits > 0 || (upper > 0 && lower > 0));
        case TokenIssuer::code_host:
            if (family.prefix == "github_pat_" || family.prefix == "glpat-") return digits > 0;
            return run_of(body, is_alnum) >= 20 && (digits > 0 || (upper > 0 && lower > 0));
        case TokenIssuer::model_provider:
            return has_long_run(body, 20) || (digits >= 3 && upper >= 3 && lower >= 3);
        case TokenIssuer::chat_service:
            return digits >= 2;
        case TokenIssuer::payment_service:
            return run_of(body, is_alnum) >= 10 && digits > 0 && family.prefix != "sk_test_";
        case TokenIssuer::product:
            return family.prefix == "plain:v1:" ? body.size() >= 8
                                                : digits > 0 && (upper > 0 || has_long_run(body, 15));
        case TokenIssuer::reference:
            return false;
    }
    return false;
}

// The word in lower case, followed by a blank.
bool begins_with_word(std::string_view text, std::string_view word) {
    return text.size() > word.size() && text[word.size()] == ' ' &&
           std::equal(word.begin(), word.end(), text.begin(), [](char w, char c) {
               return w == (is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
           });
}

// A sample that every page about JSON web tokens shows: {"sub":"1234567890...
constexpr std::string_view sample_claims = "eyJzdWIiOiIxMjM0NTY3ODkw";

}  // namespace

bool LeakText::word_starts(std::size_t i) const {
    if (i == 0) return true;
    const char before = text_[i - 1];
    if (!is_alnum(before) && before != '_') return true;
    return i >= 2 && text_[i - 2] == '\\';  // `\n` in a string
}

std::size_t LeakText::run_end(std::size_t begin) {
    if (begin >= run_begin_ && begin < run_end_) return run_end_;
    run_begin_ = begin;
    run_end_ = begin + run_of(text_.substr(std::min(begin, text_.size())), is_token_char);
    return run_end_;
}

std::optional<Leak> family_token_at(LeakText& text, std::size_t at) {
    const std::string_view rest = text.all().substr(at);
    for (const TokenFamily& family : token_families) {
        if (rest[0] != family.prefix[0] || !rest.starts_with(family.prefix)) continue;
        const std::size_t begin = at + family.prefix.size();
        const std::size_t end = text.run_end(begin);
        if (end - begin < family.body) continue;
        const bool suffixed = family.prefix == "dapi" && text.at(begin + family.body) == '-';
        if (family.exact && end - begin != family.body && !suffixed) continue;
        const std::string_view body =
            text.all().substr(begin, family.exact ? family.body : std::min(end - begin, judged));
        if (!has_substance(family, body) || is_sample_token(body)) continue;
        return Leak{rule_of(family.issuer), at, end, family.name, {}};
    }
    return std::nullopt;
}

std::optional<Leak> web_token_at(LeakText& text, std::size_t at) {
    constexpr std::size_t shortest_part = 12;
    constexpr std::size_t shortest_signature = 20;
    if (!text.all().substr(at).starts_with("eyJ")) return std::nullopt;
    const std::size_t head = text.run_end(at);
    if (head - at < shortest_part || text.at(head) != '.') return std::nullopt;
    const std::size_t claims = text.run_end(head + 1);
    const std::string_view body = text.all().substr(head + 1, claims - head - 1);
    if (body.size() < shortest_part || !body.starts_with("eyJ") || text.at(claims) != '.')
        return std::nullopt;
    const std::size_t end = text.run_end(claims + 1);
    if (end - claims - 1 < shortest_signature || body.starts_with(sample_claims)) return std::nullopt;
    if (is_sample_token(text.all().substr(claims + 1, std::min(end - claims - 1, judged))))
        return std::nullopt;
    return Leak{"leak.web-token", at, end, "a JSON web token", {}};
}

// 123456:ABC..., also in a URL of the bot API: /bot123456:ABC.../getMe. The issuer gives 35 characters.
std::optional<Leak> telegram_token_at(LeakText& text, std::size_t colon) {
    constexpr std::size_t most_digits = 12;
    constexpr std::size_t least_digits = 6;
    constexpr std::size_t shortest = 20;
    constexpr std::size_t longest = 64;
    std::size_t begin = colon;
    while (begin > 0 && colon - begin <= most_digits && is_digit(text.at(begin - 1))) --begin;
    const std::size_t digits = colon - begin;
    if (digits < least_digits || digits > most_digits) return std::nullopt;
    const bool in_path = begin >= 3 && text.all().substr(begin - 3, 3) == "bot";
    if (!in_path && !text.word_starts(begin)) return std::nullopt;
    const std::size_t end = text.run_end(colon + 1);
    const std::string_view body = text.all().substr(colon + 1, end - colon - 1);
    if (body.size() < shortest || body.size() > longest || is_sample_token(body)) return std::nullopt;
    if (count(body, is_upper) == 0 || count(body, is_lower) == 0) return std::nullopt;
    return Leak{"leak.chat-token", begin, end, "a Telegram bot token", {}};
}

// The header alone stands in scripts and pages; with what follows it is a key.
std::optional<Leak> private_key_at(const LeakText& text, std::size_t at) {
    constexpr std::string_view opening = "-----BEGIN ";
    constexpr std::size_t longest_label = 48;
    constexpr std::size_t farthest_body = 400;
    constexpr std::size_t shortest_line = 24;
    const std::string_view rest = text.all().substr(at);
    if (!rest.starts_with(opening)) return std::nullopt;
    const std::size_t label_end =
        rest.substr(0, opening.size() + longest_label).find("-----", opening.size());
    if (label_end == std::string_view::npos) return std::nullopt;
    const std::string_view label = rest.substr(opening.size(), label_end - opening.size());
    if (label.find("PRIVATE KEY") == std::string_view::npos) return std::nullopt;
    std::string_view body = rest.substr(label_end + 5, farthest_body);
    // Line breaks may be written as \n; an encrypted key has headers (Proc-Type, DEK-Info) before its body.
    while (!body.empty()) {
        if (body.starts_with("-----END")) return std::nullopt;
        const std::size_t run = run_of(body, [](char c) { return is_alnum(c) || c == '+' || c == '/'; });
        const std::string_view line = body.substr(0, run);
        if (run >= shortest_line && is_mixed(line) && !is_sample_token(line)) {
            const std::size_t end = rest.substr(0, std::size_t{16} * 1024).find("-----END ");
            const std::size_t tail = end == std::string_view::npos ? end : rest.find("-----", end + 9);
            const std::size_t length = tail == std::string_view::npos || tail - end > 64
                                           ? static_cast<std::size_t>(body.data() - rest.data()) + run
                                           : tail + 5;
            return Leak{"leak.private-key", at, at + length, "a private key", {}};
        }
        body.remove_prefix(std::min(run + 1, body.size()));
    }
    return std::nullopt;
}

std::optional<Leak> url_password_at(const LeakText& text, std::size_t slashes) {
    constexpr std::size_t shortest = 5;
    if (slashes == 0 || text.at(slashes - 1) != ':') return std::nullopt;
    const std::size_t begin = slashes + 2;
    std::string_view authority = text.all().substr(std::min(begin, text.all().size()), longest_authority);
    authority = authority.substr(0, authority.find_first_of("/?# \t\r\n\"'<>`,"));
    const auto end = authority.rfind('@');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view user_info = authority.substr(0, end);
    const auto colon = user_info.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view user = user_info.substr(0, colon);
    const std::string_view password = user_info.substr(colon + 1);
    if (password.size() < shortest || password == user || is_reference(password) || is_sample(password))
        return std::nullopt;
    if (all_of(password, is_lower) && password.size() < 16) return std::nullopt;
    return Leak{"leak.url-password", begin + colon + 1, begin + end, "a password in a URL", {}};
}

std::optional<Leak> signature_at(const LeakText& text, std::size_t separator) {
    struct Parameter {
        std::string_view name;
        std::size_t shortest;
    };
    constexpr std::array parameters{Parameter{"X-Amz-Signature=", 40}, Parameter{"X-Goog-Signature=", 40},
                                    Parameter{"sig=", 30}, Parameter{"Signature=", 30}};
    constexpr std::size_t longest = 1024;
    const std::string_view rest = text.all().substr(separator + 1);
    for (const Parameter& parameter : parameters) {
        if (!rest.starts_with(parameter.name)) continue;
        const std::string_view value = rest.substr(parameter.name.size(), longest);
        const std::size_t length =
            run_of(value, [](char c) { return is_base64_char(c) || c == '%' || c == '.' || c == '~'; });
        if (length < parameter.shortest || is_sample_token(value.substr(0, length)) ||
            count(value.substr(0, length), is_digit) == 0)
            return std::nullopt;
        const std::size_t begin = separator + 1 + parameter.name.size();
        return Leak{"leak.signed-url", begin, begin + length, "the signature of a signed URL", {}};
    }
    return std::nullopt;
}

std::optional<Leak> authorization_at(const LeakText& text, std::size_t at) {
    constexpr std::size_t longest = 4096;
    const std::string_view rest = text.all().substr(at, longest);
    const bool bearer = begins_with_word(rest, "bearer");
    if (!bearer && !begins_with_word(rest, "basic")) return std::nullopt;
    const std::size_t name = bearer ? 6 : 5;
    const std::size_t gap = run_of(rest.substr(name), [](char c) { return c == ' '; });
    if (gap == 0 || gap > 4) return std::nullopt;
    const std::string_view value = rest.substr(name + gap);
    const std::size_t length =
        run_of(value, [](char c) { return is_base64_char(c) || c == '.' || c == '~'; });
    const std::string_view credentials = value.substr(0, length);
    const std::size_t begin = at + name + gap;
    const Leak leak{"leak.authorization",
                    begin,
                    begin + length,
                    bearer ? "a Bearer value" : "a user's name and password (Basic)",
                    {}};
    if (bearer) {
        const bool secret = length >= 16 && count(credentials, is_digit) > 0 && looks_secret(credentials, 16);
        return secret ? std::optional(leak) : std::nullopt;
    }
    const auto decoded = length >= 8 ? from_base64(credentials) : std::nullopt;
    if (!decoded) return std::nullopt;
    const auto colon = decoded->find(':');
    if (colon == std::string::npos || !all_of(*decoded, [](char c) { return c >= ' ' && c <= '~'; }))
        return std::nullopt;
    const std::string_view password = std::string_view(*decoded).substr(colon + 1);
    if (!looks_secret(password, 6)) return std::nullopt;
    return leak;
}

}  // namespace cowork::validators
