#pragma once

#include "cowork/io.hpp"
#include "smoke/runner.hpp"

namespace cowork::app {

// Says on standard error what the run is doing: one line that is written over on a terminal, nothing
// anywhere else and nothing in CI.
[[nodiscard]] smoke::Observer smoke_progress(const Io& io, std::size_t steps);

}  // namespace cowork::app
