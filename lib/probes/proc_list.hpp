#pragma once

#include "probes/files.hpp"

#include <sys/types.h>

#include <vector>

namespace cowork::probes {

// Processes from /proc. ErrorCode::not_found for a process that is not there, io without a /proc.
[[nodiscard]] Result<ProcessFacts> read_process(pid_t pid);
[[nodiscard]] Result<std::vector<ProcessFacts>> list_processes();

}  // namespace cowork::probes
