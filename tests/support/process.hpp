#pragma once

#include "core/fd.hpp"

#include <sys/types.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cowork::test {

struct ProcessOptions {
    std::vector<std::string> argv{};                        // argv[0] is looked up in PATH
    std::optional<std::vector<std::string>> environment{};  // `K=V`; none: this process's
    std::string directory{};                                // working directory; empty: this process's
    std::optional<uid_t> user{};                            // drop to this user and, if given, group
    std::optional<gid_t> group{};
    std::string input{};  // standard input; then it is closed
};

struct ProcessResult {
    std::optional<int> exit_code;  // none: killed by a signal, or not ended in time
    int signal = 0;
    bool timed_out = false;  // it was terminated
    std::string out, err;
};

// A child process in a group of its own, its output kept in memory. It dies with this object, and with the
// thread that started it (so do not start one from a thread that ends early).
class Process {
  public:
    explicit Process(ProcessOptions options);  // returns once it is that command, or has failed to be
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();  // terminate()

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] bool running();
    // Waits until it ends; ends it when the time is over.
    ProcessResult wait(std::chrono::milliseconds limit);
    void send_signal(int signal) const;
    // SIGTERM, and SIGKILL to the whole group when it still runs after the grace.
    void terminate(std::chrono::milliseconds grace = std::chrono::seconds{5});
    // What it wrote so far.
    [[nodiscard]] std::string out() const;
    [[nodiscard]] std::string err() const;

  private:
    void pump();
    bool wait_for_end(std::chrono::milliseconds limit);
    void finish_output();

    std::string input_;
    UniqueFd in_, out_, err_, quit_, pidfd_;
    pid_t pid_ = -1;
    std::optional<int> status_;  // as waitpid gives it
    mutable std::mutex mutex_;
    std::string out_text_, err_text_;  // guarded by mutex_
    std::thread pump_;
};

// Runs a command to its end.
ProcessResult run_process(ProcessOptions options, std::chrono::milliseconds limit = std::chrono::seconds{60});

}  // namespace cowork::test
