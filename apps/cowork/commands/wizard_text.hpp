#pragma once

#include "core/error.hpp"
#include "cowork/command_line.hpp"
#include "setup/paths.hpp"
#include "setup/wizard.hpp"

#include <string>
#include <vector>

namespace cowork::app {

// What the wizard says. All of it is folded for a terminal, and what comes from outside is cleaned.

[[nodiscard]] std::string introduction();
[[nodiscard]] std::string paths_menu(const std::vector<const setup::Path*>& paths, bool bold);
// Of the wizard's next question: what is asked, one line of help, what can be chosen.
[[nodiscard]] std::string question_text(const setup::Wizard& wizard, bool bold);
// The line on which the answer is typed, with the default.
[[nodiscard]] std::string prompt_text(const setup::Wizard& wizard);
// The answer to `?`: the option and the key that the answer is for, and what can be typed.
[[nodiscard]] std::string more_text(const setup::Wizard& wizard);
[[nodiscard]] std::string problem_text(const Error& error);

// The command that sets up the same without a question, quoted for a shell.
[[nodiscard]] std::string same_command(const SetupOptions& options, const setup::Path& path,
                                       const std::vector<std::string>& arguments, const std::string& program);

}  // namespace cowork::app
