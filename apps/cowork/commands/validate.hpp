#pragma once

#include "cowork/command_line.hpp"
#include "cowork/io.hpp"

namespace cowork::app {

// Returns the exit code.
[[nodiscard]] int run_validate(const ValidateOptions& options, const Io& io);

}  // namespace cowork::app
