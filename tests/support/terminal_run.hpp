#pragma once

#include "core/fd.hpp"

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace cowork::test {

// The real binary on a terminal of its own: standard streams and /dev/tty are a pseudo-terminal.
class TerminalRun {
  public:
    // `variables` is its environment besides PATH and TERM, as `K=V`.
    TerminalRun(const std::vector<std::string>& arguments, const std::string& directory,
                const std::vector<std::string>& variables = {});
    TerminalRun(const TerminalRun&) = delete;
    TerminalRun& operator=(const TerminalRun&) = delete;
    ~TerminalRun();

    // Waits until the terminal has shown that text; false when the time is over or the program ended before.
    bool wait_for(const std::string& text);
    // The same for text that comes after all that was waited for here before.
    bool wait_for_next(const std::string& text);
    // Waits until that is the last it has shown, and no part of `but`.
    bool wait_for_last(const std::string& text, const std::string& but);
    void type(const std::string& text);
    void send_signal(int signal) const;
    [[nodiscard]] bool echoes() const;
    // Waits for the end. The exit code, or 128 + signal; none when it had to be killed.
    std::optional<int> wait();
    [[nodiscard]] const std::string& shown() const { return shown_; }

  private:
    bool read_more(std::chrono::steady_clock::time_point deadline);

    UniqueFd terminal_;  // the side of the person
    UniqueFd program_;   // the side of the program, kept open so that its settings can be seen afterwards
    pid_t pid_ = -1;
    std::optional<int> status_;
    std::string shown_;
    std::size_t seen_ = 0;  // of shown_, by wait_for_next()
};

}  // namespace cowork::test
