// .env and env_file: of Docker Compose (docs.docker.com, "env file syntax"): `=` or `:` after the name,
// `export` allowed, blanks around the value dropped, ` #` starts a comment after an unquoted value and `#`
// one after a closing quote, single quotes are literal but for \', double quotes know escapes. Unquoted and
// double-quoted values are interpolated, which is reported and not done; `\$` in double quotes and `$$` are
// a plain dollar sign.
#include "config/env_scanner.hpp"

#include <optional>

namespace cowork::config::detail {
namespace {

class ComposeReader {
  public:
    ComposeReader(Cursor& cursor, ValueBuffer& value, Collector& out)
        : in_(cursor), value_(value), out_(out) {}

    void read() {
        while (!in_.at_end() && !out_.full()) {
            in_.skip_blanks();
            if (in_.peek() == '#') {
                in_.skip_to_line_end();
            } else if (in_.at_line_end() || in_.peek() == '\r') {
                if (in_.next() == '\n') out_.end_line(in_.offset());
            } else {
                read_assignment();
            }
        }
    }

  private:
    void read_assignment() {
        Mark where = in_.mark();
        std::string_view name = in_.take_name();
        bytes_ = {};
        if (name == "export" && is_blank(in_.peek())) {
            bytes_.exported = true;
            in_.skip_blanks();
            where = in_.mark();
            name = in_.take_name();
        }
        in_.skip_blanks();
        const char separator = in_.peek();
        const std::string_view shown = is_valid_key(name) ? name : std::string_view{};
        if (separator != '=' && separator != ':') {
            const bool alone = in_.at_line_end() || separator == '\r';
            return skip_line(alone && !shown.empty() ? EnvIssue::from_environment : EnvIssue::malformed_line,
                             where, alone ? shown : std::string_view{});
        }
        in_.next();
        bytes_.begin = bytes_.end = in_.offset();
        in_.skip_blanks();
        if (const auto problem = read_value()) return skip_line(*problem, where, shown);
        out_.assign(name, value_.view(), where, bytes_);
        value_.clear();
    }

    void skip_line(EnvIssue issue, Mark where, std::string_view key) {
        value_.clear();
        out_.report(issue, where, key);
        in_.take_line();
        out_.end_line(in_.offset());
    }

    std::optional<EnvIssue> read_value() {
        std::optional<EnvIssue> problem;
        const std::size_t begin = in_.offset();
        if (in_.peek() == '\'') {
            problem = read_single_quoted();
        } else if (in_.peek() == '"') {
            problem = read_double_quoted();
        } else {
            return read_unquoted();
        }
        if (problem) return problem;
        bytes_.begin = begin;
        bytes_.end = in_.offset();
        in_.skip_blanks();
        if (in_.peek() == '#') {
            in_.skip_to_line_end();
        } else if (!in_.at_line_end() && in_.peek() != '\r') {
            return EnvIssue::malformed_line;
        }
        return std::nullopt;
    }

    std::optional<EnvIssue> read_unquoted() {
        constexpr std::string_view white = " \t\r\v\f";
        const std::size_t begin = in_.offset();
        char before = ' ';
        while (!in_.at_line_end()) {
            if (in_.peek() == '#' && is_blank(before)) {
                in_.skip_to_line_end();
                break;
            }
            before = in_.next();
            if (before == '$' && !take_dollar()) return EnvIssue::not_literal;
            if (before != '$') value_.push(before);
            if (white.find(before) == std::string_view::npos) {
                bytes_.begin = begin;
                bytes_.end = in_.offset();
            }
        }
        value_.trim_end(white);
        return std::nullopt;
    }

    // After a `$`: the second one of a pair makes it literal.
    bool take_dollar() {
        if (in_.peek() != '$') return false;
        value_.push(in_.next());
        return true;
    }

    std::optional<EnvIssue> read_single_quoted() {
        in_.next();
        while (!in_.at_end()) {
            char c = in_.next();
            if (c == '\'') return std::nullopt;
            if (c == '\\' && in_.peek() == '\\') {
                value_.push(c);  // a pair stays a pair, but does not escape what follows
                c = in_.next();
            } else if (c == '\\' && in_.peek() == '\'') {
                c = in_.next();
            }
            value_.push(c);
        }
        return EnvIssue::unterminated_quote;
    }

    // Goes on to the closing quote also after a variable: the lines up to there are none of their own.
    std::optional<EnvIssue> read_double_quoted() {
        std::optional<EnvIssue> problem;
        in_.next();
        while (!in_.at_end()) {
            const char c = in_.next();
            if (c == '"') return problem;
            if (c == '\\') {
                read_escape();
            } else if (c != '$') {
                value_.push(c);
            } else if (!take_dollar()) {
                problem = EnvIssue::not_literal;
            }
        }
        return EnvIssue::unterminated_quote;
    }

    void read_escape() {
        constexpr std::string_view names = "abfnrtv\\\"$";
        constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\\"$";
        if (in_.at_end()) return;
        const auto known = names.find(in_.peek());
        if (known != std::string_view::npos) {
            in_.next();
            return value_.push(meanings[known]);
        }
        if (in_.peek() == '0') return read_octal();
        value_.push('\\');
    }

    // \0 and up to three octal digits.
    void read_octal() {
        unsigned number = 0;
        in_.next();
        for (int digits = 0; digits < 3 && in_.peek() >= '0' && in_.peek() <= '7'; ++digits) {
            number = number * 8U + static_cast<unsigned>(in_.next() - '0');
        }
        value_.push(static_cast<char>(number & 0xFFU));
    }

    Cursor& in_;
    ValueBuffer& value_;
    Collector& out_;
    ValueBytes bytes_;  // of the value being read
};

}  // namespace

void parse_compose(Cursor& cursor, ValueBuffer& value, Collector& out) {
    ComposeReader(cursor, value, out).read();
}

}  // namespace cowork::config::detail
