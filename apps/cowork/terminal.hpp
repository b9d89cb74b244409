#pragma once

#include "config/load.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <string_view>

namespace cowork::app {

enum class Color { automatic, always, never };

// --color first, then NO_COLOR, CLICOLOR_FORCE, TERM=dumb, then whether the stream is a terminal.
[[nodiscard]] bool use_color(Color wish, const config::Environment& environment, bool is_terminal);

// One line from a file descriptor without its line end; at most 64 KiB.
[[nodiscard]] Result<Secret> read_secret_line(int fd);

// Asks on the controlling terminal with echo off. ErrorCode::usage when there is none.
[[nodiscard]] Result<Secret> ask_hidden(std::string_view question);
[[nodiscard]] bool has_terminal();

}  // namespace cowork::app
