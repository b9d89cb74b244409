// docker run --env-file, from its documentation: one assignment a line, `#` at the start of a line is a
// comment, blanks before the name are skipped, everything after the first `=` is the value as it stands,
// quotes included, and a name alone is taken from the environment.
// The portable dialect is read the same way; its values are such that every other reader agrees.
#include "config/env_scanner.hpp"

namespace cowork::config::detail {
namespace {

void parse_line(std::string_view line, Mark where, Collector& out) {
    const auto equals = line.find('=');
    const std::string_view key = line.substr(0, equals);
    if (equals != std::string_view::npos) {
        out.assign(key, line.substr(equals + 1), where,
                   {where.offset + equals + 1, where.offset + line.size(), false});
    } else if (is_valid_key(key)) {
        out.report(EnvIssue::from_environment, where, key);
    } else {
        out.report(EnvIssue::malformed_line, where);
    }
}

}  // namespace

void parse_literal(Cursor& cursor, Collector& out) {
    while (!cursor.at_end() && !out.full()) {
        cursor.skip_blanks();
        const Mark where = cursor.mark();
        std::string_view line = cursor.take_line();
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (!line.empty() && line.front() != '#') parse_line(line, where, out);
        out.end_line(cursor.offset());
    }
}

}  // namespace cowork::config::detail
