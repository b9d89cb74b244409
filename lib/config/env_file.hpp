#pragma once

#include "config/dialect.hpp"
#include "core/source_ref.hpp"
#include "secrets/secret.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::config {

// What is wrong with a place in an env file. Messages never hold a value, nor the text of a line that could
// not be understood (which may be a piece of one).
enum class EnvIssue {
    duplicate_key,       // the last one wins
    malformed_line,      // no assignment; readers skip it or refuse the file
    invalid_key,         // not [A-Za-z_][A-Za-z0-9_]*
    unterminated_quote,  // the file ends inside a quoted value
    not_literal,         // the reader would expand or execute something
    not_portable,        // in the portable dialect: readers disagree about this value
    from_environment,    // a key without `=`: the reader takes the value from its own environment
    control_character,   // in a value, line breaks included
    nul_byte,
    invalid_utf8,
    carriage_return,  // a line ends with CR LF
    byte_order_mark,
    too_large,  // a limit below was reached; the rest was not read
};

// `drops_entry`: the assignment is not among the entries. Otherwise the entry stands as its reader sees it.
struct EnvDiagnostic {
    EnvIssue issue = EnvIssue::malformed_line;
    bool drops_entry = false;
    std::string message;
    SourceRef where;                           // column counts bytes; key is set where a valid one is known
    std::size_t line_begin = 0, line_end = 0;  // as in EnvPlace; both 0 for the file as a whole
};

// Where the bytes of an assignment are: offsets from the start of the text, a byte order mark included. The
// line is the logical one: it goes on inside quotes and over continuations, ends after its line break, and
// may hold several assignments (sh).
struct EnvPlace {
    std::size_t line_begin = 0, line_end = 0;
    std::size_t key_begin = 0;
    std::size_t value_begin = 0, value_end = 0;  // quotes included; blanks and a comment after it are not
    bool exported = false;                       // by `export` before it, which its reader understands
};

struct EnvEntry {
    std::string key;
    Secret value;
    SourceRef where;  // of the key
    EnvPlace place;
};

struct EnvFile {
    Dialect dialect = Dialect::portable;
    bool by_cowork = false;         // the header of cowork's writer was there
    std::vector<EnvEntry> entries;  // in the file's order, duplicates included
    std::vector<EnvDiagnostic> diagnostics;

    // The entry a reader ends up with: the last of that key. Null when there is none.
    [[nodiscard]] const EnvEntry* find(std::string_view key) const;
    [[nodiscard]] bool has(EnvIssue issue) const;
};

inline constexpr std::size_t max_env_file_bytes = std::size_t{1024} * 1024;
inline constexpr std::size_t max_env_entries = 10'000;
inline constexpr std::size_t max_env_diagnostics = 100;

// Reads any text, however hostile, in time linear to its size. Nothing is ever expanded or executed.
// Without a dialect the file's own decides, see detect_dialect().
[[nodiscard]] EnvFile parse_env_file(std::string_view text, std::string_view file_name = {},
                                     std::optional<Dialect> dialect = std::nullopt);

// The dialect that cowork's header names. Else `sh` when a line begins with `export` or a value with a
// quote, `portable` when every value is in the portable alphabet, and `docker` (literal) otherwise.
[[nodiscard]] Dialect detect_dialect(std::string_view text);

}  // namespace cowork::config
