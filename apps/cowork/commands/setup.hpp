#pragma once

#include "cowork/command_line.hpp"
#include "cowork/io.hpp"

namespace cowork::app {

// Returns the exit code. Writes at most the env file and, with --evaluate, its runtime root.
[[nodiscard]] int run_setup(const SetupOptions& options, const Io& io);

}  // namespace cowork::app
