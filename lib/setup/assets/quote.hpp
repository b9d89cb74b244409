#pragma once

#include "core/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cowork::setup {

// Writes text from outside into a file of some kind so that its reader gets exactly that text back, or
// refuses. The first refusal is kept and the empty text returned, so that a maker of assets can go on and its
// caller asks once, at the end. `name` is what messages call the text: a key, or an option.
//
// Refused everywhere: line breaks, control characters, bytes that are no UTF-8.
class Quoting {
  public:
    // One word of a list: quoted, with `%` doubled.
    [[nodiscard]] std::string systemd_word(std::string_view text, std::string_view name);
    // The program of a command line: a word in which systemd refuses quotes and backslashes.
    [[nodiscard]] std::string systemd_program(std::string_view text, std::string_view name);
    // An argument of a command line, where systemd replaces `$` too.
    [[nodiscard]] std::string systemd_argument(std::string_view text, std::string_view name);
    // The rest of a line that systemd takes whole, such as WorkingDirectory=.
    [[nodiscard]] std::string systemd_line(std::string_view text, std::string_view name);
    // The value of EnvironmentFile=, which is a glob pattern too.
    [[nodiscard]] std::string systemd_pattern(std::string_view text, std::string_view name);

    // A double-quoted YAML string; the second for Compose, which replaces `$` inside of it.
    [[nodiscard]] std::string yaml(std::string_view text, std::string_view name);
    [[nodiscard]] std::string compose(std::string_view text, std::string_view name);

    // The argument of a psql command such as \set: no variable, no back quote is read inside of it.
    [[nodiscard]] std::string psql(std::string_view text, std::string_view name);
    // The same for a command that takes a name and unquotes it once more, such as \connect.
    [[nodiscard]] std::string psql_name(std::string_view text, std::string_view name);

    // A host name or an address, as it stands, brackets around IPv6. Anything that is none is refused, so a
    // reverse proxy's file needs no quoting.
    [[nodiscard]] std::string host(std::string_view text, std::string_view name);

    void refuse(std::string_view name, std::string_view why, std::string remedy);
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  private:
    [[nodiscard]] bool printable(std::string_view text, std::string_view name);

    std::optional<Error> error_;
};

}  // namespace cowork::setup
