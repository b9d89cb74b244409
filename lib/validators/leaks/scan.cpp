#include "validators/leaks/scan.hpp"

#include "rules/secret_names.hpp"
#include "rules/service.hpp"
#include "secrets/token_table.hpp"
#include "validators/leaks/shapes.hpp"
#include "validators/leaks/values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>
#include <utility>

namespace cowork::validators {
namespace {

constexpr std::size_t longest_name = 128;
constexpr std::size_t longest_value = 4096;
constexpr std::size_t most_blanks = 16;

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// In how many ways something may begin with two given bytes: asked once for each byte of a text.
class Triggers {
  public:
    enum Kind : unsigned char {
        family = 1,
        web_token = 2,
        telegram = 4,
        private_key = 8,
        url = 16,
        parameter = 32,
        scheme = 64,
        assignment = 128
    };

    Triggers() {
        for (const TokenFamily& one : token_families) mark(one.prefix[0], one.prefix[1], family);
        mark('e', 'y', web_token);
        mark('-', '-', private_key);
        mark('/', '/', url);
        for (const char separator : {'?', '&'})
            for (const char first : {'X', 's', 'S'}) mark(separator, first, parameter);
        for (const char first : {'b', 'B'})
            for (const char second : {'e', 'E', 'a', 'A'}) mark(first, second, scheme);
        for (int other = 0; other < 256; ++other) {
            mark('=', static_cast<char>(other), assignment);
            mark(':', static_cast<char>(other), assignment);
        }
        for (const char digit : std::string_view("0123456789")) mark(digit, ':', telegram);
    }

    // By place(); the kinds of what may begin with the two bytes.
    [[nodiscard]] const unsigned char* table() const { return table_->data(); }
    [[nodiscard]] static std::size_t place(char first, char second) {
        return static_cast<std::size_t>(static_cast<unsigned char>(first)) << 8U |
               static_cast<unsigned char>(second);
    }

  private:
    void mark(char first, char second, Kind kind) {
        unsigned char& kinds = (*table_)[place(first, second)];
        kinds = static_cast<unsigned char>(kinds | kind);
    }

    std::unique_ptr<std::array<unsigned char, 65536>> table_ =
        std::make_unique<std::array<unsigned char, 65536>>();
};

// The word a name ends in, without `_` and `-`, in lower case.
constexpr std::array secret_ends{
    std::string_view{"secret"},        std::string_view{"token"},      std::string_view{"password"},
    std::string_view{"passwd"},        std::string_view{"passphrase"}, std::string_view{"apikey"},
    std::string_view{"privatekey"},    std::string_view{"accesskey"},  std::string_view{"secretkey"},
    std::string_view{"encryptionkey"}, std::string_view{"signingkey"}, std::string_view{"accountkey"},
    std::string_view{"sharedkey"},     std::string_view{"authkey"},    std::string_view{"credential"},
    std::string_view{"credentials"},   std::string_view{"smtppass"},   std::string_view{"dbpass"},
};
// What follows the word where the value is a secret all the same: TOKEN_BASE64, PASSWORD_OLD.
constexpr std::array harmless_tails{
    std::string_view{"base64"}, std::string_view{"b64"},  std::string_view{"value"},
    std::string_view{"old"},    std::string_view{"new"},  std::string_view{"current"},
    std::string_view{"next"},   std::string_view{"prod"}, std::string_view{"previous"},
};
// Names that end alike, and are no secrets.
constexpr std::array other_ends{
    std::string_view{"pagetoken"},         std::string_view{"nexttoken"},
    std::string_view{"continuationtoken"}, std::string_view{"synctoken"},
    std::string_view{"xsrftoken"},         std::string_view{"cancellationtoken"},
    std::string_view{"publictoken"},       std::string_view{"csrftoken"},
    std::string_view{"existingsecret"},    std::string_view{"tlssecret"},
    std::string_view{"kubernetessecret"},
};

template <std::size_t size>
bool ends_in(std::string_view name, const std::array<std::string_view, size>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return name.ends_with(word); });
}

