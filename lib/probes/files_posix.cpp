#include "core/fd.hpp"
#include "probes/files.hpp"
#include "probes/proc_list.hpp"
#include "probes/proc_net.hpp"
#include "probes/sock_diag.hpp"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <system_error>

namespace cowork::probes {
namespace {

tl::unexpected<Error> failed(const std::string& path, int error) {
    ErrorCode code = ErrorCode::io;
    if (error == ENOENT || error == ENOTDIR) code = ErrorCode::not_found;
    if (error == EACCES || error == EPERM) code = ErrorCode::permission;
    return fail(code, path + ": " + std::generic_category().message(error));
}

FileKind kind_of(mode_t mode) {
    if (S_ISREG(mode)) return FileKind::regular;
    if (S_ISDIR(mode)) return FileKind::directory;
    if (S_ISLNK(mode)) return FileKind::symlink;
    return FileKind::other;
}

std::chrono::system_clock::time_point time_of(const timespec& time) {
    return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)));
}

// A NUL byte would make the kernel look at a shorter path than the one that was asked for.
bool has_nul(const std::string& path) { return path.find('\0') != std::string::npos; }

Result<FileFacts> stat_path(const std::string& path, int flags) {
    if (has_nul(path)) return fail(ErrorCode::invalid, "the path holds a NUL byte");
    struct stat found {};
    if (fstatat(AT_FDCWD, path.c_str(), &found, flags) != 0) return failed(path, errno);
    return FileFacts{kind_of(found.st_mode), found.st_mode & 07777,
                     found.st_uid,           found.st_gid,
                     found.st_nlink,         static_cast<unsigned long long>(found.st_size),
                     time_of(found.st_mtim)};
}

Result<std::string> read_open(const std::string& path, int file, std::size_t limit) {
    struct stat found {};
    if (fstat(file, &found) != 0) return failed(path, errno);
    if (!S_ISREG(found.st_mode)) return fail(ErrorCode::refused, path + ": not a regular file");
    std::string text;
    std::array<char, 65536> block{};
    for (;;) {
        const ssize_t got = ::read(file, block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(path, errno);
        if (got == 0) return text;
        text.append(block.data(), static_cast<std::size_t>(got));
        // Not the size that fstat told: the file may grow meanwhile.
        if (text.size() > limit) return fail(ErrorCode::invalid, path + ": larger than expected");
    }
}

struct CloseDirectory {
    void operator()(DIR* directory) const { closedir(directory); }
};

Result<std::vector<std::string>> list_directory(const std::string& path) {
    if (has_nul(path)) return fail(ErrorCode::invalid, "the path holds a NUL byte");
    // opendir opens with O_DIRECTORY and O_NONBLOCK, so a FIFO or a device is not touched.
    const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
    if (!directory && errno == ENOTDIR && stat_path(path, 0))
        return fail(ErrorCode::refused, path + ": not a directory");
    if (!directory) return failed(path, errno);
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* entry = readdir(directory.get());
        if (entry == nullptr && errno != 0) return failed(path, errno);
        if (entry == nullptr || names.size() == most_names) break;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<struct statvfs> file_system_of(const std::string& path) {
    if (has_nul(path)) return fail(ErrorCode::invalid, "the path holds a NUL byte");
    struct statvfs found {};
    if (statvfs(path.c_str(), &found) != 0) return failed(path, errno);
    return found;
}

std::optional<std::string> read_all(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

// The bytes of an interface's address; empty for families other than IP.
std::string_view address_bytes(const sockaddr* address) {
    if (address == nullptr) return {};
    if (address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        return {reinterpret_cast<const char*>(&v4->sin_addr), sizeof v4->sin_addr};
    }
    if (address->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
        return {reinterpret_cast<const char*>(&v6->sin6_addr), sizeof v6->sin6_addr};
    }
    return {};
}

// The bytes of a numeric address, 4 or 16; empty when it is none.
std::string parse_address(const std::string& text) {
    std::string bytes(sizeof(in6_addr), '\0');
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
    bytes.resize(sizeof(in_addr));
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
    return {};
}

class PosixFileProbe final : public FileProbe {
  public:
    Result<FileFacts> facts(const std::string& path) override { return stat_path(path, AT_SYMLINK_NOFOLLOW); }
    Result<FileFacts> target_facts(const std::string& path) override { return stat_path(path, 0); }

    Result<std::string> read(const std::string& path, std::size_t limit, Links links) override {
        if (has_nul(path)) return fail(ErrorCode::invalid, "the path holds a NUL byte");
        const auto before = links == Links::refuse ? facts(path) : target_facts(path);
        if (!before) return tl::unexpected(before.error());
        // Devices may act on being opened, so only what is a file is; the open file is asked again.
        if (before->kind != FileKind::regular) return fail(ErrorCode::refused, path + ": not a regular file");
        const int follow = links == Links::refuse ? O_NOFOLLOW : 0;
        const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | follow));
        if (!file) return failed(path, errno);
        return read_open(path, file.get(), limit);
    }

    Result<std::vector<std::string>> list(const std::string& path) override { return list_directory(path); }
    Result<std::vector<std::pair<std::string, std::string>>> process_variables(
        pid_t pid, std::span<const std::string_view> names) override {
        return read_process_variables(pid, names);
    }

    Result<ProcessFacts> process(pid_t pid) override { return read_process(pid); }
    Result<std::vector<ProcessFacts>> processes() override { return list_processes(); }

    Result<bool> can_write_directory(const std::string& path) override {
        const auto directory = target_facts(path);
        if (!directory) return tl::unexpected(directory.error());
        if (directory->kind != FileKind::directory) {
            return fail(ErrorCode::invalid, path + ": not a directory");
        }
        const auto file_system = file_system_of(path);
        if (!file_system) return tl::unexpected(file_system.error());
        if ((file_system->f_flag & ST_RDONLY) != 0) return false;
        // The effective user counts, because that is who would write.
        if (faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return true;
        if (errno == EACCES || errno == EPERM || errno == EROFS) return false;
        return failed(path, errno);
    }

    Result<unsigned long long> free_bytes(const std::string& path) override {
        return file_system_of(path).map([](const struct statvfs& found) {
            return static_cast<unsigned long long>(found.f_bavail) * found.f_frsize;
        });
    }

    Result<std::vector<ListeningSocket>> listeners(int port) override {
        if (auto asked = ask_sock_diag(port)) return std::move(*asked);
        const auto v4 = read_all("/proc/net/tcp");
        const auto v6 = read_all("/proc/net/tcp6");  // absent where IPv6 is off
        if (!v4 && !v6) return fail(ErrorCode::io, "/proc/net/tcp cannot be read");
        auto sockets = parse_listeners(v4.value_or(""), port);
        for (auto& socket : parse_listeners(v6.value_or(""), port)) sockets.push_back(std::move(socket));
        return sockets;
    }

    bool is_local_address(const std::string& address) override {
        const std::string wanted = parse_address(address);
        if (wanted.empty()) return false;
        if (wanted.size() == sizeof(in_addr) && wanted.front() == 127) return true;  // all of 127/8
        ifaddrs* first = nullptr;
        if (getifaddrs(&first) != 0) return false;
        const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, freeifaddrs);
        for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
            if (address_bytes(entry->ifa_addr) == wanted) return true;
        }
        return false;
    }

    uid_t effective_user() override { return geteuid(); }
};

}  // namespace

std::unique_ptr<FileProbe> make_file_probe() { return std::make_unique<PosixFileProbe>(); }

}  // namespace cowork::probes
