#include "config/env_scanner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::config::detail {
namespace {

std::string_view explain(EnvIssue issue) {
    switch (issue) {
        case EnvIssue::duplicate_key:
            return "is set again; the last one wins";
        case EnvIssue::malformed_line:
            return "not an assignment KEY=value";
        case EnvIssue::invalid_key:
            return "the name before = is not made of letters, digits and _";
        case EnvIssue::unterminated_quote:
            return "a quote is opened and never closed";
        case EnvIssue::not_literal:
            return "not a literal value: its reader would expand or run a part of it";
        case EnvIssue::not_portable:
            return "readers of env files disagree about this value";
        case EnvIssue::from_environment:
            return "has no = and no value: its reader takes it from its own environment";
        case EnvIssue::control_character:
            return "the value holds a line break or another control character";
        case EnvIssue::nul_byte:
            return "a NUL byte";
        case EnvIssue::invalid_utf8:
            return "the value is not UTF-8, which this reader refuses";
        case EnvIssue::carriage_return:
            return "lines end with CR LF; a shell keeps the CR as a part of the value";
        case EnvIssue::byte_order_mark:
            return "the file begins with a byte order mark, which a shell takes for a part of the first name";
        case EnvIssue::too_large:
            return "too large: the rest was not read";
    }
    return "not understood";
}

}  // namespace

char Cursor::next() {
    const char c = peek();
    if (at_end()) return c;
    ++position_;
    if (c == '\n') {
        ++line_;
        line_start_ = position_;
    }
    return c;
}

void Cursor::skip_blanks() {
    while (!at_end() && is_blank(peek())) next();
}

void Cursor::skip_to_line_end() { position_ += std::min(rest().find('\n'), rest().size()); }

std::string_view Cursor::take_line() {
    const std::string_view left = rest();
    const std::size_t before = position_;
    skip_to_line_end();
    const std::size_t length = position_ - before;
    if (!at_end()) next();
    return left.substr(0, length);
}

std::string_view Cursor::take_name() {
    const std::string_view left = rest();
    const auto* const end = std::find_if_not(left.begin(), left.end(), [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    const auto length = static_cast<std::size_t>(end - left.begin());
    position_ += length;
    return left.substr(0, length);
}

bool Cursor::take(std::string_view expected) {
    if (rest().substr(0, expected.size()) != expected) return false;
    for (std::size_t i = 0; i < expected.size(); ++i) next();
    return true;
}

void ValueBuffer::trim_end(std::string_view characters) {
    while (!bytes_.empty() && characters.find(bytes_.back()) != std::string_view::npos) bytes_.pop_back();
}

Collector::Collector(std::string_view file_name, Dialect dialect) : file_name_(file_name) {
    file_.dialect = dialect;
}

SourceRef Collector::source(Mark where, std::string_view key) const {
    return {file_name_, where.line, where.column, std::string(key)};
}

void Collector::add(EnvIssue issue, bool drops_entry, Mark where, std::string_view key) {
    if (file_.diagnostics.size() > max_env_diagnostics) return;
    if (file_.diagnostics.size() == max_env_diagnostics) {
        file_.diagnostics.push_back(
            {EnvIssue::too_large, false, "further problems are not shown", source(where, {}), 0, 0});
        return;
    }
    if (issue == EnvIssue::from_environment) key = shown_name(key);
    std::string message =
        key.empty() ? std::string(explain(issue)) : fmt::format("{}: {}", key, explain(issue));
    file_.diagnostics.push_back(
        {issue, drops_entry, std::move(message), source(where, key), line_begin_, line_begin_});
}

void Collector::report(EnvIssue issue, Mark where, std::string_view key) { add(issue, true, where, key); }
void Collector::warn(EnvIssue issue, Mark where, std::string_view key) { add(issue, false, where, key); }

void Collector::warn_about_value(std::string_view key, std::string_view value, Mark where) {
    const CharClass forbidden = forbidden_everywhere(value);
    if (forbidden == CharClass::newline || forbidden == CharClass::control) {
        warn(EnvIssue::control_character, where, key);
    } else if (file_.dialect == Dialect::portable && not_portable(value) != CharClass::none) {
        warn(EnvIssue::not_portable, where, key);
    }
    if (file_.dialect != Dialect::sh && !is_valid_utf8(value)) warn(EnvIssue::invalid_utf8, where, key);
}

void Collector::retract(std::size_t count) {
    for (; count > 0 && !file_.entries.empty(); --count) file_.entries.pop_back();
    open_entry_ = std::min(open_entry_, file_.entries.size());
}

void Collector::begin_lines(std::size_t offset) {
    line_begin_ = offset;
    open_entry_ = file_.entries.size();
    open_diagnostic_ = file_.diagnostics.size();
}

void Collector::end_line(std::size_t offset) {
    for (; open_entry_ < file_.entries.size(); ++open_entry_)
        file_.entries[open_entry_].place.line_end = offset;
    for (; open_diagnostic_ < file_.diagnostics.size(); ++open_diagnostic_)
        file_.diagnostics[open_diagnostic_].line_end = offset;
    line_begin_ = offset;
}

bool Collector::refuse(EnvIssue issue, Mark where, std::string_view key) {
    report(issue, where, key);
    return false;
}

bool Collector::assign(std::string_view key, std::string_view value, Mark where, const ValueBytes& bytes) {
    if (!is_valid_key(key)) return refuse(EnvIssue::invalid_key, where, {});
    if (value.find('\0') != std::string_view::npos) return refuse(EnvIssue::nul_byte, where, key);
    if (full()) return refuse(EnvIssue::too_large, where, {});
    warn_about_value(key, value, where);
    const bool is_new = first_line_.emplace(key, where.line).second;
    if (!is_new) warn(EnvIssue::duplicate_key, where, key);
    file_.entries.push_back(
        {std::string(key),
         Secret(value),
         source(where, key),
         {line_begin_, line_begin_, where.offset, bytes.begin, bytes.end, bytes.exported}});
    return true;
}

}  // namespace cowork::config::detail