// Whether a name of a secret can end in the two letters: the ends of the words above, or a digit after them.
// Asked before anything that costs more, since every `key: value` comes by.
bool may_end_secret(char before, char last) {
    constexpr std::string_view ends = "et en rd wd se ey al ls ss ue ld ew nt xt od us";
    if (last >= '0' && last <= '9') return true;
    const std::array<char, 2> pair{static_cast<char>(before | 0x20), static_cast<char>(last | 0x20)};
    for (std::size_t i = 0; i < ends.size(); i += 3)
        if (ends[i] == pair[0] && ends[i + 1] == pair[1]) return true;
    return false;
}

// A name, the sign after it, and the value.
struct Assignment {
    std::string_view name;
    std::size_t begin = 0, end = 0;  // of the value
    bool quoted = false;
};

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text), bytes_(text) {}

    std::vector<Leak> run() {
        static const Triggers triggers;
        const unsigned char* const table = triggers.table();
        const char* const data = bytes_.data();
        const std::size_t size = bytes_.size();
        // The one loop over every byte: without checked access, which costs twice the time.
        for (std::size_t i = 0; i + 1 < size;) {
            const unsigned char kinds = table[Triggers::place(data[i], data[i + 1])];
            i = kinds == 0 ? i + 1 : look(i, kinds);
        }
        return taken();
    }

  private:
    // Where to go on.
    std::size_t look(std::size_t at, unsigned char kinds) {
        if (const auto leak = shape_at(at, kinds)) {
            shaped_.push_back(*leak);
            return std::max(leak->end, at + 1);
        }
        if ((kinds & Triggers::assignment) != 0 && at >= assigned_until_) assignment_at(at);
        return at + 1;
    }

    std::optional<Leak> shape_at(std::size_t at, unsigned char kinds) {
        std::optional<Leak> leak;
        const auto is = [&](Triggers::Kind kind) { return !leak && (kinds & kind) != 0; };
        const bool word = text_.word_starts(at);
        if (is(Triggers::family) && word) leak = family_token_at(text_, at);
        if (is(Triggers::web_token) && word) leak = web_token_at(text_, at);
        if (is(Triggers::scheme) && word) leak = authorization_at(text_, at);
        if (is(Triggers::telegram)) leak = telegram_token_at(text_, at + 1);
        if (is(Triggers::private_key)) leak = private_key_at(text_, at);
        if (is(Triggers::url)) leak = url_password_at(text_, at);
        if (is(Triggers::parameter)) leak = signature_at(text_, at);
        return leak;
    }

    [[nodiscard]] std::string_view name_before(std::size_t sign) const {
        std::size_t end = sign;
        for (std::size_t blanks = 0; end > 0 && blanks < 4 && is_blank(bytes_[end - 1]); ++blanks) --end;
        if (end > 0 && is_quote(bytes_[end - 1])) --end;
        if (end > 0 && bytes_[end - 1] == '\\') --end;  // JSON in a string
        if (end < 2 || !may_end_secret(bytes_[end - 2], bytes_[end - 1])) return {};
        std::size_t begin = end;
        while (begin > 0 && end - begin < longest_name && is_name_char(bytes_[begin - 1])) --begin;
        return bytes_.substr(begin, end - begin);
    }

    [[nodiscard]] bool assigns(std::size_t sign) const {
        const char next = text_.at(sign + 1);
        if (bytes_[sign] == ':')
            return is_blank(next) || is_quote(next) || next == '=' || next == '\\' ||
                   (sign > 0 && is_quote(bytes_[sign - 1]));
        const char before = sign > 0 ? bytes_[sign - 1] : '\0';
        return next != '=' && std::string_view("=!<>~").find(before) == std::string_view::npos;
    }

    // The end of a value without quotes, from its first byte on.
    [[nodiscard]] std::size_t bare_end(std::size_t begin) const {
        const std::string_view rest = bytes_.substr(begin, longest_value);
        if (rest.starts_with("${")) {
            const auto brace = rest.find_first_of("}\r\n");
            if (brace != std::string_view::npos && rest[brace] == '}') return begin + brace + 1;
        }
        const auto end = rest.find_first_of(" \t\r\n,;\"'`<>&");
        return begin + (end == std::string_view::npos ? rest.size() : end);
    }

    [[nodiscard]] std::size_t quoted_end(std::size_t begin, char quote) const {
        const std::size_t limit = std::min(bytes_.size(), begin + longest_value);
        std::size_t at = begin;
        while (at < limit && bytes_[at] != quote && bytes_[at] != '\n') ++at;
        return std::min(at, limit);
    }

    [[nodiscard]] Assignment value_after(std::string_view name, std::size_t sign) const {
        std::size_t at = sign + 1;
        if (text_.at(at) == '=' || text_.at(at) == '>') ++at;  // := and =>
        for (std::size_t blanks = 0; blanks < most_blanks && is_blank(text_.at(at)); ++blanks) ++at;
        if (text_.at(at) == '\\' && is_quote(text_.at(at + 1))) ++at;
        if (is_quote(text_.at(at))) {
            std::size_t end = quoted_end(at + 1, text_.at(at));
            if (end > at + 1 && bytes_[end - 1] == '\\') --end;
            return {name, at + 1, end, true};
        }
        at = std::min(at, bytes_.size());
        return {name, at, bare_end(at), false};
    }

    void assignment_at(std::size_t sign) {
        if (!assigns(sign)) return;
        const std::string_view name = name_before(sign);
        if (name.empty() || !names_secret(name)) return;
        Assignment found = value_after(name, sign);
        assigned_until_ = found.end;
        if (found.end <= found.begin) return;
        std::string_view value = bytes_.substr(found.begin, found.end - found.begin);
        if (const std::string_view fallback = default_of(value); !fallback.empty()) {
            found.begin += static_cast<std::size_t>(fallback.data() - value.data());
            found.end = found.begin + fallback.size();
            value = fallback;
        } else if (!found.quoted && is_code(value)) {
            return;
        }
        if (looks_secret(value))
            assigned_.push_back({"leak.assignment", found.begin, found.end, "a secret",
                                 std::string(name.substr(name.rfind('.') + 1))});
    }

    // Both lists are in order; what was found by name goes where a shape was found in its place.
    std::vector<Leak> taken() {
        std::vector<Leak> all;
        std::size_t next = 0;
        for (Leak& leak : shaped_) {
            for (; next < assigned_.size() && assigned_[next].begin < leak.end; ++next) {
                if (assigned_[next].end > leak.begin) {
                    leak.key = assigned_[next].key;
                } else {
                    all.push_back(std::move(assigned_[next]));
                }
            }
            all.push_back(std::move(leak));
        }
        for (; next < assigned_.size(); ++next) all.push_back(std::move(assigned_[next]));
        return all;
    }

    LeakText text_;
    std::string_view bytes_;
    std::vector<Leak> shaped_, assigned_;
    std::size_t assigned_until_ = 0;
};

}  // namespace

bool names_secret(std::string_view name) {
    name = name.substr(name.rfind('.') + 1);
    std::array<char, longest_name> plain{};
    std::size_t size = 0;
    for (const char c : name.substr(0, longest_name))
        if (c != '_' && c != '-')
            plain[size++] = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string_view word(plain.data(), size);
    while (!word.empty() && word.back() >= '0' && word.back() <= '9' && !word.ends_with("base64") &&
           !word.ends_with("b64"))
        word.remove_suffix(1);
    for (const std::string_view tail : harmless_tails)
        if (word.ends_with(tail)) word.remove_suffix(tail.size());
    if (!ends_in(word, secret_ends) || ends_in(word, other_ends)) return false;
    const rules::Key* const key = rules::find_key(name);
    return key == nullptr || key->secret();
}

std::vector<Leak> scan_for_leaks(std::string_view text) { return Scanner(text).run(); }

}  // namespace cowork::validators
