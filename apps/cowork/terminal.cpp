#include "cowork/terminal.hpp"

#include "core/fd.hpp"
#include "cowork/io.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>

namespace cowork::app {
namespace {

// Lines with or without echo for as long as it lives, the terminal's settings put back after.
class LineMode {
  public:
    // What was pasted after the line end of a hidden answer is thrown away: it would be shown with the next
    // one.
    LineMode(int fd, bool echo)
        : fd_(fd), rest_(echo ? TCSADRAIN : TCSAFLUSH), ok_(tcgetattr(fd, &before_) == 0) {
        if (!ok_) return;
        termios mode = before_;
        mode.c_lflag |= static_cast<tcflag_t>(ICANON | ISIG);
        if (echo) mode.c_lflag |= static_cast<tcflag_t>(ECHO | ECHOE);
        if (!echo) mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        ok_ = tcsetattr(fd_, TCSADRAIN, &mode) == 0;
    }
    LineMode(const LineMode&) = delete;
    LineMode& operator=(const LineMode&) = delete;
    ~LineMode() {
        if (ok_) (void)tcsetattr(fd_, rest_, &before_);
    }
    [[nodiscard]] bool ok() const { return ok_; }

  private:
    int fd_;
    int rest_;
    termios before_{};
    bool ok_;
};

// The signals that end a program. While it lives they only end the wait for input: a program that ended with
// echo off would leave the user's terminal blind. Its end lets the one that came have its way.
class HeldSignals {
  public:
    HeldSignals() {
        sigset_t held;
        sigemptyset(&held);
        for (const int signal : signals) sigaddset(&held, signal);
        came_ = 0;
        struct sigaction note {};
        note.sa_handler = [](int signal) { came_ = signal; };
        pthread_sigmask(SIG_BLOCK, &held, &mask_);
        for (std::size_t i = 0; i < signals.size(); ++i) {
            sigaction(signals.at(i), &note, &before_.at(i));
            // What the caller chose to ignore (nohup) stays ignored.
            if (before_.at(i).sa_handler == SIG_IGN) sigaction(signals.at(i), &before_.at(i), nullptr);
        }
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() {
        for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals.at(i), &before_.at(i), nullptr);
        pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        if (came_ != 0) (void)raise(came_);
    }
    [[nodiscard]] static bool came() { return came_ != 0; }
    // False when one of the signals came first.
    [[nodiscard]] bool wait_for_input(int fd) const {
        pollfd polled{fd, POLLIN, 0};
        int ready = -1;
        do ready = ppoll(&polled, 1, nullptr, &mask_);
        while (ready < 0 && errno == EINTR && came_ == 0);
        return came_ == 0;
    }

  private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    static inline volatile std::sig_atomic_t came_ = 0;
    sigset_t mask_{};
    std::array<struct sigaction, signals.size()> before_{};
};

// One line from a descriptor, as long as `ready` says that there is something to read.
template <typename Ready>
Result<Reply> read_line(int fd, Ready ready) {
    constexpr std::size_t longest = std::size_t{64} * 1024;
    std::string line;
    line.reserve(longest);  // never reallocated, so one cleansing is enough
    bool ended = false;
    for (char c = 0;;) {
        if (!ready()) break;
        const ssize_t got = ::read(fd, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got > 0 && c == '\n') break;
        if (got <= 0) {
            ended = line.empty();
            break;
        }
        if (line.size() == longest) {
            cleanse(line);
            return fail(ErrorCode::invalid, "a line of more than 64 KiB is no secret", "give a shorter one");
        }
        line.push_back(c);
    }
    if (line.ends_with('\r')) line.pop_back();
    Reply reply{Secret(line), ended};
    cleanse(line);
    return reply;
}

bool put(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(fd, text.data(), text.size());
        if (wrote < 0 && errno != EINTR) return false;
        if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

}  // namespace

std::string_view variable(const config::Environment& environment, std::string_view name) {
    const auto found = std::find_if(environment.begin(), environment.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    return found == environment.end() ? std::string_view{} : found->second;
}

bool use_color(Color wish, const config::Environment& environment, bool is_terminal) {
    switch (wish) {
        case Color::always:
            return true;
        case Color::never:
            return false;
        case Color::automatic:
            break;
    }
    if (!variable(environment, "NO_COLOR").empty()) return false;
    const auto force = variable(environment, "CLICOLOR_FORCE");
    if (!force.empty() && force != "0") return true;
    return is_terminal && variable(environment, "TERM") != "dumb";
}

Result<Secret> read_secret_line(int fd) {
    auto reply = read_line(fd, [] { return true; });
    if (!reply) return tl::unexpected(std::move(reply.error()));
    return std::move(reply->line);
}

bool has_terminal() { return UniqueFd(::open("/dev/tty", O_RDWR | O_CLOEXEC)).get() >= 0; }

Result<Reply> ask(const Prompt& prompt) {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!terminal)
        return fail(ErrorCode::usage, "there is no terminal to ask on", "use env:NAME, file:PATH or -");
    const HeldSignals signals;  // outlives the silence: first the echo comes back, then the signal
    const LineMode mode(terminal.get(), !prompt.hidden);
    if (!mode.ok())
        return fail(ErrorCode::io, "the terminal's echo cannot be switched", "use env:NAME or file:PATH");
    if (!put(terminal.get(), prompt.text)) return fail(ErrorCode::io, "the terminal cannot be written to");
    auto reply = read_line(terminal.get(), [&] { return signals.wait_for_input(terminal.get()); });
    const bool stays_on_line = prompt.hidden || HeldSignals::came() || !reply || reply->ended;
    if (stays_on_line) (void)put(terminal.get(), "\n");
    if (HeldSignals::came()) (void)put(terminal.get(), prompt.farewell);
    return reply;
}

Result<Secret> ask_hidden(std::string_view question) {
    auto reply = ask({std::string(question) + ": ", true, {}});
    if (!reply) return tl::unexpected(std::move(reply.error()));
    return std::move(reply->line);
}

}  // namespace cowork::app
