#include "support/documented_readers.hpp"

#include "support/code_points.hpp"
#include "support/scratch_directory.hpp"

#include <cctype>
#include <string_view>

namespace cowork::test {
namespace {

using config::Dialect;
using Text = std::optional<std::string>;

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string without_mark(std::string text) {
    if (text.rfind("\xEF\xBB\xBF", 0) == 0) text.erase(0, 3);
    return text;
}

// Docker: one NAME=value a line, blanks before it skipped, `#` first on a line is a comment, the value as it
// stands. The file must be UTF-8 and a line shorter than 64 KiB.
std::optional<Variables> read_docker(const std::string& path) {
    constexpr std::size_t longest_line = 64UL * 1024;
    const std::string text = without_mark(content_of(path));
    if (!code_points(text)) return std::nullopt;
    Variables variables;
    for (std::size_t start = 0; start < text.size();) {
        const auto end = std::min(text.find('\n', start), text.size());
        std::string line = text.substr(start, end - start);
        start = end + 1;
        if (line.size() >= longest_line) return std::nullopt;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        line.erase(0, std::min(line.find_first_not_of(" \t\v\f\r"), line.size()));
        if (line.empty() || line.front() == '#') continue;
        const auto equals = line.find('=');
        const std::string name = line.substr(0, equals);
        if (name.empty() || name.find_first_of(" \t") != std::string::npos) return std::nullopt;
        if (equals != std::string::npos) variables[name] = line.substr(equals + 1);
    }
    return variables;
}

// `$$` is a dollar, `$NAME` and `${...}` are variables (of which there are none), another `$` is an error.
Text interpolated(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '$') {
            out += text[at];
        } else if (text.substr(at + 1, 1) == "$") {
            out += '$';
            ++at;
        } else if (text.substr(at + 1, 1) == "{") {
            at = text.find('}', at);
            if (at == std::string_view::npos) return std::nullopt;
        } else if (at + 1 < text.size() && is_name_character(text[at + 1])) {
            while (at + 1 < text.size() && is_name_character(text[at + 1])) ++at;
        } else {
            return std::nullopt;
        }
    }
    return out;
}

// The escapes of a double-quoted value; a dollar that is escaped is doubled, for the interpolation that
// follows.
std::string unescaped(std::string_view text) {
    constexpr std::string_view names = "abfnrtv\"\\";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v\"\\";
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        const auto known = next == '\0' ? std::string_view::npos : names.find(next);
        if (text[at] != '\\' || (next != '$' && known == std::string_view::npos)) {
            out += text[at];
            continue;
        }
        ++at;
        out += next == '$' ? "$$" : std::string(1, meanings[known]);
    }
    return out;
}

// Compose's files, with one of its two ways to read what is in quotes.
class ComposeFile {
  public:
    ComposeFile(std::string text, bool early) : text_(std::move(text)), early_(early) {}

    std::optional<Variables> read() {
        Variables variables;
        for (;;) {
            while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
            if (at_ >= text_.size()) return variables;
            if (text_[at_] == '#') {
                to_line_end();
                continue;
            }
            const std::string name = take_name();
            if (name.empty() || at_ >= text_.size() || text_[at_] != '=') return std::nullopt;
            ++at_;
            while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
            const Text value = take_value();
            if (!value) return std::nullopt;
            variables[name] = *value;
        }
    }

  private:
    void to_line_end() { at_ = std::min(text_.find('\n', at_), text_.size()); }

    std::string take_name() {
        const auto start = at_;
        while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
        return text_.substr(start, at_ - start);
    }

    Text take_value() {
        const char first = at_ < text_.size() ? text_[at_] : '\n';
        if (first == '\'' || first == '"') return early_ ? take_quoted_simply(first) : take_quoted(first);
        const auto start = at_;
        to_line_end();
        std::string value = text_.substr(start, at_ - start);
        const auto comment = early_ ? value.find('#') : value.find(" #");
        value = value.substr(0, comment);
        value.erase(value.find_last_not_of(" \t\r") + 1);
        return interpolated(value);
    }

    // A backslash before the quote makes it part of the value, and another one before that does not.
    Text take_quoted(char quote) {
        std::string value;
        bool escaped = false;
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == quote && !escaped) {
                ++at_;
                return quote == '"' ? interpolated(unescaped(value)) : value;
            }
            if (escaped && c != quote) value += '\\';
            escaped = c == '\\' && !escaped;
            if (!escaped) value += c;
        }
        return std::nullopt;
    }

    // The next quote without a backslash before it ends the value, whatever stands before the backslash.
    Text take_quoted_simply(char quote) {
        auto end = at_;
        do end = text_.find(quote, end + 1);
        while (end != std::string::npos && text_[end - 1] == '\\');
        if (end == std::string::npos) return std::nullopt;
        std::string value = text_.substr(at_, end - at_);
        at_ = end + 1;
        value.erase(0, std::min(value.find_first_not_of(quote), value.size()));
        value.erase(value.find_last_not_of(quote) + 1);
        return quote == '"' ? interpolated(unescaped(value)) : value;
    }

    std::string text_;
    bool early_;
    std::size_t at_ = 0;
};

EnvReader compose(const std::string& name, bool early) {
    return {name, {Dialect::portable, Dialect::compose}, false, true, [early](const std::string& path) {
                return ComposeFile(without_mark(content_of(path)), early).read();
            }};
}

}  // namespace

std::vector<EnvReader> documented_env_readers() {
    return {{"docker as documented", {Dialect::portable, Dialect::docker}, false, true, read_docker},
            compose("Compose as documented", false),
            compose("early Compose 2 as documented", true)};
}

}  // namespace cowork::test
