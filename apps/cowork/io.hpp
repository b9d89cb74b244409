#pragma once

#include "config/load.hpp"
#include "core/error.hpp"
#include "cowork/terminal.hpp"
#include "secrets/secret.hpp"

#include <functional>
#include <iosfwd>
#include <string>

namespace cowork::app {

// The world as a command sees it, so that a test can call any run() with streams and a terminal of its own.
struct Io {
    std::ostream& out;
    std::ostream& err;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    config::Environment environment{};
    std::string program = "cowork";  // how the user calls it (COWORK_INVOKED_AS), for "next commands"
    bool root = false;
    std::function<Result<Secret>()> read_secret_line{};  // one line of standard input
    // On the controlling terminal; empty without one.
    std::function<Result<Secret>(std::string_view question)> ask_hidden{};
    std::function<Result<Reply>(const Prompt& prompt)> ask{};
};

// The value of an environment variable; empty when not set.
[[nodiscard]] std::string_view variable(const config::Environment& environment, std::string_view name);

}  // namespace cowork::app
