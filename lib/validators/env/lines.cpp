#include "validators/env/lines.hpp"

#include "config/dialect.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

constexpr std::string_view blanks = " \t";
constexpr auto npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view without_blanks(std::string_view text) {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == npos) return text.substr(text.size());
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Where the quote at the beginning is closed; npos when it is not.
std::size_t closing_quote(std::string_view text) {
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text[i] == quote) {
            return i;
        }
    }
    return npos;
}

// Whether a line that a quote may have swallowed is rather an assignment of its own: KEY= in capitals.
bool begins_assignment(std::string_view line) {
    const auto equals = line.find('=');
    if (equals == npos || equals + 1 >= line.size() || line[equals + 1] == '=') return false;
    const std::string_view key = line.substr(0, equals);
    return config::is_valid_key(key) &&
           std::none_of(key.begin(), key.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

class Lines {
  public:
    explicit Lines(std::string_view text) : text_(text) {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        if (text.starts_with(mark)) at_ = mark.size();
    }

    EnvLines read() {
        while (at_ < text_.size()) {
            const std::size_t begin = std::min(text_.find_first_not_of(blanks, at_), text_.size());
            const std::size_t end = line_end(begin);
            at_ = next_line(end);
            const std::string_view line = text_.substr(begin, end - begin);
            if (!line.empty() && line.front() != '#') read_line(line, begin);
        }
        return std::move(found_);
    }

  private:
    // Before the line break, whichever it is.
    [[nodiscard]] std::size_t line_end(std::size_t from) const {
        const auto end = std::min(text_.find('\n', from), text_.size());
        return end > from && end < text_.size() && text_[end - 1] == '\r' ? end - 1 : end;
    }
    [[nodiscard]] std::size_t next_line(std::size_t end) const {
        return std::min(text_.find('\n', end), text_.size() - 1) + 1;
    }

    void read_line(std::string_view line, std::size_t begin) {
        Assignment found;
        constexpr std::string_view prefix = "export";
        std::size_t skipped = 0;
        if (line.starts_with(prefix) && line.size() > prefix.size() && is_blank(line[prefix.size()]))
            skipped = std::min(line.find_first_not_of(blanks, prefix.size()), line.size());
        found.exported = skipped > 0;
        found.key_begin = begin + skipped;
        line.remove_prefix(skipped);
        const auto equals = line.find('=');
        const std::string_view name = line.substr(0, equals);
        found.key = without_blanks(name);
        if (!config::is_valid_key(found.key)) {
            found_.others.push_back(
                {equals == npos ? OtherLine::Fault::malformed : OtherLine::Fault::invalid_key, begin, {}});
        } else if (equals == npos) {
            // `export KEY` is a shell's way to hand on what is set already.
            const auto fault = found.exported ? OtherLine::Fault::malformed : OtherLine::Fault::no_value;
            found_.others.push_back({fault, begin, found.key});
        } else {
            found.blank_before_equals = name.size() > found.key.size();
            found.value_begin = found.key_begin + equals + 1;
            found.written = line.substr(equals + 1);
            read_value(found);
            found_.assignments.push_back(found);
        }
    }

    void read_value(Assignment& found) {
        const auto begin = found.written.find_first_not_of(blanks);
        if (begin == npos) {
            found.content = found.written.substr(found.written.size());
        } else if (const char first = found.written[begin]; first == '"' || first == '\'') {
            read_quoted(found, begin);
        } else {
            read_plain(found, begin);
        }
    }

    static void read_plain(Assignment& found, std::size_t begin) {
        std::size_t end = found.written.size();
        for (std::size_t i = begin + 1; i < end; ++i)
            if (found.written[i] == '#' && is_blank(found.written[i - 1])) end = i;
        if (end < found.written.size()) found.comment = end;
        found.content = without_blanks(found.written.substr(begin, end - begin));
    }

    void read_quoted(Assignment& found, std::size_t begin) {
        auto closing = closing_quote(found.written.substr(begin));
        if (closing == npos) closing = over_lines(found, begin);
        if (closing == npos) {
            found.quoting = Quoting::open;
            found.content = found.written.substr(begin + 1);
            return;
        }
        found.content = found.written.substr(begin + 1, closing - 1);
        found.quoting = found.written[begin] == '"' ? Quoting::twice : Quoting::single;
        const std::size_t after = begin + closing + 1;
        const auto rest = found.written.find_first_not_of(blanks, after);
        if (rest == npos) return;
        if (found.written[rest] == '#') {
            found.comment = rest;
        } else {
            found.quoting = Quoting::joined;
            found.content = without_blanks(found.written.substr(begin));
        }
    }

    // A quoted value may go on over lines, as long as these are not assignments again. Takes them then.
    std::size_t over_lines(Assignment& found, std::size_t begin) {
        const std::size_t value = found.value_begin + begin;
        // What one quote did not find, the next of its kind will not find either.
        if (text_[value] == '"' ? no_more_double_ : no_more_single_) return npos;
        const auto closing = closing_quote(text_.substr(value));
        if (closing == npos) {
            (text_[value] == '"' ? no_more_double_ : no_more_single_) = true;
            return npos;
        }
        std::size_t line = at_;
        for (; line <= value + closing; line = next_line(line_end(line)))
            if (begins_assignment(text_.substr(line, line_end(line) - line))) return npos;
        found.written = text_.substr(found.value_begin, line_end(value + closing) - found.value_begin);
        at_ = line;
        return closing;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool no_more_double_ = false;
    bool no_more_single_ = false;
    EnvLines found_;
};

}  // namespace

EnvLines lines_of(std::string_view text) { return Lines(text).read(); }

}  // namespace cowork::validators
