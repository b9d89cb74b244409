#pragma once

#include "core/error.hpp"
#include "cowork/command_line.hpp"
#include "cowork/io.hpp"

#include <string_view>

namespace cowork::app {

// Tells of a run that cannot begin, in the format that was asked for; returns the exit code.
[[nodiscard]] int refuse(std::string_view command, Format format, const Io& io, int exit_code,
                         const Error& error);

}  // namespace cowork::app
