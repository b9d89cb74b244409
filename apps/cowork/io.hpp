#pragma once

#include "config/load.hpp"
#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <functional>
#include <iosfwd>
#include <string>

namespace cowork::app {

// The world as a command sees it, so that a test can call any run() with streams and a terminal of its own.
struct Io {
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    config::Environment environment{};
    std::string program = "cowork";  // how the user calls it (COWORK_INVOKED_AS), for "next commands"
    bool root = false;
    std::function<Result<Secret>()> read_secret_line{};                     // one line of standard input
    std::function<Result<Secret>(std::string_view question)> ask_hidden{};  // empty without a terminal
};

// The value of an environment variable; empty when not set.
[[nodiscard]] std::string_view variable(const config::Environment& environment, std::string_view name);

}  // namespace cowork::app
