#include "envfile/target.hpp"

#include "core/atomic_file.hpp"
#include "core/shell_quote.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace cowork::envfile {
namespace {

constexpr mode_t private_mode = 0600;
constexpr mode_t permission_bits = 07777;

tl::unexpected<Error> system_failure(std::string_view doing, const std::string& path) {
    return tl::unexpected(system_error(errno, doing, path));
}

Result<void> check_directory(int directory, const std::string& parent) {
    struct stat facts {};
    if (::fstat(directory, &facts) != 0) return system_failure("look at", parent);
    const bool shared = (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (!shared || (facts.st_mode & S_ISVTX) != 0) return {};
    return refuse_target(
        parent, "is writable by other users, who could replace a file in it",
        fmt::format("tighten it: chmod go-w -- {}, or choose another directory", shell_quote(parent)));
}

Result<void> check_kind(const Target& target, const struct stat& facts) {
    if (S_ISLNK(facts.st_mode)) {
        return refuse_target(target.path, "is a symbolic link",
                             "name the file that it points to, or remove the link");
    }
    if (!S_ISREG(facts.st_mode))
        return refuse_target(target.path, "is not a regular file", "choose another path");
    if (facts.st_uid != ::geteuid()) {
        return refuse_target(target.path, "belongs to another user",
                             "run as its owner, or choose another path");
    }
    if (facts.st_nlink > 1) {
        return refuse_target(target.path, "has other hard links, which would keep the old content",
                             "remove the other names, or choose another path");
    }
    return {};
}

}  // namespace

mode_t Existing::mode() const { return facts.st_mode & permission_bits; }
bool Existing::too_wide() const { return (mode() & ~private_mode) != 0; }

tl::unexpected<Error> refuse_target(const std::string& path, std::string_view what, std::string remedy) {
    return fail(ErrorCode::refused, fmt::format("{} {}", path, what), std::move(remedy),
                SourceRef{path, 0, 0, {}});
}

tl::unexpected<Error> target_changed(const std::string& path) {
    return refuse_target(path, "changed while it was being replaced",
                         "look at what is there now, then try again");
}

Result<Target> open_target(const std::string& path) {
    auto parts = split_path(path);
    if (!parts) return tl::unexpected(std::move(parts.error()));
    auto directory = open_directory(parts->parent);
    if (!directory) return tl::unexpected(std::move(directory.error()));
    if (auto safe = check_directory(directory->get(), parts->parent); !safe) {
        return tl::unexpected(std::move(safe.error()));
    }
    return Target{std::move(*directory), std::move(parts->name), path};
}

// Checks the name first, so that nothing but a regular file is opened, and the descriptor again, which is the
// one that counts.
Result<std::optional<Existing>> open_existing(const Target& target) {
    const int directory = target.directory.get();
    struct stat facts {};
    if (::fstatat(directory, target.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return std::nullopt;
        return system_failure("look at", target.path);
    }
    if (auto kind = check_kind(target, facts); !kind) return tl::unexpected(std::move(kind.error()));
    Existing existing{
        UniqueFd(::openat(directory, target.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)),
        {}};
    if (!existing.file) return system_failure("read", target.path);
    if (::fstat(existing.file.get(), &existing.facts) != 0) return system_failure("look at", target.path);
    if (auto kind = check_kind(target, existing.facts); !kind) return tl::unexpected(std::move(kind.error()));
    return existing;
}

bool unchanged_since(const Target& target, const std::optional<Existing>& existing) {
    struct stat now {};
    const bool there = ::fstatat(target.directory.get(), target.name.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0;
    if (!existing) return !there && errno == ENOENT;
    const struct stat& before = existing->facts;
    return there && now.st_dev == before.st_dev && now.st_ino == before.st_ino &&
           now.st_size == before.st_size && now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == before.st_mtim.tv_nsec && now.st_ctim.tv_sec == before.st_ctim.tv_sec &&
           now.st_ctim.tv_nsec == before.st_ctim.tv_nsec;
}

}  // namespace cowork::envfile
