#pragma once

#include "support/scratch_directory.hpp"
#include "support/terminal_run.hpp"

#include <string>
#include <vector>

namespace cowork::test {

// One question as a person meets it: words of it, and what they type.
struct Turn {
    std::string question;
    std::string answer;
    bool hidden = false;  // nothing may be echoed
};

// `cowork setup …` on a terminal in a directory of its own, which is HOME as well.
class WizardRun {
  public:
    explicit WizardRun(const ScratchDirectory& scratch, std::vector<std::string> arguments = {},
                       const std::vector<std::string>& variables = {});

    // Waits for each question, looks at the echo, and types. Fails when a question does not come.
    void answer(const std::vector<Turn>& turns);
    void type(const std::string& keys) { terminal_.type(keys); }
    // Waits for text that comes after all that was waited for before.
    [[nodiscard]] bool sees(const std::string& text) { return terminal_.wait_for_next(text); }
    // Waits until it waits for an answer.
    [[nodiscard]] bool is_asking() { return terminal_.wait_for_last("> ", "-> "); }
    [[nodiscard]] TerminalRun& terminal() { return terminal_; }
    [[nodiscard]] std::optional<int> wait() { return terminal_.wait(); }
    [[nodiscard]] const std::string& shown() const { return terminal_.shown(); }
    // What it printed under "The same without questions": one line each, `set -a …` before the command.
    [[nodiscard]] std::vector<std::string> printed_command() const;

  private:
    TerminalRun terminal_;
};

}  // namespace cowork::test
