#pragma once

#include "core/error.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cowork::probes {

enum class FileKind { regular, directory, symlink, other };

struct FileFacts {
    FileKind kind = FileKind::other;
    mode_t mode = 0;  // permission bits only
    uid_t owner = 0;
    gid_t group = 0;
    nlink_t links = 0;
    unsigned long long size = 0;
    std::chrono::system_clock::time_point modified{};
};

// Whether the last part of a path may be a symbolic link.
enum class Links { refuse, follow };

// A running process, as /proc shows it to everybody.
struct ProcessFacts {
    pid_t pid = 0;
    uid_t owner = 0;
    std::vector<std::string> command;                              // its arguments; empty when hidden
    std::optional<std::chrono::system_clock::time_point> started;  // to the second
};

// A TCP socket in state LISTEN on this machine.
struct ListeningSocket {
    std::string address;  // numeric, e.g. `0.0.0.0`, `::`, `127.0.0.1`
    int port = 0;
    uid_t owner = 0;
};

// A directory with more is cut there: nothing of the product's grows as large, and reading on would only let
// a hostile one take our time.
inline constexpr std::size_t most_names = 10000;

// What the checks ask of the file system and of /proc. Reads only.
class FileProbe {
  public:
    virtual ~FileProbe() = default;
    // Facts of the path itself (a symbolic link is not followed). ErrorCode::not_found, permission or io.
    [[nodiscard]] virtual Result<FileFacts> facts(const std::string& path) = 0;
    // As facts(), after following symbolic links.
    [[nodiscard]] virtual Result<FileFacts> target_facts(const std::string& path) = 0;
    // The whole of a regular file of at most `limit` bytes; never waits for a FIFO or a device. Besides the
    // codes of facts(): refused for a link that may not be followed and for what is no regular file, invalid
    // for a file that is larger.
    [[nodiscard]] virtual Result<std::string> read(const std::string& path, std::size_t limit,
                                                   Links links) = 0;
    // The names in a directory, sorted, without `.` and `..`; links to a directory are followed. No more than
    // `most_names`. Codes as facts(); refused for what is no directory.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
    // ErrorCode::not_found when there is no such process.
    [[nodiscard]] virtual Result<ProcessFacts> process(pid_t pid) = 0;
    // Those of the named variables that the process was started with; what else it was given is not kept.
    // ErrorCode::not_found without such a process, permission for one of another user.
    [[nodiscard]] virtual Result<std::vector<std::pair<std::string, std::string>>> process_variables(
        pid_t pid, std::span<const std::string_view> names) = 0;
    // Every process that this one may see.
    [[nodiscard]] virtual Result<std::vector<ProcessFacts>> processes() = 0;
    // Whether this process could create files in the directory, asked of the kernel without creating one.
    [[nodiscard]] virtual Result<bool> can_write_directory(const std::string& path) = 0;
    // Bytes free for an ordinary user on the file system of that path.
    [[nodiscard]] virtual Result<unsigned long long> free_bytes(const std::string& path) = 0;
    // The listening sockets with that port, of this network namespace, from sock_diag(7) or /proc/net/tcp and
    // tcp6.
    [[nodiscard]] virtual Result<std::vector<ListeningSocket>> listeners(int port) = 0;
    // Whether that numeric address belongs to one of this machine's interfaces (loopback included).
    [[nodiscard]] virtual bool is_local_address(const std::string& address) = 0;
    [[nodiscard]] virtual uid_t effective_user() = 0;
};

[[nodiscard]] std::unique_ptr<FileProbe> make_file_probe();

}  // namespace cowork::probes
