// node --env-file, from what it does: blanks around name and value are dropped, also line breaks before a
// value; `export` is skipped; a value in quotes of any of three kinds ends at the next such quote, whatever
// stands before it, and only "..." knows an escape, \n; without quotes the value ends at the first #. A
// carriage return counts nowhere, a byte order mark is part of the first name. As of Node 24: older ones stop
// at a line without a name, and newer ones do not skip `export` before a name without a value.
#include "config/env_node.hpp"

#include "config/env_scanner.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace cowork::config {
namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

class NodeReader {
  public:
    NodeReader(std::string_view text, detail::ValueBuffer& value, detail::Collector& out)
        : text_(text), value_(value), out_(out) {}

    void read() {
        for (skip_white(); at_ < text_.size() && !out_.full(); skip_white()) {
            const auto stop = text_.find_first_of("=\n", at_);
            if (text_[at_] == '#' || stop == std::string_view::npos || text_[stop] == '\n') {
                to_next_line(at_);
            } else {
                read_assignment(stop);
            }
        }
    }

  private:
    void skip_white() { at_ = std::min(text_.find_first_not_of(white_space, at_), text_.size()); }
    void to_next_line(std::size_t from) {
        const auto end = text_.find('\n', from);
        at_ = end == std::string_view::npos ? text_.size() : end + 1;
    }

    void read_assignment(std::size_t equals) {
        std::size_t begin = at_;
        constexpr std::string_view prefix = "export ";
        const bool exported = text_.substr(begin).starts_with(prefix);
        if (exported) begin = std::min(text_.find_first_not_of(white_space, begin + prefix.size()), equals);
        const std::string_view key = trimmed(text_.substr(begin, equals - begin));
        at_ = equals + 1;
        if (key.empty()) return to_next_line(at_);
        const bool any = read_value();
        if (any || !exported) out_.assign(key, value_.view(), {1, 1, begin}, {equals + 1, at_, begin != at_});
        value_.clear();
    }

    // Whether the name's own line has anything.
    bool read_value() {
        at_ = std::min(text_.find_first_not_of('\r', at_), text_.size());
        if (at_ >= text_.size() || text_[at_] == '\n') return false;
        skip_white();
        if (at_ >= text_.size()) return true;
        const char first = text_[at_];
        if ((first == '"' || first == '\'' || first == '`') && take_quoted(first)) return true;
        const auto line_end = std::min(text_.find('\n', at_), text_.size());
        std::string_view value = text_.substr(at_, line_end - at_);
        if (first != '"' && first != '\'' && first != '`') value = trimmed(value.substr(0, value.find('#')));
        push(value, false);
        to_next_line(at_);
        return true;
    }

    bool take_quoted(char quote) {
        const auto closing = text_.find(quote, at_ + 1);
        if (closing == std::string_view::npos) return false;
        push(text_.substr(at_ + 1, closing - at_ - 1), quote == '"');
        to_next_line(closing);
        return true;
    }

    void push(std::string_view value, bool escapes) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            const bool line_break = escapes && value.substr(i).starts_with("\\n");
            if (line_break) {
                value_.push('\n');
                ++i;
            } else if (value[i] != '\r') {
                value_.push(value[i]);
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    detail::ValueBuffer& value_;
    detail::Collector& out_;
};

}  // namespace

EnvFile parse_node_env_file(std::string_view text, std::string_view file_name) {
    detail::Collector out(file_name, Dialect::docker);
    if (text.size() > max_env_file_bytes) return out.take();
    detail::ValueBuffer value(text.size());
    NodeReader(text, value, out).read();
    EnvFile file = out.take();
    file.diagnostics.clear();
    return file;
}

}  // namespace cowork::config
