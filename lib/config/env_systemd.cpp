// EnvironmentFile= of a systemd unit (systemd.exec(5)): comments start with # or ; and may be continued by a
// backslash, a backslash at the end of a line joins it with the next, single quotes are literal, in double
// quotes a backslash escapes only " \ ` $, elsewhere any character. Nothing is expanded. Text after a closing
// quote goes on as a part of the value, as in systemd itself.
#include "config/env_scanner.hpp"

namespace cowork::config::detail {
namespace {

constexpr std::string_view white_space = " \t\r";

bool is_white(char c) { return white_space.find(c) != std::string_view::npos; }

class SystemdReader {
  public:
    SystemdReader(Cursor& cursor, ValueBuffer& value, Collector& out)
        : in_(cursor), value_(value), out_(out) {}

    void read() {
        while (!in_.at_end() && !out_.full()) {
            skip_white();
            if (in_.at_line_end()) {
                in_.next();
                out_.end_line(in_.offset());
            } else if (in_.peek() == '#' || in_.peek() == ';') {
                skip_comment();
            } else {
                read_assignment();
            }
        }
    }

  private:
    void skip_white() {
        while (!in_.at_end() && is_white(in_.peek())) in_.next();
    }

    void skip_comment() {
        while (!in_.at_line_end()) {
            if (in_.next() == '\\') in_.next();
        }
    }

    void read_assignment() {
        const Mark where = in_.mark();
        const std::string_view line = in_.rest().substr(0, in_.rest().find('\n'));
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) {
            in_.skip_to_line_end();
            return out_.report(EnvIssue::malformed_line, where);
        }
        std::string_view key = line.substr(0, equals);
        while (!key.empty() && is_white(key.back())) key.remove_suffix(1);
        in_.take(line.substr(0, equals + 1));
        bytes_ = {in_.offset(), in_.offset(), false};
        if (read_value()) {
            out_.assign(key, value_.view(), where, bytes_);
        } else {
            out_.report(EnvIssue::unterminated_quote, where, is_valid_key(key) ? key : std::string_view{});
        }
        value_.clear();
    }

    // False at the end of the file inside a quote.
    bool read_value() {
        for (bool first = true;; first = false) {
            in_.skip_blanks();
            if (in_.at_line_end() || is_line_break()) return true;
            if (first) bytes_.begin = bytes_.end = in_.offset();
            if (in_.peek() == '\'') {
                if (!read_single_quoted()) return false;
            } else if (in_.peek() == '"') {
                if (!read_double_quoted()) return false;
            } else {
                read_unquoted();
                return true;
            }
            bytes_.end = in_.offset();
        }
    }

    // systemd ends a line at a CR as well.
    [[nodiscard]] bool is_line_break() const { return in_.peek() == '\r'; }

    void read_unquoted() {
        std::size_t kept = value_.view().size();  // white space after this is trailing
        while (!in_.at_line_end() && !is_line_break()) {
            char c = in_.next();
            // Blanks before a backslash stay, whatever it escapes.
            if (c == '\\') kept = value_.view().size();
            const bool escaped = c == '\\' && !in_.at_end();
            if (escaped) {
                c = in_.next();
                bytes_.end = in_.offset();
                if (c == '\n' || c == '\r') continue;
            } else if (c == '\\') {
                bytes_.end = in_.offset();
                break;  // systemd drops a backslash that nothing follows
            }
            value_.push(c);
            if (!escaped && is_white(c)) continue;
            kept = value_.view().size();
            bytes_.end = in_.offset();
        }
        value_.truncate(kept);
    }

    bool read_single_quoted() {
        in_.next();
        while (!in_.at_end()) {
            const char c = in_.next();
            if (c == '\'') return true;
            value_.push(c);
        }
        return false;
    }

    bool read_double_quoted() {
        constexpr std::string_view escapable = "\"\\`$";
        in_.next();
        while (!in_.at_end()) {
            const char c = in_.next();
            if (c == '"') return true;
            if (c != '\\') {
                value_.push(c);
            } else if (in_.peek() == '\n' && !in_.at_end()) {
                in_.next();
            } else if (!in_.at_end()) {
                if (escapable.find(in_.peek()) == std::string_view::npos) value_.push('\\');
                value_.push(in_.next());
            }
        }
        return false;
    }

    Cursor& in_;
    ValueBuffer& value_;
    Collector& out_;
    ValueBytes bytes_;  // of the value being read
};

}  // namespace

void parse_systemd(Cursor& cursor, ValueBuffer& value, Collector& out) {
    SystemdReader(cursor, value, out).read();
}

}  // namespace cowork::config::detail
