#include "support/fault_injection.hpp"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <stdexcept>

namespace cowork::test {
namespace {

constexpr int body_threw = 99;
constexpr int not_traced = 98;
constexpr int system_call_stop = SIGTRAP | 0x80;

#if defined(__x86_64__)
constexpr bool known_processor = true;
void skip_call(pid_t child) {
    (void)::ptrace(PTRACE_POKEUSER, child, offsetof(user, regs) + offsetof(user_regs_struct, orig_rax), -1L);
}
void set_result(pid_t child, long result) {
    (void)::ptrace(PTRACE_POKEUSER, child, offsetof(user, regs) + offsetof(user_regs_struct, rax), result);
}
#elif defined(__aarch64__)
constexpr bool known_processor = true;
void skip_call(pid_t child) {
    int none = -1;
    iovec bytes{&none, sizeof none};
    (void)::ptrace(PTRACE_SETREGSET, child, NT_ARM_SYSTEM_CALL, &bytes);
}
void set_result(pid_t child, long result) {
    user_regs_struct registers{};
    iovec bytes{&registers, sizeof registers};
    (void)::ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &bytes);
    registers.regs[0] = static_cast<unsigned long long>(result);
    (void)::ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &bytes);
}
#else
constexpr bool known_processor = false;
void skip_call(pid_t) {}
void set_result(pid_t, long) {}
#endif

[[noreturn]] void be_traced(const std::function<int()>& body) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(not_traced);
    (void)::raise(SIGSTOP);
    int code = body_threw;
    try {
        code = body();
    } catch (...) {
        code = body_threw;
    }
    ::_exit(code);
}

class Tracer {
  public:
    Tracer(pid_t child, const Fault& fault) : child_(child), fault_(fault) {}

    Trial follow() {
        int status = wait();
        if (!WIFSTOPPED(status)) throw std::runtime_error("the child could not be traced");
        (void)::ptrace(PTRACE_SETOPTIONS, child_, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
        for (long signal = 0;;) {
            (void)::ptrace(PTRACE_SYSCALL, child_, nullptr, signal);
            status = wait();
            if (!WIFSTOPPED(status)) break;
            signal = 0;
            if (WSTOPSIG(status) == system_call_stop) {
                at_system_call();
            } else {
                signal = WSTOPSIG(status);
            }
        }
        trial_.killed = WIFSIGNALED(status);
        trial_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
        return std::move(trial_);
    }

  private:
    int wait() const {
        int status = 0;
        while (::waitpid(child_, &status, 0) < 0)
            if (errno != EINTR) throw std::runtime_error("the traced child is gone");
        return status;
    }

    void at_system_call() {
        __ptrace_syscall_info info{};
        if (::ptrace(PTRACE_GET_SYSCALL_INFO, child_, sizeof info, &info) <= 0) return;
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) entered(static_cast<long>(info.entry.nr));
        if (info.op == PTRACE_SYSCALL_INFO_EXIT) returned();
    }

    void entered(long number) {
        if (number == SYS_exit_group || number == SYS_exit) return;
        const bool here = fault_.kind != Fault::Kind::none && trial_.calls.size() == fault_.call;
        trial_.calls.push_back(number);
        if (!here) return;
        trial_.injected = pending_ = true;
        if (fault_.kind == Fault::Kind::fail) skip_call(child_);
        if (fault_.kind == Fault::Kind::kill_before) (void)::kill(child_, SIGKILL);
        if (fault_.kind == Fault::Kind::meanwhile) fault_.act();
    }

    // brk() knows no errors: it reports a break that is not the one asked for.
    [[nodiscard]] long result_of_failure() const {
        return trial_.calls.back() == SYS_brk ? 0 : -static_cast<long>(fault_.error);
    }

    void returned() {
        if (!pending_) return;
        pending_ = false;
        if (fault_.kind == Fault::Kind::fail) set_result(child_, result_of_failure());
        if (fault_.kind == Fault::Kind::kill_after) (void)::kill(child_, SIGKILL);
    }

    pid_t child_;
    const Fault& fault_;
    Trial trial_;
    bool pending_ = false;
};

}  // namespace

Trial run_with_fault(const std::function<int()>& body, const Fault& fault) {
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("cannot fork");
    if (child == 0) be_traced(body);
    return Tracer(child, fault).follow();
}

bool can_inject_faults() {
    if (!known_processor) return false;
    try {
        return !run_with_fault([] { return ::getppid() > 0 ? 0 : 1; }, {}).calls.empty();
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace cowork::test
