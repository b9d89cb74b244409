#include "core/atomic_file.hpp"

#include "core/directory.hpp"
#include "core/shell_quote.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace cowork {
namespace {

constexpr mode_t private_mode = 0600;
constexpr std::size_t longest_kept_name = 200;  // so that name and suffix stay under NAME_MAX
constexpr std::size_t least_buffer = std::size_t{64} * 1024;
constexpr std::string_view temporary_mark = ".cowork-";
constexpr std::size_t random_digits = 16;

template <typename Call>
auto retry_interrupted(Call call) {
    auto result = call();
    while (result == -1 && errno == EINTR) result = call();
    return result;
}

std::optional<std::uint64_t> random_number() {
    std::uint64_t number = 0;
    const auto got = retry_interrupted([&] { return ::getrandom(&number, sizeof number, 0); });
    if (got != static_cast<ssize_t>(sizeof number)) return std::nullopt;
    return number;
}

struct Explanation {
    ErrorCode code;
    std::string remedy;
};

Explanation explain(int error_number, const std::string& path) {
    switch (error_number) {
        case ENOENT:
            return {ErrorCode::not_found, "check the path"};
        case EACCES:
        case EPERM:
            return {ErrorCode::permission, "run as the user who owns that directory, or choose another path"};
        case EROFS:
            return {ErrorCode::permission, "the file system is mounted read-only: choose another path"};
        case ENOSPC:
            return {ErrorCode::io, fmt::format("free some space: df -h {}", shell_quote(path))};
        case EDQUOT:
            return {ErrorCode::io, "the disk quota of this user is used up: free some space"};
        case ENAMETOOLONG:
            return {ErrorCode::invalid, "choose a shorter path"};
        case ENOTDIR:
        case ELOOP:
            return {ErrorCode::invalid, "check that every part of the path before the last is a directory"};
        default:
            return {ErrorCode::io, {}};
    }
}

std::string temporary_name_for(std::string_view stem, std::uint64_t number) {
    return fmt::format("{}{}{:0{}x}", stem.substr(0, longest_kept_name), temporary_mark, number,
                       random_digits);
}

bool is_temporary_name(std::string_view candidate, std::string_view stem) {
    stem = stem.substr(0, longest_kept_name);
    return candidate.size() == stem.size() + temporary_mark.size() + random_digits &&
           candidate.starts_with(stem) && candidate.substr(stem.size()).starts_with(temporary_mark) &&
           candidate.find_first_not_of("0123456789abcdef", candidate.size() - random_digits) ==
               std::string_view::npos;
}

enum class Lock {
    held,
    lost,    // another process holds it, or has just removed the file
    failed,  // errno says why
};

// Some file systems know no locks. There nobody can hold one, and nothing is ever taken for abandoned.
Lock lock(int file) {
    struct stat facts {};
    if (retry_interrupted([&] { return ::flock(file, LOCK_EX | LOCK_NB); }) != 0) {
        if (errno == EWOULDBLOCK) return Lock::lost;
        return errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL ? Lock::held
                                                                                            : Lock::failed;
    }
    if (::fstat(file, &facts) != 0) return Lock::failed;
    return facts.st_nlink > 0 ? Lock::held : Lock::lost;
}

// A new file of mode 0600, locked; a failure leaves none behind. No file and no error: that name would not
// do.
Result<UniqueFd> open_temporary(int directory, const std::string& name, const std::string& shown_path) {
    UniqueFd file(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           private_mode));
    if (!file && errno == EEXIST) return file;
    if (!file) return tl::unexpected(system_error(errno, "create a file beside", shown_path));
    const Lock state = lock(file.get());
    // The umask can only narrow the mode; this makes it the same everywhere, default ACLs included.
    if (state == Lock::held && ::fchmod(file.get(), private_mode) == 0) return file;
    const int problem = errno;
    (void)::unlinkat(directory, name.c_str(), 0);
    if (state == Lock::lost) return UniqueFd();
    const std::string_view doing =
        state == Lock::failed ? "lock a file beside" : "set the mode of a file beside";
    return tl::unexpected(system_error(problem, doing, shown_path));
}

