#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace cowork::test {

// What happens at one system call of a child process, counted from 0.
struct Fault {
    enum class Kind {
        none,
        fail,         // the call is not made and reports `error`
        kill_before,  // SIGKILL when it is entered
        kill_after,   // SIGKILL when it returns
        meanwhile,    // `act` runs in this process when it is entered
    };
    Kind kind = Kind::none;
    std::size_t call = 0;
    int error = 0;
    std::function<void()> act = {};
};

struct Trial {
    bool injected = false;    // there were that many calls
    bool killed = false;      // by a signal
    int exit_code = 0;        // what the body returned, when it was not killed
    std::vector<long> calls;  // the numbers of the system calls, in order, without exit
};

// Runs the body in a child of this process that is traced (ptrace), so that every real system call is seen,
// made by whichever library. An exception of the body is exit code 99.
[[nodiscard]] Trial run_with_fault(const std::function<int()>& body, const Fault& fault);

// Whether this system lets a process trace its child and this processor is known.
[[nodiscard]] bool can_inject_faults();

}  // namespace cowork::test
