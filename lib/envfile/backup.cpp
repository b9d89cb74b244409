#include "envfile/backup.hpp"

#include "core/atomic_file.hpp"
#include "core/directory.hpp"
#include "envfile/private_text.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace cowork::envfile {
namespace {

constexpr std::string_view mark = ".backup-";
constexpr std::string_view stamp_shape = "00000000T000000Z";  // 0 is any digit
constexpr unsigned most_of_a_second = 1000;

bool has_shape(std::string_view stamp) {
    return std::equal(stamp.begin(), stamp.end(), stamp_shape.begin(), stamp_shape.end(),
                      [](char c, char shape) { return shape == '0' ? c >= '0' && c <= '9' : c == shape; });
}

// When a backup was made: by second, then by number. Sorts by age.
struct Age {
    std::string stamp;
    unsigned number = 1;

    friend bool operator<(const Age& a, const Age& b) {
        return std::tie(a.stamp, a.number) < std::tie(b.stamp, b.number);
    }
};

std::optional<Age> age_of(std::string_view candidate, std::string_view name) {
    if (!candidate.starts_with(name)) return std::nullopt;
    candidate.remove_prefix(name.size());
    if (!candidate.starts_with(mark)) return std::nullopt;
    candidate.remove_prefix(mark.size());
    const std::string_view stamp = candidate.substr(0, stamp_shape.size());
    if (!has_shape(stamp)) return std::nullopt;
    Age age{std::string(stamp), 1};
    candidate.remove_prefix(stamp.size());
    if (candidate.empty()) return age;
    const char* const end = candidate.data() + candidate.size();
    if (candidate.size() < 2 || candidate[0] != '-' || candidate[1] < '1' || candidate[1] > '9')
        return std::nullopt;
    const auto [rest, problem] = std::from_chars(candidate.data() + 1, end, age.number);
    if (problem != std::errc() || rest != end || age.number < 2) return std::nullopt;
    return age;
}

bool same_state(const struct stat& a, const struct stat& b) {
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

tl::unexpected<Error> changed(const std::string& path) {
    return fail(ErrorCode::refused, fmt::format("{} changed while it was being copied", path),
                "look at what is there now, then try again", SourceRef{path, 0, 0, {}});
}

Result<void> copy(int from, AtomicFile& to, const std::string& path) {
    constexpr std::size_t piece = std::size_t{64} * 1024;
    struct stat before {};
    struct stat after {};
    if (::fstat(from, &before) != 0) return tl::unexpected(system_error(errno, "read", path));
    std::string buffer(piece, '\0');
    Result<void> done;
    for (off_t at = 0; done && at < before.st_size;) {
        const ssize_t got = ::pread(from, buffer.data(), buffer.size(), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) done = tl::unexpected(system_error(errno, "read", path));
        if (got == 0) done = changed(path);
        if (got > 0) done = to.write({buffer.data(), static_cast<std::size_t>(got)});
        at += std::max<ssize_t>(got, 0);
    }
    cleanse(buffer);
    if (done && ::fstat(from, &after) != 0) return tl::unexpected(system_error(errno, "read", path));
    if (done && !same_state(before, after)) return changed(path);
    return done;
}

// Refused when the name was taken meanwhile.
Result<void> copy_to(int directory, int file, const std::string& name, const std::string& backup,
                     const std::string& shown_path) {
    UniqueFd place(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
    if (!place) return tl::unexpected(system_error(errno, "open the directory of", shown_path));
    const std::string shown = shown_path + backup.substr(name.size());
    // Its temporary file is named after the file itself, so that one pattern finds all that was left behind.
    auto copied = AtomicFile::create(std::move(place), backup, shown, name);
    if (!copied) return tl::unexpected(std::move(copied.error()));
    if (auto done = copy(file, *copied, shown_path); !done) return done;
    return copied->commit(AtomicFile::Existing::keep);
}

Error about_backup(Error error, const std::string& path) {
    error.message =
        fmt::format("{} was not replaced, because its backup could not be made: {}", path, error.message);
    return error;
}

}  // namespace

std::string backup_name(std::string_view name, std::time_t when, unsigned number) {
    const std::string suffix = number > 1 ? fmt::format("-{}", number) : std::string();
    return fmt::format("{}{}{:%Y%m%dT%H%M%SZ}{}", name, mark, fmt::gmtime(when), suffix);
}

bool is_backup_name(std::string_view candidate, std::string_view name) {
    return age_of(candidate, name).has_value();
}

Result<std::string> free_backup_name(int directory, std::string_view name, const std::string& shown_path,
                                     std::time_t when) {
    for (unsigned number = 1; number <= most_of_a_second; ++number) {
        std::string candidate = backup_name(name, when, number);
        struct stat facts {};
        if (::fstatat(directory, candidate.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) continue;
        if (errno == ENOENT) return candidate;
        return tl::unexpected(
            about_backup(system_error(errno, "look for backups of", shown_path), shown_path));
    }
    return tl::unexpected(about_backup(system_error(EEXIST, "name a backup of", shown_path), shown_path));
}

Result<std::string> make_backup(int directory, int file, const std::string& name,
                                const std::string& shown_path, std::time_t when) {
    constexpr int attempts = 8;
    for (int attempt = 1;; ++attempt) {
        auto backup = free_backup_name(directory, name, shown_path, when);
        if (!backup) return backup;
        auto done = copy_to(directory, file, name, *backup, shown_path);
        if (done) return backup;
        if (done.error().code != ErrorCode::refused || attempt == attempts)
            return tl::unexpected(about_backup(std::move(done.error()), shown_path));
    }
}

void prune_backups(int directory, const std::string& name, const std::string& newest) {
    std::vector<std::pair<Age, std::string>> backups;
    for (std::string& found : names_in(directory, [&](auto each) { return is_backup_name(each, name); })) {
        struct stat facts {};
        if (found != newest && ::fstatat(directory, found.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
            is_own_plain_file(facts)) {
            Age age = *age_of(found, name);
            backups.emplace_back(std::move(age), std::move(found));
        }
    }
    const std::size_t others = backups_kept - 1;
    if (backups.size() <= others) return;
    std::sort(backups.begin(), backups.end());
    backups.resize(backups.size() - others);
    for (const auto& [age, old] : backups) (void)::unlinkat(directory, old.c_str(), 0);
}

}  // namespace cowork::envfile
