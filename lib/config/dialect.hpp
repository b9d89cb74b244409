#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::config {

// How an env file quotes its values, which is who can read it.
enum class Dialect {
    portable,  // read alike by sh, systemd, docker, Compose and Node: unquoted values of a safe alphabet
    sh,        // sourced by a POSIX shell
    systemd,   // EnvironmentFile= of a unit
    docker,    // docker run --env-file: literal, no quoting at all
    compose,   // .env and env_file: of Docker Compose
};

inline constexpr std::array all_dialects{Dialect::portable, Dialect::sh, Dialect::systemd, Dialect::docker,
                                         Dialect::compose};

constexpr std::string_view to_string(Dialect dialect) {
    switch (dialect) {
        case Dialect::portable:
            return "portable";
        case Dialect::sh:
            return "sh";
        case Dialect::systemd:
            return "systemd";
        case Dialect::docker:
            return "docker";
        case Dialect::compose:
            return "compose";
    }
    return "portable";
}

// The dialect of that exact name.
[[nodiscard]] std::optional<Dialect> parse_dialect(std::string_view name);

// What a reader cannot take as it stands: the kinds of character that decide which dialect can hold a value.
enum class CharClass {
    none,
    newline,       // LF, CR, and the Unicode line ends NEL, LS and PS
    control,       // any other control character, DEL and C1 included
    invalid_utf8,  // bytes that are no UTF-8
    non_ascii,
    space,
    quote,         // ' " `
    backslash,     // backslash
    dollar,        // $
    hash,          // #
    shell_syntax,  // & ; < > ( ) |
    leading,       // a first character that some reader treats specially: = ~
    tilde,         // ~ after : or =
    too_long,      // more bytes than max_value_bytes
};

// In words, for messages: "a line break", "a single, double or back quote".
[[nodiscard]] std::string_view describe(CharClass problem);

// Docker stops reading at a line of 64 KiB; everything else takes more.
inline constexpr std::size_t max_value_bytes = std::size_t{60} * 1024;

// Why no dialect at all holds this value (newline, control, too_long), else CharClass::none.
[[nodiscard]] CharClass forbidden_everywhere(std::string_view value);
// Why the portable dialect does not hold this value, else CharClass::none.
[[nodiscard]] CharClass not_portable(std::string_view value);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
// [A-Za-z_][A-Za-z0-9_]*, at most 256 bytes.
[[nodiscard]] bool is_valid_key(std::string_view key);
// A word that stands alone on a line, where it looks like a setting's name: one with small letters may be a
// piece of a private key, and nothing is left of it.
[[nodiscard]] std::string_view shown_name(std::string_view word);

// The first line that marks an env file as cowork's own:
// `# Written by cowork 0.1.0 (dialect: portable)`.
struct Header {
    std::string version;
    Dialect dialect = Dialect::portable;
};
[[nodiscard]] std::string header_line(const Header& header);
// Reads the header from the first line of a whole file's text.
[[nodiscard]] std::optional<Header> read_header(std::string_view text);

}  // namespace cowork::config
