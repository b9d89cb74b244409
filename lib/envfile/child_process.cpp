#include "envfile/child_process.hpp"

#include "core/fd.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace cowork::envfile {
namespace {

// How often a stop is looked for, in milliseconds; the kernel wakes us for everything else.
constexpr int poll_slice = 50;

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(ErrorCode::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

// The C objects that posix_spawn takes.
class SpawnSetup {
  public:
    SpawnSetup() {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;
    ~SpawnSetup() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    // 0 or an error number.
    int prepare(int output, int errors) {
        sigset_t none;
        sigset_t defaults;
        ::sigemptyset(&none);
        ::sigemptyset(&defaults);
        for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGCHLD}) ::sigaddset(&defaults, number);
        int problem = ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (problem == 0) problem = ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        if (problem == 0) problem = ::posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
        if (problem == 0) problem = ::posix_spawnattr_setsigmask(&attributes_, &none);
        if (problem == 0) problem = ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
        if (problem != 0) return problem;
        return ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

// A child of ours. Until it is reaped its id cannot belong to another process.
class Child {
  public:
    explicit Child(pid_t id) : id_(id), handle_(static_cast<int>(::syscall(SYS_pidfd_open, id, 0))) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (reaped_) return;
        (void)::kill(id_, SIGKILL);
        (void)wait(0);
    }

    [[nodiscard]] bool ended() { return reaped_ || wait(WNOHANG); }
    [[nodiscard]] std::optional<int> exit_code() const {
        if (!status_known_) return std::nullopt;
        return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
    }
    // Readable once the child has ended; -1 on kernels before 5.3, where poll() merely ignores it.
    [[nodiscard]] int handle() const { return handle_.get(); }

  private:
    bool wait(int flags) {
        pid_t got = ::waitpid(id_, &status_, flags);
        while (got < 0 && errno == EINTR) got = ::waitpid(id_, &status_, flags);
        // ECHILD: this process ignores SIGCHLD, and the kernel reaped the child and forgot how it ended.
        status_known_ = got == id_;
        reaped_ = status_known_ || (got < 0 && errno == ECHILD);
        return reaped_;
    }

    pid_t id_;
    UniqueFd handle_;
    int status_ = 0;
    bool status_known_ = false;
    bool reaped_ = false;
};

// One of the child's streams, kept up to a cap.
struct Stream {
    UniqueFd end;
    std::string* kept;
};

// Reads what is there without waiting; closes the end when nothing more can come.
void drain(Stream& stream, std::size_t cap, bool& truncated) {
    constexpr int reads_at_once = 64;  // more than a pipe holds, so that a flood cannot outlast the budget
    std::array<char, 4096> buffer{};
    for (int i = 0; i < reads_at_once; ++i) {
        const ssize_t got = ::read(stream.end.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return void(stream.end.close());
        const auto size = static_cast<std::size_t>(got);
        const std::size_t room = std::min(size, cap - stream.kept->size());
        stream.kept->append(buffer.data(), room);
        truncated = truncated || room < size;
        if (size < buffer.size()) return;
    }
}

int slice(const Budget& budget) {
    return static_cast<int>(std::min<std::chrono::milliseconds::rep>(budget.remaining().count(), poll_slice));
}

// Until the child ended and its streams were read, or the budget is spent (false).
bool follow(Child& child, std::array<Stream, 2>& streams, const Budget& budget, std::size_t cap,
            bool& truncated) {
    while (!budget.spent()) {
        std::array<pollfd, 3> waits{{{streams[0].end.get(), POLLIN, 0},
                                     {streams[1].end.get(), POLLIN, 0},
                                     {child.handle(), POLLIN, 0}}};
        (void)::poll(waits.data(), waits.size(), slice(budget));
        const bool ended = child.ended();
        for (Stream& stream : streams) {
            if (stream.end) drain(stream, cap, truncated);
        }
        // A grandchild may hold the pipes open; what the child itself wrote has been read by now.
        if (ended) return true;
    }
    return false;
}

}  // namespace

Result<CommandResult> run_command(const Command& command, const Budget& budget, std::size_t max_output) {
    auto output = make_pipe();
    if (!output) return tl::unexpected(std::move(output.error()));
    auto errors = make_pipe();
    if (!errors) return tl::unexpected(std::move(errors.error()));
    for (const UniqueFd* end : {&output->read, &errors->read}) (void)::fcntl(end->get(), F_SETFL, O_NONBLOCK);

    const auto cannot_start = [&](int problem) {
        return fail(ErrorCode::io,
                    fmt::format("cannot start {}: {}", command.program, std::strerror(problem)));
    };
    SpawnSetup setup;
    if (const int problem = setup.prepare(output->write.get(), errors->write.get()); problem != 0) {
        return cannot_start(problem);
    }
    std::vector<std::string> arguments{command.program};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    std::vector<std::string> environment = command.environment;
    pid_t id = 0;
    const int problem = ::posix_spawn(&id, command.program.c_str(), setup.actions(), setup.attributes(),
                                      pointers(arguments).data(), pointers(environment).data());
    if (problem != 0) return cannot_start(problem);

    Child child(id);
    (void)output->write.close();
    (void)errors->write.close();
    CommandResult result;
    std::array<Stream, 2> streams{
        {{std::move(output->read), &result.output}, {std::move(errors->read), &result.errors}}};
    if (!follow(child, streams, budget, max_output, result.truncated)) {
        return fail(ErrorCode::io, fmt::format("{} did not answer in time", command.program));
    }
    const auto exit_code = child.exit_code();
    if (!exit_code) return fail(ErrorCode::io, fmt::format("how {} ended is not known", command.program));
    result.exit_code = *exit_code;
    return result;
}

std::optional<std::string> find_program(const std::string& name) {
    const char* const path = std::getenv("PATH");
    std::string_view left = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
    while (!left.empty()) {
        const std::string_view directory = left.substr(0, left.find(':'));
        left.remove_prefix(std::min(left.size(), directory.size() + 1));
        if (directory.empty() || directory.front() != '/') continue;
        std::string candidate = fmt::format("{}/{}", directory, name);
        struct stat facts {};
        if (::stat(candidate.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
            ::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return std::nullopt;
}

}  // namespace cowork::envfile
