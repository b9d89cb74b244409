#include "validators/walk.hpp"

#include "core/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace cowork::validators {
namespace {

namespace fs = std::filesystem;

Result<Found> named(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) return tl::unexpected(system_error(errno, "read", path));
    Found found{path, true, {}, FileFacts{}};
    found.facts->mode = facts.st_mode & 07777U;
    found.facts->foreign_owner = facts.st_uid != ::geteuid() && facts.st_uid != 0;
    if (!S_ISREG(facts.st_mode)) found.left_out = "it is no regular file";
    return found;
}

}  // namespace

Result<std::vector<Found>> walk(const std::vector<std::string>& paths) {
    std::vector<Found> all;
    for (const std::string& path : paths) {
        std::error_code problem;
        if (!fs::is_directory(path, problem)) {
            auto one = named(path);
            if (!one) return tl::unexpected(one.error());
            all.push_back(std::move(*one));
            continue;
        }
        std::vector<std::string> below;
        for (fs::recursive_directory_iterator
                 at(path, fs::directory_options::skip_permission_denied, problem),
             end;
             at != end; at.increment(problem))
            if (at->is_regular_file(problem) && !at->is_symlink(problem))
                below.push_back(at->path().string());
        std::sort(below.begin(), below.end());
        for (const std::string& file : below)
            if (auto one = named(file)) {
                one->named = false;
                all.push_back(std::move(*one));
            }
    }
    return all;
}

Result<std::string> read_input(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) return tl::unexpected(system_error(errno, "read", path));
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return tl::unexpected(system_error(errno, "read", path));
    if (!S_ISREG(facts.st_mode)) return fail(ErrorCode::refused, "it is no regular file");
    if (static_cast<std::size_t>(facts.st_size) > largest_file)
        return fail(ErrorCode::invalid, "it is larger than any file of a deployment");
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t got = ::read(file.get(), text.data() + done, text.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return tl::unexpected(system_error(errno, "read", path));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    text.resize(done);
    if (text.find('\0') != std::string::npos) return fail(ErrorCode::invalid, "it is no text");
    return text;
}

}  // namespace cowork::validators
