#pragma once

#include "core/error.hpp"
#include "cowork/command_line.hpp"
#include "cowork/io.hpp"
#include "setup/answers.hpp"
#include "setup/paths.hpp"

namespace cowork::app {

// Turns the options of a command line into answers, resolving secrets; standard input serves one of them.
[[nodiscard]] Result<setup::Answers> read_answers(const SetupOptions& options, const setup::Path& path,
                                                  const Io& io);

}  // namespace cowork::app
