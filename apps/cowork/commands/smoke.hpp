#pragma once

#include "cowork/command_line.hpp"
#include "cowork/io.hpp"
#include "smoke/runner.hpp"

namespace cowork::app {

// Returns the exit code. `watcher` is told as the run goes on, beside the progress on the terminal.
[[nodiscard]] int run_smoke(const SmokeOptions& options, const Io& io, const smoke::Observer& watcher = {});

}  // namespace cowork::app
