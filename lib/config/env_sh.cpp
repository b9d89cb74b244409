// A file that a POSIX shell sources (Shell Command Language, sections 2.2 quoting and 2.9.1 assignments).
// Only assignments of literal words are taken, with or without `export`; whatever the shell would expand,
// substitute or execute is reported instead.
#include "config/env_scanner.hpp"

#include <optional>

namespace cowork::config::detail {
namespace {

constexpr std::string_view command_syntax = "|&<>()";

class ShReader {
  public:
    ShReader(Cursor& cursor, ValueBuffer& value, Collector& out) : in_(cursor), value_(value), out_(out) {}

    void read() {
        while (!in_.at_end() && !out_.full()) {
            skip_to_command();
            if (!in_.at_end()) read_command();
        }
    }

  private:
    void skip_to_command() {
        for (;;) {
            in_.skip_blanks();
            if (in_.peek() == '#') {
                in_.skip_to_line_end();
            } else if (!in_.at_end() && in_.peek() == '\r' && in_.peek(1) == '\n') {
                in_.next();
            } else if (!in_.at_end() && in_.peek() == '\n') {
                in_.next();
                out_.end_line(in_.offset());
            } else {
                return;
            }
        }
    }

    // One or more assignments up to a newline or `;`.
    void read_command() {
        bool exported = false;
        bool assigned = false;
        std::size_t taken = 0;
        for (;; in_.skip_blanks()) {
            if (in_.at_line_end()) return;
            if (in_.peek() == '#') return in_.skip_to_line_end();
            if (in_.peek() == ';' && assigned) return void(in_.next());
            const Mark where = in_.mark();
            const std::string_view name = in_.take_name();
            if (name == "export" && !assigned && is_blank(in_.peek())) {
                exported = true;
                continue;
            }
            if (in_.peek() != '=') {
                // `export NAME` passes on what is set already.
                if (exported && is_valid_key(name) && ends_word()) {
                    assigned = true;
                    continue;
                }
                // `KEY=value command` sets the variable for that command only.
                if (!exported) out_.retract(taken);
                return skip_line(EnvIssue::malformed_line, where, {});
            }
            in_.next();
            const std::size_t begin = in_.offset();
            if (const auto problem = read_word()) {
                return skip_line(*problem, where, is_valid_key(name) ? name : std::string_view{});
            }
            const ValueBytes bytes{begin, in_.offset(), exported};
            taken += out_.assign(name, value_.view(), where, bytes) ? 1U : 0U;
            value_.clear();
            assigned = true;
        }
    }

    void skip_line(EnvIssue issue, Mark where, std::string_view key) {
        value_.clear();
        out_.report(issue, where, key);
        in_.take_line();
        out_.end_line(in_.offset());
    }

    [[nodiscard]] bool ends_word() const {
        return in_.at_line_end() || is_blank(in_.peek()) || in_.peek() == ';';
    }

    std::optional<EnvIssue> read_word() {
        char before = '=';
        while (!ends_word()) {
            const char c = in_.next();
            std::optional<EnvIssue> problem;
            if (c == '\'') {
                problem = read_single_quoted();
            } else if (c == '"') {
                problem = read_double_quoted();
            } else if (c == '\\') {
                read_escaped();
            } else if (c == '`' || (c == '$' && starts_expansion(false)) ||
                       (c == '~' && (before == '=' || before == ':'))) {
                problem = EnvIssue::not_literal;
            } else if (command_syntax.find(c) != std::string_view::npos) {
                problem = EnvIssue::malformed_line;
            } else {
                value_.push(c);
            }
            if (problem) return problem;
            before = c;
        }
        return std::nullopt;
    }

    // After a `$`. Shells disagree about $' and $", which are plain in some and special in others.
    [[nodiscard]] bool starts_expansion(bool quoted) const {
        const char c = in_.peek();
        if (c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            return true;
        if (in_.at_end() || c == '\0') return false;
        constexpr std::string_view special = "{([@*#?-$!";
        return special.find(c) != std::string_view::npos || (!quoted && (c == '\'' || c == '"'));
    }

    std::optional<EnvIssue> read_single_quoted() {
        while (!in_.at_end()) {
            const char c = in_.next();
            if (c == '\'') return std::nullopt;
            value_.push(c);
        }
        return EnvIssue::unterminated_quote;
    }

    // Goes on to the closing quote also after an expansion: the lines up to there are none of their own.
    std::optional<EnvIssue> read_double_quoted() {
        std::optional<EnvIssue> problem;
        while (!in_.at_end()) {
            const char c = in_.next();
            if (c == '"') return problem;
            if (c == '`' || (c == '$' && starts_expansion(true))) {
                problem = EnvIssue::not_literal;
            } else if (c == '\\') {
                read_escaped_in_quotes();
            } else {
                value_.push(c);
            }
        }
        return EnvIssue::unterminated_quote;
    }

    void read_escaped() {
        if (in_.at_end()) return value_.push('\\');
        const char c = in_.next();
        if (c != '\n') value_.push(c);
    }

    void read_escaped_in_quotes() {
        constexpr std::string_view escapable = "$`\"\\";
        const char c = in_.peek();
        if (in_.at_end()) return;
        if (c == '\n') return void(in_.next());
        value_.push(escapable.find(c) != std::string_view::npos ? in_.next() : '\\');
    }

    Cursor& in_;
    ValueBuffer& value_;
    Collector& out_;
};

}  // namespace

void parse_sh(Cursor& cursor, ValueBuffer& value, Collector& out) { ShReader(cursor, value, out).read(); }

}  // namespace cowork::config::detail
