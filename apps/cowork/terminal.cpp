#include "cowork/terminal.hpp"

#include "core/fd.hpp"
#include "cowork/io.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace cowork::app {
namespace {

// Echo off for as long as it lives, the terminal's settings put back after.
class EchoOff {
  public:
    explicit EchoOff(int fd) : fd_(fd), ok_(tcgetattr(fd, &before_) == 0) {
        if (!ok_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ok_ = tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;
    ~EchoOff() {
        if (ok_) (void)tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    [[nodiscard]] bool ok() const { return ok_; }

  private:
    int fd_;
    termios before_{};
    bool ok_;
};

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
    constexpr std::size_t longest = std::size_t{64} * 1024;
    std::string line;
    line.reserve(longest);  // never reallocated, so one cleansing is enough
    for (char c = 0; line.size() < longest;) {
        const ssize_t got = ::read(fd, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || c == '\n') break;
        line.push_back(c);
    }
    if (line.ends_with('\r')) line.pop_back();
    Secret secret(line);
    cleanse(line);
    return secret;
}

bool has_terminal() { return UniqueFd(::open("/dev/tty", O_RDWR | O_CLOEXEC)).get() >= 0; }

Result<Secret> ask_hidden(std::string_view question) {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!terminal)
        return fail(ErrorCode::usage, "there is no terminal to ask on", "use env:NAME, file:PATH or -");
    const EchoOff echo_off(terminal.get());
    if (!echo_off.ok())
        return fail(ErrorCode::io, "the terminal's echo cannot be switched off", "use env:NAME or file:PATH");
    if (!put(terminal.get(), question) || !put(terminal.get(), ": "))
        return fail(ErrorCode::io, "the terminal cannot be written to");
    auto secret = read_secret_line(terminal.get());
    (void)put(terminal.get(), "\n");
    return secret;
}

}  // namespace cowork::app