void remove_if_abandoned(int directory, const std::string& name) {
    struct stat facts {};
    if (::fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 || !is_own_plain_file(facts))
        return;
    // For writing, because a network file system may want that before it locks.
    const UniqueFd file(::openat(directory, name.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file || ::fstat(file.get(), &facts) != 0 || !is_own_plain_file(facts)) return;
    // Held until the name is gone, so that whoever has just made the file finds out (see lock()).
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) (void)::unlinkat(directory, name.c_str(), 0);
}

bool sync_directory(int directory) {
    if (retry_interrupted([&] { return ::fsync(directory); }) == 0) return true;
    return errno == EINVAL;  // some file systems cannot sync a directory, and then need no such call
}

}  // namespace

Error system_error(int error_number, std::string_view doing, const std::string& path) {
    Explanation explanation = explain(error_number, path);
    return Error{explanation.code, fmt::format("cannot {} {}: {}", doing, path, std::strerror(error_number)),
                 std::move(explanation.remedy), SourceRef{path, 0, 0, {}}};
}

Result<PathParts> split_path(const std::string& path) {
    if (path.find('\0') != std::string::npos) return fail(ErrorCode::invalid, "the path holds a NUL byte");
    const auto slash = path.rfind('/');
    PathParts parts;
    parts.name = slash == std::string::npos ? path : path.substr(slash + 1);
    parts.parent = slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
    if (parts.name.empty() || parts.name == "." || parts.name == "..") {
        return fail(ErrorCode::invalid, fmt::format("\"{}\" does not name a file", path),
                    "end the path with the name of the file to write");
    }
    return parts;
}

Result<UniqueFd> open_directory(const std::string& path) {
    UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory) return directory;
    Error error = system_error(errno, "open the directory", path);
    if (error.code == ErrorCode::not_found) {
        error.message = fmt::format("the directory {} does not exist", path);
        error.remedy = fmt::format("create it: mkdir -p -m 700 -- {}", shell_quote(path));
    }
    return tl::unexpected(std::move(error));
}

AtomicFile::AtomicFile(UniqueFd directory, UniqueFd file, std::string name, std::string temporary,
                       std::string shown)
    : directory_(std::move(directory)),
      file_(std::move(file)),
      name_(std::move(name)),
      temporary_(std::move(temporary)),
      shown_(std::move(shown)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : directory_(std::move(other.directory_)),
      file_(std::move(other.file_)),
      name_(std::move(other.name_)),
      temporary_(std::exchange(other.temporary_, {})),
      shown_(std::move(other.shown_)),
      synced_(other.synced_) {}

AtomicFile::~AtomicFile() {
    if (!temporary_.empty()) (void)::unlinkat(directory_.get(), temporary_.c_str(), 0);
}

Result<AtomicFile> AtomicFile::create(const std::string& path) {
    auto parts = split_path(path);
    if (!parts) return tl::unexpected(std::move(parts.error()));
    auto directory = open_directory(parts->parent);
    if (!directory) return tl::unexpected(std::move(directory.error()));
    return create(std::move(*directory), std::move(parts->name), path);
}

Result<AtomicFile> AtomicFile::create(UniqueFd directory, std::string name, const std::string& shown_path,
                                      std::string_view stem) {
    constexpr int attempts = 16;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const auto number = random_number();
        if (!number) return tl::unexpected(system_error(errno, "draw a random name beside", shown_path));
        std::string temporary = temporary_name_for(stem.empty() ? name : stem, *number);
        auto file = open_temporary(directory.get(), temporary, shown_path);
        if (!file) return tl::unexpected(std::move(file.error()));
        if (!*file) continue;
        return AtomicFile(std::move(directory), std::move(*file), std::move(name), std::move(temporary),
                          shown_path);
    }
    return tl::unexpected(system_error(EEXIST, "create a file beside", shown_path));
}

