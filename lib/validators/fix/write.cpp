#include "validators/fix/write.hpp"

#include "core/atomic_file.hpp"
#include "envfile/backup.hpp"
#include "envfile/git_guard.hpp"
#include "envfile/private_text.hpp"
#include "envfile/target.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

namespace cowork::validators {
namespace {

using envfile::Existing;
using envfile::PrivateText;
using envfile::Target;

constexpr std::size_t largest = std::size_t{1024} * 1024;

tl::unexpected<Error> system_failure(std::string_view doing, const std::string& path) {
    return tl::unexpected(system_error(errno, doing, path));
}

// What stays beside the file, or may after a crash, must not be in the next commit.
Result<void> hidden_from_git(const std::string& path) {
    const Budget budget = Budget::lasting(std::chrono::seconds(5));
    for (const std::string& name : {envfile::backup_name(path, 0), path + ".cowork-0123456789abcdef"}) {
        const auto verdict = envfile::ask_git(name, budget);
        if (verdict.state != envfile::GitState::not_ignored) continue;
        return fail(
            ErrorCode::refused, "git would pick up the backup beside it",
            fmt::format("add these lines to {}/.gitignore: *.backup-* and *.cowork-*", verdict.work_tree));
    }
    return {};
}

Result<void> still_holds(const Existing& existing, const Target& target, const Secret& text) {
    auto now = read_file(existing.file.get(), target.path, largest);
    if (!now) return tl::unexpected(std::move(now.error()));
    const PrivateText content(std::move(*now));
    if (content.view() != text.reveal()) return envfile::target_changed(target.path);
    return {};
}

Result<std::string> set_mode(const Target& target, const Existing& existing, mode_t mode) {
    if (::fchmod(existing.file.get(), mode) != 0) return system_failure("set the mode of", target.path);
    if (::fsync(existing.file.get()) != 0) return system_failure("sync", target.path);
    return std::string();
}

// The new file is on the disk before the backup is made, and the backup before the old one goes.
Result<std::string> put_in_place(const Target& target, const std::optional<Existing>& existing,
                                 const Rewrite& what) {
    AtomicFile::remove_abandoned(target.directory.get(), target.name);
    UniqueFd directory(::fcntl(target.directory.get(), F_DUPFD_CLOEXEC, 0));
    if (!directory) return system_failure("open the directory of", target.path);
    auto file = AtomicFile::create(std::move(directory), target.name, target.path);
    if (!file) return tl::unexpected(std::move(file.error()));
    auto done = file->write(what.after->reveal());
    if (done && ::fchmod(file->fd(), what.mode) != 0) return system_failure("set the mode of", target.path);
    if (done) done = file->sync();
    if (!done) return tl::unexpected(std::move(done.error()));
    if (!envfile::unchanged_since(target, existing)) return envfile::target_changed(target.path);
    std::string backup;
    if (what.backup) {
        auto made = envfile::make_backup(target.directory.get(), existing->file.get(), target.name,
                                         target.path, std::time(nullptr));
        if (!made) return made;
        backup = std::move(*made);
        if (!envfile::unchanged_since(target, existing)) return envfile::target_changed(target.path);
    }
    done = file->commit(AtomicFile::Existing::replace);
    if (!done) return tl::unexpected(std::move(done.error()));
    if (backup.empty()) return backup;
    envfile::prune_backups(target.directory.get(), target.name, backup);
    return target.path.substr(0, target.path.size() - target.name.size()) + backup;
}

}  // namespace

Result<std::string> rewrite(const Rewrite& what, bool dry_run) {
    auto target = envfile::open_target(what.path);
    if (!target) return tl::unexpected(std::move(target.error()));
    auto existing = envfile::open_existing(*target);
    if (!existing) return tl::unexpected(std::move(existing.error()));
    if (!existing->has_value()) return envfile::target_changed(what.path);
    if (auto same = still_holds(**existing, *target, *what.before); !same)
        return tl::unexpected(std::move(same.error()));
    if (what.after != nullptr)
        if (auto hidden = hidden_from_git(what.path); !hidden)
            return tl::unexpected(std::move(hidden.error()));
    if (dry_run) return std::string();
    return what.after == nullptr ? set_mode(*target, **existing, what.mode)
                                 : put_in_place(*target, *existing, what);
}

}  // namespace cowork::validators
