#pragma once

#include "config/dialect.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::envfile {

// What the file is to say about one key afterwards.
struct Wish {
    std::string key;
    std::optional<Secret> value;  // none: the key is to be absent
    std::string group;            // the title under which a new key belongs
};

enum class Edit { added, changed, removed };

struct Change {
    Edit edit = Edit::changed;
    std::string key;
    int line = 0;  // from 1: in the old text, for an added key in the new text
};

struct Merged {
    Secret text;
    std::vector<Change> changes;     // by place; none when every wish held already
    std::vector<std::string> stale;  // wished keys whose earlier assignments still hold another value
};

// Edits an env file in place, as a careful person would. An assignment whose value, as its reader sees it, is
// the wished one stays byte for byte; of another only the value's bytes change, in the last assignment of its
// key, which wins. Removing a key removes every assignment of it with its whole line. A new key goes after
// the nearest wish before it of the same group that the file has, else after the last assignment of its
// group, else to the end under a heading. So the wishes come in the order of the file, each key once. All
// else stays as it is: comments, unknown keys, order, blank lines, line ends. When every wish holds, so does
// the text.
//
// `read_as` is how the text is read, `write_as` how the result will be. When they differ the whole file is
// converted: comments and order stay, every value is rendered anew, and cowork's header names the new
// dialect. `file_name` is for messages and the header's loading hint.
//
// ErrorCode::invalid, with file:line and remedy: a quote that is never closed, a NUL, too large a file, an
// assignment of a wished key that cannot be understood, a line that cannot be edited or converted; and when
// reading the result back does not show every wish and every other entry as it was.
// ErrorCode::refused: a value that the dialect cannot hold (see render_value()).
[[nodiscard]] Result<Merged> merge(std::string_view existing, const std::string& file_name,
                                   config::Dialect read_as, config::Dialect write_as,
                                   const std::vector<Wish>& wishes);

}  // namespace cowork::envfile
