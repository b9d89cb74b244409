#pragma once

#include "cowork/command_line.hpp"
#include "cowork/commands/setup_assets.hpp"
#include "cowork/commands/setup_files.hpp"
#include "cowork/io.hpp"
#include "setup/plan.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cowork::app {

// Whether somebody can be asked: standard input and standard error are terminals, and CI is not set.
[[nodiscard]] bool can_ask(const Io& io);
// Whether these options leave the answers to questions: none of them is an answer, and none asks for a
// machine's output or for a look without writing.
[[nodiscard]] bool leaves_answers(const SetupOptions& options);

// Writes what was agreed to. `command` does the same without a question.
using CarryOut =
    std::function<int(const setup::Plan& plan, std::vector<PreparedFile> files, PreparedAssets assets,
                      const ExistingFiles& existing, std::string command)>;

// Asks for the path unless it is given, then what it needs; shows the plan and carries it out if that is
// agreed to. Returns the exit code, 130 when the person ended it. Nothing is written before `carry_out`.
[[nodiscard]] int run_wizard(const SetupOptions& options, const Io& io, const CarryOut& carry_out);

}  // namespace cowork::app