void AtomicFile::remove_abandoned(int directory, std::string_view stem) {
    const auto fits = [&](std::string_view name) { return is_temporary_name(name, stem); };
    for (const std::string& name : names_in(directory, fits)) remove_if_abandoned(directory, name);
}

Result<void> AtomicFile::write(std::string_view bytes) {
    synced_ = false;
    while (!bytes.empty()) {
        const auto written = retry_interrupted([&] { return ::write(fd(), bytes.data(), bytes.size()); });
        if (written < 0) return tl::unexpected(system_error(errno, "write", shown_));
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> AtomicFile::rename_into_place(Existing existing) {
    const int directory = directory_.get();
    const char* from = temporary_.c_str();
    const char* to = name_.c_str();
    if (existing == Existing::keep) {
        if (::renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0) return {};
        if (errno == EEXIST) {
            return fail(ErrorCode::refused, fmt::format("{} appeared while it was being written", shown_),
                        "look at the file that is there now, then try again", SourceRef{shown_, 0, 0, {}});
        }
        // Not every file system knows the flag; the plain rename is as atomic, only less careful.
        if (errno != EINVAL && errno != ENOSYS) return tl::unexpected(system_error(errno, "create", shown_));
    }
    if (::renameat(directory, from, directory, to) == 0) return {};
    return tl::unexpected(system_error(errno, "replace", shown_));
}

Result<void> AtomicFile::sync() {
    if (!synced_ && retry_interrupted([&] { return ::fsync(fd()); }) != 0) {
        return tl::unexpected(system_error(errno, "write", shown_));
    }
    synced_ = true;
    return {};
}

Result<void> AtomicFile::commit(Existing existing) {
    if (auto synced = sync(); !synced) return synced;
    // Closing can report a failed write, and this keeps the lock until the file has its name.
    const UniqueFd lock_holder(::fcntl(fd(), F_DUPFD_CLOEXEC, 0));
    if (!lock_holder) return tl::unexpected(system_error(errno, "write", shown_));
    if (!file_.close()) return tl::unexpected(system_error(errno, "write", shown_));
    if (auto renamed = rename_into_place(existing); !renamed) return renamed;
    temporary_.clear();
    if (!sync_directory(directory_.get())) {
        Error error = system_error(errno, "sync the directory of", shown_);
        error.message += "; the file is in place but may not survive a power failure";
        return tl::unexpected(std::move(error));
    }
    return {};
}

Result<std::string> read_file(int fd, const std::string& shown_path, std::size_t max_bytes) {
    struct stat facts {};
    if (::fstat(fd, &facts) != 0) return tl::unexpected(system_error(errno, "read", shown_path));
    const SourceRef where{shown_path, 0, 0, {}};
    if (!S_ISREG(facts.st_mode)) {
        return fail(ErrorCode::refused, fmt::format("{} is not a regular file", shown_path),
                    "name a regular file", where);
    }
    const auto too_large = [&] {
        return fail(ErrorCode::refused, fmt::format("{} is larger than {} bytes", shown_path, max_bytes),
                    "check that this is the right file", where);
    };
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (size > max_bytes) return too_large();
    // One byte more than expected shows growth; files of /proc say 0 and hold more.
    std::string text(std::min(max_bytes, std::max(size, least_buffer)) + 1, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const auto got =
            retry_interrupted([&] { return ::read(fd, text.data() + filled, text.size() - filled); });
        if (got < 0) return tl::unexpected(system_error(errno, "read", shown_path));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    if (filled > max_bytes) return too_large();
    if (filled == text.size()) {
        return fail(ErrorCode::io, fmt::format("{} grew while it was being read", shown_path), "try again",
                    where);
    }
    text.resize(filled);
    return text;
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
    if (path.find('\0') != std::string::npos) return fail(ErrorCode::invalid, "the path holds a NUL byte");
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file) return tl::unexpected(system_error(errno, "read", path));
    return read_file(file.get(), path, max_bytes);
}

}  // namespace cowork
