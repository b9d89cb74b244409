#pragma once

#include "core/error.hpp"
#include "cowork/command_line.hpp"
#include "cowork/commands/setup_files.hpp"
#include "cowork/io.hpp"
#include "setup/answers.hpp"
#include "setup/paths.hpp"
#include "setup/plan.hpp"

namespace cowork::app {

// Turns the options of a command line into answers, resolving secrets; standard input serves one of them.
[[nodiscard]] Result<setup::Answers> read_answers(const SetupOptions& options, const setup::Path& path,
                                                  const Io& io);

// What a planner may see of the world. It lives as long as what it was made of.
[[nodiscard]] setup::Surroundings surroundings_of(const SetupOptions& options, const Io& io,
                                                  ExistingFiles& existing);

}  // namespace cowork::app
