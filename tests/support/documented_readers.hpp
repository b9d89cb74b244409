#pragma once

#include "support/env_readers.hpp"

#include <vector>

namespace cowork::test {

// Readers that cannot run here, written from their documentation and apart from the program's own parsers:
// the `docker run --env-file` of every release, Compose's current one, and that of the first releases of
// Compose 2 (which look for the end of a quoted value more simply, and drop quotes at its ends).
[[nodiscard]] std::vector<EnvReader> documented_env_readers();

}  // namespace cowork::test
