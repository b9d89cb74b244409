#include "support/terminal_run.hpp"

#include "support/places.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace cowork::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds{20};

}  // namespace

TerminalRun::TerminalRun(const std::vector<std::string>& arguments, const std::string& directory,
                         const std::vector<std::string>& variables) {
    int person = -1;
    int program = -1;
    if (openpty(&person, &program, nullptr, nullptr, nullptr) != 0)
        throw std::system_error(errno, std::generic_category(), "openpty");
    terminal_ = UniqueFd(person);
    program_ = UniqueFd(program);
    (void)fcntl(person, F_SETFD, FD_CLOEXEC);
    (void)fcntl(program, F_SETFD, FD_CLOEXEC);
    std::vector<std::string> words{COWORK_BINARY};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<std::string> settings{"PATH=/usr/bin:/bin"};
    if (std::none_of(variables.begin(), variables.end(),
                     [](const std::string& variable) { return variable.starts_with("TERM="); }))
        settings.emplace_back("TERM=dumb");
    settings.insert(settings.end(), variables.begin(), variables.end());
    std::vector<char*> environment;
    for (auto& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    if (ioctl(program, TIOCSCTTY, 0) != 0 || chdir(directory.c_str()) != 0) _exit(126);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(program, fd);
    execve(argv[0], argv.data(), environment.data());
    _exit(127);
}

TerminalRun::~TerminalRun() {
    if (status_) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

bool TerminalRun::read_more(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd polled{terminal_.get(), POLLIN, 0};
    if (left <= 0 || poll(&polled, 1, static_cast<int>(left)) <= 0) return false;
    std::array<char, 4096> buffer{};
    const ssize_t got = read(terminal_.get(), buffer.data(), buffer.size());
    if (got <= 0) return false;
    shown_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
}

bool TerminalRun::wait_for(const std::string& text) {
    const auto deadline = Clock::now() + patience;
    while (shown_.find(text) == std::string::npos)
        if (!read_more(deadline)) return false;
    return true;
}

bool TerminalRun::wait_for_next(const std::string& text) {
    const auto deadline = Clock::now() + patience;
    while (shown_.find(text, seen_) == std::string::npos)
        if (!read_more(deadline)) return false;
    seen_ = shown_.find(text, seen_) + text.size();
    return true;
}

bool TerminalRun::wait_for_last(const std::string& text, const std::string& but) {
    const auto deadline = Clock::now() + patience;
    while (!shown_.ends_with(text) || shown_.ends_with(but))
        if (!read_more(deadline)) return false;
    seen_ = shown_.size();
    return true;
}

void TerminalRun::send_signal(int signal) const { (void)kill(pid_, signal); }

void TerminalRun::type(const std::string& text) { (void)!write(terminal_.get(), text.data(), text.size()); }

bool TerminalRun::echoes() const {
    termios settings{};
    return tcgetattr(program_.get(), &settings) == 0 && (settings.c_lflag & ECHO) != 0;
}

std::optional<int> TerminalRun::wait() {
    const auto deadline = Clock::now() + patience;
    while (!status_ && Clock::now() < deadline) {
        // Its output is taken in all the while: a full terminal would hold it up.
        (void)read_more(std::min(deadline, Clock::now() + std::chrono::milliseconds{20}));
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    }
    while (read_more(Clock::now() + std::chrono::milliseconds{1})) {
    }
    if (!status_) return std::nullopt;
    return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : 128 + WTERMSIG(*status_);
}

}  // namespace cowork::test
