#pragma once

#include "probes/files.hpp"

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::probes {

// Processes from /proc. ErrorCode::not_found for a process that is not there, io without a /proc.
[[nodiscard]] Result<ProcessFacts> read_process(pid_t pid);
[[nodiscard]] Result<std::vector<ProcessFacts>> list_processes();
// From /proc/PID/environ; ErrorCode::permission for a process of another user.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> read_process_variables(
    pid_t pid, std::span<const std::string_view> names);

}  // namespace cowork::probes
