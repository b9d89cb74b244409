#include "core/atomic_file.hpp"
#include "core/shell_quote.hpp"
#include "setup/assets/assets.hpp"
#include "setup/assets/facts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace cowork::setup {
namespace {

constexpr mode_t directory_mode = 0755;
constexpr mode_t file_mode = 0644;
constexpr std::size_t max_existing_bytes = std::size_t{1024} * 1024;

// One file to write, looked at beforehand.
struct Place {
    const Asset* asset = nullptr;
    std::string path;
    AssetOutcome::Change change = AssetOutcome::Change::created;
};

tl::unexpected<Error> refuse(const std::string& path, std::string_view what, std::string remedy) {
    return fail(ErrorCode::refused, fmt::format("{} {}", path, what), std::move(remedy), {path, 0, 0, {}});
}

// Whether the directory is there; anything else under its name is refused.
Result<bool> directory_exists(const std::string& path) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) {
        if (errno == ENOENT) return false;
        return tl::unexpected(system_error(errno, "look at", path));
    }
    if (S_ISLNK(facts.st_mode))
        return refuse(path, "is a symbolic link", "name the directory that it points to, or remove the link");
    if (!S_ISDIR(facts.st_mode))
        return refuse(path, "is not a directory", "choose another --assets directory");
    return true;
}

Result<void> make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), directory_mode) == 0) {
        // Whatever the umask: others run what is in it.
        if (::chmod(path.c_str(), directory_mode) == 0) return {};
        return tl::unexpected(system_error(errno, "set the mode of", path));
    }
    if (errno == EEXIST) return {};
    return tl::unexpected(system_error(errno, "create the directory", path));
}

// A comment sign, a blank, and the mark.
bool written_by_cowork(std::string_view text) {
    const auto line = text.substr(0, text.find('\n'));
    return line.starts_with(fmt::format("# {}", header_mark)) ||
           line.starts_with(fmt::format("-- {}", header_mark));
}

Result<AssetOutcome::Change> look_at(const std::string& path, const Asset& asset, bool force) {
    using Change = AssetOutcome::Change;
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) {
        if (errno == ENOENT) return Change::created;
        return tl::unexpected(system_error(errno, "look at", path));
    }
    if (S_ISLNK(facts.st_mode))
        return refuse(path, "is a symbolic link", "remove the link, or choose another --assets directory");
    if (!S_ISREG(facts.st_mode))
        return refuse(path, "is not a regular file", "remove it, or choose another --assets directory");
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) return tl::unexpected(system_error(errno, "read", path));
    const auto text = read_file(file.get(), path, max_existing_bytes);
    if (text && *text == asset.text && (facts.st_mode & 07777) == file_mode) return Change::unchanged;
    // Larger than any of ours, so somebody else's.
    if (!text && text.error().code != ErrorCode::refused) return tl::unexpected(text.error());
    if (!force && (!text || !written_by_cowork(*text)))
        return refuse(path, "exists and was not written by cowork",
                      "choose another --assets directory, or replace it with --force");
    return Change::replaced;
}

// The folders of an asset's name from the outermost on, each with the ones before it; empty for none.
Result<std::vector<std::string>> folders_of(const std::string& name) {
    std::vector<std::string> folders;
    for (std::size_t start = 0;;) {
        const auto slash = name.find('/', start);
        const std::string part = name.substr(start, slash == std::string::npos ? slash : slash - start);
        if (part.empty() || part == "." || part == "..")
            return fail(ErrorCode::invalid, fmt::format("\"{}\" is no name of an asset", name));
        if (slash == std::string::npos) return folders;
        folders.push_back(name.substr(0, slash));
        start = slash + 1;
    }
}

Result<void> check_parent(const std::string& directory) {
    std::string trimmed_path = directory;
    while (trimmed_path.size() > 1 && trimmed_path.ends_with('/')) trimmed_path.pop_back();
    if (trimmed_path == "/" || trimmed_path == "." || trimmed_path == "..") return {};
    const auto parts = split_path(trimmed_path);
    if (!parts) return tl::unexpected(parts.error());
    const auto parent = open_directory(parts->parent);
    if (parent) return {};
    Error error = parent.error();
    if (error.code == ErrorCode::not_found)
        error.remedy = fmt::format("create it: mkdir -p {}", path_word(parts->parent));
    return tl::unexpected(std::move(error));
}

Result<void> put_in_place(const Place& place) {
    auto file = AtomicFile::create(place.path);
    if (!file) return tl::unexpected(std::move(file.error()));
    if (auto written = file->write(place.asset->text); !written) return written;
    // systemd, nginx and the others read it under users of their own; nothing in it is secret.
    if (::fchmod(file->fd(), file_mode) != 0)
        return tl::unexpected(system_error(errno, "set the mode of", place.path));
    return file->commit(place.change == AssetOutcome::Change::created ? AtomicFile::Existing::keep
                                                                      : AtomicFile::Existing::replace);
}

}  // namespace

Result<std::vector<AssetOutcome>> write_assets(const std::string& directory, const std::vector<Asset>& assets,
                                               bool force, bool dry_run) {
    if (auto parent = check_parent(directory); !parent) return tl::unexpected(std::move(parent.error()));
    const auto there = directory_exists(directory);
    if (!there) return tl::unexpected(there.error());
    std::vector<std::string> missing;
    if (!*there) missing.push_back(directory);

    std::vector<Place> places;
    for (const Asset& asset : assets) {
        const auto folders = folders_of(asset.name);
        if (!folders) return tl::unexpected(folders.error());
        for (const std::string& folder : *folders) {
            const std::string path = fmt::format("{}/{}", directory, folder);
            const auto folder_there = *there ? directory_exists(path) : Result<bool>(false);
            if (!folder_there) return tl::unexpected(folder_there.error());
            if (!*folder_there && std::find(missing.begin(), missing.end(), path) == missing.end())
                missing.push_back(path);
        }
        Place place{&asset, directory + "/" + asset.name, AssetOutcome::Change::created};
        const auto change = look_at(place.path, asset, force);
        if (!change) return tl::unexpected(change.error());
        place.change = *change;
        places.push_back(std::move(place));
    }

    std::vector<AssetOutcome> outcomes;
    outcomes.reserve(places.size());
    for (const Place& place : places) outcomes.push_back({place.path, place.change});
    if (dry_run) return outcomes;
    for (const std::string& path : missing)
        if (auto made = make_directory(path); !made) return tl::unexpected(std::move(made.error()));
    for (const Place& place : places) {
        if (place.change == AssetOutcome::Change::unchanged) continue;
        if (auto done = put_in_place(place); !done) return tl::unexpected(std::move(done.error()));
    }
    return outcomes;
}

}  // namespace cowork::setup
