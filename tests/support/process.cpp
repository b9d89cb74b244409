#include "support/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace cowork::test {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void give_up(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Pipe {
    UniqueFd read, write;
    Pipe() {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) give_up("pipe");
        read = UniqueFd(ends[0]);
        write = UniqueFd(ends[1]);
    }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

// What the child does between fork and exec: calls that are safe there, and nothing else.
struct ChildPlan {
    char* const* argv;
    char* const* environment;  // nullptr: inherited
    const char* directory;     // nullptr: inherited
    std::optional<uid_t> user;
    std::optional<gid_t> group;
    int in, out, err;
    pid_t parent;

    [[noreturn]] void run() const {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        setpgid(0, 0);
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        const bool dropped = (!user && !group) || setgroups(0, nullptr) == 0;
        if (!dropped || (group && setgid(*group) != 0) || (user && setuid(*user) != 0)) _exit(126);
        // After the change of user, which would undo it.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(126);
        if (directory != nullptr && chdir(directory) != 0) _exit(126);
        if (environment != nullptr) environ = const_cast<char**>(environment);
        execvp(argv[0], argv);
        _exit(127);
    }
};

// Until every copy of the other end is closed: in the child exec does that, or its end.
void wait_until_closed(const UniqueFd& read_end) {
    char nothing = 0;
    while (::read(read_end.get(), &nothing, 1) < 0 && errno == EINTR) {
    }
}

}  // namespace

Process::Process(ProcessOptions options) : input_(std::move(options.input)), quit_(eventfd(0, EFD_CLOEXEC)) {
    Pipe in, out, err, begun;
    auto argv = pointers(options.argv);
    std::vector<char*> environment;
    if (options.environment) environment = pointers(*options.environment);
    const ChildPlan plan{argv.data(),
                         options.environment ? environment.data() : nullptr,
                         options.directory.empty() ? nullptr : options.directory.c_str(),
                         options.user,
                         options.group,
                         in.read.get(),
                         out.write.get(),
                         err.write.get(),
                         getpid()};
    pid_ = fork();
    if (pid_ < 0) give_up("fork");
    if (pid_ == 0) plan.run();
    setpgid(pid_, pid_);  // both sides: whoever comes first
    pidfd_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    if (!pidfd_) give_up("pidfd_open");
    // Before that, whoever looks at the process sees this one's command line.
    begun.write = UniqueFd();
    wait_until_closed(begun.read);
    in_ = std::move(in.write);
    out_ = std::move(out.read);
    err_ = std::move(err.read);
    fcntl(in_.get(), F_SETFL, O_NONBLOCK);
    pump_ = std::thread([this] { pump(); });
}

Process::~Process() {
    terminate();
    finish_output();
}

// Feeds the input and collects the output until both outputs end or the owner says so.
void Process::pump() {
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    std::size_t fed = 0;
    const auto collect = [this](UniqueFd& fd, std::string& text) {
        std::array<char, 8192> buffer{};
        const ssize_t got = read(fd.get(), buffer.data(), buffer.size());
        if (got <= 0) {
            (void)fd.close();
            return;
        }
        const std::lock_guard lock(mutex_);
        text.append(buffer.data(), static_cast<std::size_t>(got));
    };
    while (out_ || err_) {
        if (in_ && fed == input_.size()) (void)in_.close();
        std::array<pollfd, 4> polled{pollfd{quit_.get(), POLLIN, 0}, pollfd{out_.get(), POLLIN, 0},
                                     pollfd{err_.get(), POLLIN, 0}, pollfd{in_.get(), POLLOUT, 0}};
        if (poll(polled.data(), polled.size(), -1) < 0) continue;
        if (polled[1].revents != 0) collect(out_, out_text_);
        if (polled[2].revents != 0) collect(err_, err_text_);
        if (polled[3].revents != 0) {
            const ssize_t got = write(in_.get(), input_.data() + fed, input_.size() - fed);
            if (got > 0) fed += static_cast<std::size_t>(got);
            if (got < 0 && errno != EAGAIN) (void)in_.close();
        }
        // Only once nothing is left to read: a grandchild may keep the pipes open.
        if (polled[0].revents != 0 && polled[1].revents == 0 && polled[2].revents == 0) return;
    }
}

bool Process::wait_for_end(std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    while (!status_) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd polled{pidfd_.get(), POLLIN, 0};
        const int ready = poll(&polled, 1, left > 0 ? static_cast<int>(left) : 0);
        int status = 0;
        if (ready > 0 && waitpid(pid_, &status, 0) == pid_) status_ = status;
        if (ready == 0 && left <= 0) return false;
    }
    return true;
}

bool Process::running() { return !wait_for_end(std::chrono::milliseconds{0}); }

void Process::send_signal(int signal) const {
    if (!status_) kill(pid_, signal);
}

void Process::terminate(std::chrono::milliseconds grace) {
    if (running()) {
        send_signal(SIGTERM);
        if (!wait_for_end(grace)) {
            kill(-pid_, SIGKILL);
            (void)wait_for_end(std::chrono::seconds{10});
        }
    }
}

void Process::finish_output() {
    if (!pump_.joinable()) return;
    eventfd_write(quit_.get(), 1);
    pump_.join();
}

ProcessResult Process::wait(std::chrono::milliseconds limit) {
    ProcessResult result;
    result.timed_out = !wait_for_end(limit);
    if (result.timed_out) terminate();
    finish_output();
    if (status_ && WIFEXITED(*status_) && !result.timed_out) result.exit_code = WEXITSTATUS(*status_);
    if (status_ && WIFSIGNALED(*status_)) result.signal = WTERMSIG(*status_);
    result.out = out();
    result.err = err();
    return result;
}

std::string Process::out() const {
    const std::lock_guard lock(mutex_);
    return out_text_;
}

std::string Process::err() const {
    const std::lock_guard lock(mutex_);
    return err_text_;
}

ProcessResult run_process(ProcessOptions options, std::chrono::milliseconds limit) {
    return Process(std::move(options)).wait(limit);
}

}  // namespace cowork::test
