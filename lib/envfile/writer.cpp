#include "envfile/writer.hpp"

#include "core/atomic_file.hpp"
#include "envfile/backup.hpp"
#include "envfile/document.hpp"
#include "envfile/private_text.hpp"
#include "envfile/target.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <optional>
#include <utility>

namespace cowork::envfile {
namespace {

constexpr mode_t private_mode = 0600;
constexpr std::size_t max_existing_bytes = std::size_t{1024} * 1024;

tl::unexpected<Error> system_failure(std::string_view doing, const std::string& path) {
    return tl::unexpected(system_error(errno, doing, path));
}

// What the file is found to hold.
enum class Content { same, merged, ours, foreign };

Result<Content> compare(const Target& target, const Existing& existing, const Secret& bytes,
                        const ExistingText* merged_from) {
    auto text = read_file(existing.file.get(), target.path, max_existing_bytes);
    const bool too_large = !text && text.error().code == ErrorCode::refused;
    if (!text && !too_large) return tl::unexpected(std::move(text.error()));
    const PrivateText content(too_large ? std::string() : std::move(*text));
    if (merged_from != nullptr) {
        const bool as_read = !too_large && merged_from->found && content.view() == merged_from->text.reveal();
        if (!as_read) return target_changed(target.path);
    }
    if (too_large) return Content::foreign;  // larger than any of ours
    if (content.view() == bytes.reveal()) return Content::same;
    if (merged_from != nullptr) return Content::merged;
    return written_by_cowork(content.view()) ? Content::ours : Content::foreign;
}

Result<void> tighten(const Target& target, const Existing& existing) {
    const mode_t mode = existing.mode() & private_mode;
    if (::fchmod(existing.file.get(), mode) != 0) return system_failure("set the mode of", target.path);
    if (::fsync(existing.file.get()) != 0) return system_failure("sync", target.path);
    return {};
}

std::string beside(const Target& target, const std::string& name) {
    return target.path.substr(0, target.path.size() - target.name.size()) + name;
}

// The new file is on the disk before the backup is made, and the backup before the old one goes. The backup's
// path.
Result<std::string> put_in_place(const Target& target, const std::optional<Existing>& existing,
                                 const Secret& bytes, bool keep_old) {
    UniqueFd directory(::fcntl(target.directory.get(), F_DUPFD_CLOEXEC, 0));
    if (!directory) return system_failure("open the directory of", target.path);
    auto file = AtomicFile::create(std::move(directory), target.name, target.path);
    if (!file) return tl::unexpected(std::move(file.error()));
    auto done = file->write(bytes.reveal());
    if (done) done = file->sync();
    if (!done) return tl::unexpected(std::move(done.error()));
    if (!unchanged_since(target, existing)) return target_changed(target.path);

    std::string backup;
    if (existing && keep_old) {
        auto made = make_backup(target.directory.get(), existing->file.get(), target.name, target.path,
                                std::time(nullptr));
        if (!made) return made;
        backup = std::move(*made);
        if (!unchanged_since(target, existing)) return target_changed(target.path);
    }
    done = file->commit(existing ? AtomicFile::Existing::replace : AtomicFile::Existing::keep);
    if (!done) return tl::unexpected(std::move(done.error()));
    if (backup.empty()) return backup;
    prune_backups(target.directory.get(), target.name, backup);
    return beside(target, backup);
}

// Every check, and what is to be done.
Result<WriteOutcome> judge(const Target& target, const std::optional<Existing>& existing, const Secret& bytes,
                           const WriteOptions& options) {
    using Change = WriteOutcome::Change;
    WriteOutcome outcome;
    if (!existing) {
        if (options.merged_from != nullptr && options.merged_from->found) return target_changed(target.path);
        return outcome;
    }
    const auto content = compare(target, *existing, bytes, options.merged_from);
    if (!content) return tl::unexpected(content.error());
    if (*content == Content::foreign && !options.force) {
        return refuse_target(target.path, "exists and was not written by cowork",
                             "choose another path, or replace it with --force");
    }
    outcome.change = *content == Content::same ? Change::unchanged : Change::replaced;
    outcome.previous_mode = existing->mode();
    outcome.tightened = existing->too_wide();
    if (outcome.change == Change::replaced && options.backup && options.dry_run) {
        auto name = free_backup_name(target.directory.get(), target.name, target.path, std::time(nullptr));
        if (!name) return tl::unexpected(std::move(name.error()));
        outcome.backup = beside(target, *name);
    }
    return outcome;
}

}  // namespace

Result<ExistingText> read_existing(const std::string& path) {
    auto target = open_target(path);
    if (!target) return tl::unexpected(std::move(target.error()));
    auto existing = open_existing(*target);
    if (!existing) return tl::unexpected(std::move(existing.error()));
    ExistingText read;
    if (!existing->has_value()) return read;
    auto text = read_file((*existing)->file.get(), path, max_existing_bytes);
    if (!text) return tl::unexpected(std::move(text.error()));
    const PrivateText content(std::move(*text));
    read = {true, content.to_secret(), (*existing)->mode()};
    return read;
}

Result<WriteOutcome> write_private(const std::string& path, const Secret& bytes,
                                   const WriteOptions& options) {
    auto target = open_target(path);
    if (!target) return tl::unexpected(std::move(target.error()));
    auto existing = open_existing(*target);
    if (!existing) return tl::unexpected(std::move(existing.error()));
    auto outcome = judge(*target, *existing, bytes, options);
    if (!outcome || options.dry_run) return outcome;

    AtomicFile::remove_abandoned(target->directory.get(), target->name);
    if (outcome->change != WriteOutcome::Change::unchanged) {
        auto backup = put_in_place(*target, *existing, bytes, options.backup);
        if (!backup) return tl::unexpected(std::move(backup.error()));
        outcome->backup = std::move(*backup);
    } else if (outcome->tightened) {
        if (auto done = tighten(*target, **existing); !done) return tl::unexpected(std::move(done.error()));
    }
    return outcome;
}

}  // namespace cowork::envfile
