#pragma once

#include "core/budget.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cowork::envfile {

// A program to run without a shell. Nothing is inherited: not the environment, not standard input, and no
// descriptor that was opened close-on-exec.
struct Command {
    std::string program;                   // absolute path
    std::vector<std::string> arguments;    // after the program's own name
    std::vector<std::string> environment;  // NAME=value, the whole of it
};

struct CommandResult {
    int exit_code = 0;  // 128 + signal when a signal ended it
    std::string output;
    std::string errors;
    bool truncated = false;  // more came than the cap; the rest was dropped
};

// Runs it and waits. At most `max_output` bytes are kept of each of its two streams. When the budget is spent
// the child, and it alone, is killed and reaped; that and a failure to start are ErrorCode::io.
[[nodiscard]] Result<CommandResult> run_command(const Command& command, const Budget& budget,
                                                std::size_t max_output = std::size_t{64} * 1024);

// The program of that name in the absolute directories of PATH. Relative entries are skipped: the current
// directory may be a stranger's.
[[nodiscard]] std::optional<std::string> find_program(const std::string& name);

}  // namespace cowork::envfile
