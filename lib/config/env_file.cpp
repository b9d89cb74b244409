#include "config/env_file.hpp"

#include "config/env_scanner.hpp"

#include <algorithm>

namespace cowork::config {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

using detail::Collector;
using detail::Cursor;
using detail::Mark;
using detail::ValueBuffer;

Mark mark_of(std::string_view text, std::size_t position) {
    const std::string_view before = text.substr(0, position);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return {static_cast<int>(lines) + 1, static_cast<int>(position - line_start) + 1, position};
}

// What concerns the file as a whole is said once, at its first place.
void report_encoding(std::string_view text, Collector& out) {
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark)
        out.warn(EnvIssue::byte_order_mark, Mark{});
    if (const auto at = text.find("\r\n"); at != std::string_view::npos) {
        out.warn(EnvIssue::carriage_return, mark_of(text, at));
    }
    if (const auto at = text.find('\0'); at != std::string_view::npos) {
        out.warn(EnvIssue::nul_byte, mark_of(text, at));
    }
}

std::string_view without_mark(std::string_view text) {
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
    return text;
}

void parse_as(Dialect dialect, Cursor& cursor, Collector& out) {
    ValueBuffer value(cursor.rest().size());
    switch (dialect) {
        case Dialect::portable:
        case Dialect::docker:
            return detail::parse_literal(cursor, out);
        case Dialect::sh:
            return detail::parse_sh(cursor, value, out);
        case Dialect::systemd:
            return detail::parse_systemd(cursor, value, out);
        case Dialect::compose:
            return detail::parse_compose(cursor, value, out);
    }
}

}  // namespace

const EnvEntry* EnvFile::find(std::string_view key) const {
    const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                    [&](const EnvEntry& entry) { return entry.key == key; });
    return found == entries.rend() ? nullptr : &*found;
}

bool EnvFile::has(EnvIssue issue) const {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [&](const EnvDiagnostic& diagnostic) { return diagnostic.issue == issue; });
}

Dialect detect_dialect(std::string_view text) {
    text = without_mark(text.substr(0, max_env_file_bytes));
    if (const auto header = read_header(text)) return header->dialect;
    bool portable = true;
    for (Cursor cursor(text); !cursor.at_end();) {
        cursor.skip_blanks();
        std::string_view line = cursor.take_line();
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        const auto equals = line.find('=');
        if (line.empty() || line.front() == '#' || equals == std::string_view::npos) continue;
        if (line.substr(0, 7) == "export ") return Dialect::sh;
        const std::string_view value = line.substr(equals + 1);
        if (!value.empty() && (value.front() == '"' || value.front() == '\'')) return Dialect::sh;
        portable = portable && not_portable(value) == CharClass::none;
    }
    return portable ? Dialect::portable : Dialect::docker;
}

EnvFile parse_env_file(std::string_view text, std::string_view file_name, std::optional<Dialect> dialect) {
    const std::string_view body = without_mark(text);
    const Dialect read_as = dialect ? *dialect : detect_dialect(text);
    Collector out(file_name, read_as);
    if (text.size() > max_env_file_bytes) {
        out.report(EnvIssue::too_large, Mark{});
    } else {
        report_encoding(text, out);
        Cursor cursor(body, text.size() - body.size());
        out.begin_lines(cursor.offset());
        parse_as(read_as, cursor, out);
        out.end_line(cursor.offset());
    }
    if (out.full()) out.report(EnvIssue::too_large, Mark{});
    EnvFile file = out.take();
    file.by_cowork = read_header(body).has_value();
    return file;
}

}  // namespace cowork::config
