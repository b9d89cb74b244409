#include "envfile/writer.hpp"

#include "core/atomic_file.hpp"
#include "core/shell_quote.hpp"
#include "envfile/document.hpp"
#include "envfile/private_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace cowork::envfile {
namespace {

constexpr mode_t private_mode = 0600;
constexpr mode_t permission_bits = 07777;
constexpr std::size_t max_existing_bytes = std::size_t{1024} * 1024;

// The place to write to: an open directory and a name in it.
struct Target {
    UniqueFd directory;
    std::string name;
    std::string path;  // for messages
};

// A regular file that is there already.
struct Existing {
    UniqueFd file;
    struct stat facts {};

    [[nodiscard]] mode_t mode() const { return facts.st_mode & permission_bits; }
    [[nodiscard]] bool too_wide() const { return (mode() & ~private_mode) != 0; }
};

tl::unexpected<Error> refuse(const std::string& path, std::string_view what, std::string remedy) {
    return fail(ErrorCode::refused, fmt::format("{} {}", path, what), std::move(remedy),
                SourceRef{path, 0, 0, {}});
}

tl::unexpected<Error> system_failure(std::string_view doing, const std::string& path) {
    return tl::unexpected(system_error(errno, doing, path));
}

Result<void> check_directory(int directory, const std::string& parent) {
    struct stat facts {};
    if (::fstat(directory, &facts) != 0) return system_failure("look at", parent);
    const bool shared = (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (!shared || (facts.st_mode & S_ISVTX) != 0) return {};
    return refuse(
        parent, "is writable by other users, who could replace a file in it",
        fmt::format("tighten it: chmod go-w -- {}, or choose another directory", shell_quote(parent)));
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

Result<void> check_kind(const Target& target, const struct stat& facts) {
    if (S_ISLNK(facts.st_mode)) {
        return refuse(target.path, "is a symbolic link",
                      "name the file that it points to, or remove the link");
    }
    if (!S_ISREG(facts.st_mode)) return refuse(target.path, "is not a regular file", "choose another path");
    if (facts.st_uid != ::geteuid()) {
        return refuse(target.path, "belongs to another user", "run as its owner, or choose another path");
    }
    if (facts.st_nlink > 1) {
        return refuse(target.path, "has other hard links, which would keep the old content",
                      "remove the other names, or choose another path");
    }
    return {};
}

// Nothing when there is no such file. Checks the name first, so that nothing but a regular file is opened,
// and the descriptor again, which is the one that counts.
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

// The same file as before, or still none.
bool unchanged_since(const Target& target, const std::optional<Existing>& existing) {
    struct stat now {};
    const bool there = ::fstatat(target.directory.get(), target.name.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0;
    if (!existing) return !there && errno == ENOENT;
    const struct stat& before = existing->facts;
    return there && now.st_dev == before.st_dev && now.st_ino == before.st_ino &&
           now.st_size == before.st_size && now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
}

// What the file is found to hold.
enum class Content { same, ours, foreign };

Result<Content> compare(const Target& target, const Existing& existing, const Secret& bytes) {
    auto text = read_file(existing.file.get(), target.path, max_existing_bytes);
    if (!text && text.error().code == ErrorCode::refused) return Content::foreign;  // larger than any of ours
    if (!text) return tl::unexpected(std::move(text.error()));
    const PrivateText content(std::move(*text));
    if (content.view() == bytes.reveal()) return Content::same;
    return written_by_cowork(content.view()) ? Content::ours : Content::foreign;
}

Result<void> tighten(const Target& target, const Existing& existing) {
    const mode_t mode = existing.mode() & private_mode;
    if (::fchmod(existing.file.get(), mode) != 0) return system_failure("set the mode of", target.path);
    if (::fsync(existing.file.get()) != 0) return system_failure("sync", target.path);
    return {};
}

Result<void> put_in_place(Target target, const std::optional<Existing>& existing, const Secret& bytes) {
    UniqueFd directory(::fcntl(target.directory.get(), F_DUPFD_CLOEXEC, 0));
    if (!directory) return system_failure("open the directory of", target.path);
    auto file = AtomicFile::create(std::move(directory), target.name, target.path);
    if (!file) return tl::unexpected(std::move(file.error()));
    if (auto written = file->write(bytes.reveal()); !written) return written;
    if (!unchanged_since(target, existing)) {
        return refuse(target.path, "changed while it was being replaced",
                      "look at what is there now, then try again");
    }
    return file->commit(existing ? AtomicFile::Existing::replace : AtomicFile::Existing::keep);
}

}  // namespace

Result<WriteOutcome> write_private(const std::string& path, const Secret& bytes,
                                   const WriteOptions& options) {
    using Change = WriteOutcome::Change;
    auto target = open_target(path);
    if (!target) return tl::unexpected(std::move(target.error()));
    auto existing = open_existing(*target);
    if (!existing) return tl::unexpected(std::move(existing.error()));

    WriteOutcome outcome;
    if (existing->has_value()) {
        const Existing& file = **existing;
        const auto content = compare(*target, file, bytes);
        if (!content) return tl::unexpected(content.error());
        if (*content == Content::foreign && !options.force) {
            return refuse(path, "exists and was not written by cowork",
                          "choose another path, or replace it with --force");
        }
        outcome = {*content == Content::same ? Change::unchanged : Change::replaced, file.mode(),
                   file.too_wide()};
    }
    if (options.dry_run) return outcome;

    Result<void> done;
    if (outcome.change != Change::unchanged) {
        done = put_in_place(std::move(*target), *existing, bytes);
    } else if (outcome.tightened) {
        done = tighten(*target, **existing);
    }
    if (!done) return tl::unexpected(std::move(done.error()));
    return outcome;
}

}  // namespace cowork::envfile
