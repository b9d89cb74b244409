#pragma once

#include "config/load.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <string>
#include <string_view>

namespace cowork::app {

enum class Color { automatic, always, never };

// --color first, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb, then whether the stream is a terminal.
[[nodiscard]] bool use_color(Color wish, const config::Environment& environment, bool is_terminal);

// One line from a file descriptor without its line end; at most 64 KiB.
[[nodiscard]] Result<Secret> read_secret_line(int fd);

// A line to be typed on the controlling terminal.
struct Prompt {
    std::string text;      // shown as it is, the answer follows it
    bool hidden = false;   // echo off
    std::string farewell;  // shown when a signal ends the program here, before it does
};
struct Reply {
    Secret line;         // without its line end; at most 64 KiB
    bool ended = false;  // no line: end of input (Ctrl-D)
};
// A signal that ends the program does so after the echo is back. ErrorCode::usage when there is no terminal.
[[nodiscard]] Result<Reply> ask(const Prompt& prompt);
// The same with echo off, for an option's `prompt`.
[[nodiscard]] Result<Secret> ask_hidden(std::string_view question);
[[nodiscard]] bool has_terminal();

}  // namespace cowork::app
