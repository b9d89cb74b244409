#pragma once

#include "core/error.hpp"
#include "core/fd.hpp"

#include <sys/stat.h>

#include <optional>
#include <string>

namespace cowork::envfile {

// The place to write to: an open directory and a name in it.
struct Target {
    UniqueFd directory;
    std::string name;
    std::string path;  // for messages
};

// A regular file that is there already, opened for reading.
struct Existing {
    UniqueFd file;
    struct stat facts {};

    [[nodiscard]] mode_t mode() const;    // permission bits
    [[nodiscard]] bool too_wide() const;  // more than 0600
};

// The refusal that names the path; `what` follows it.
[[nodiscard]] tl::unexpected<Error> refuse_target(const std::string& path, std::string_view what,
                                                  std::string remedy);
[[nodiscard]] tl::unexpected<Error> target_changed(const std::string& path);

// ErrorCode::refused for a directory in which other users may replace files, not_found for a missing one.
[[nodiscard]] Result<Target> open_target(const std::string& path);
// Nothing when there is no such file. ErrorCode::refused for anything but a regular file of this user with no
// other hard link.
[[nodiscard]] Result<std::optional<Existing>> open_existing(const Target& target);
// The same file as before, as it was, or still none.
[[nodiscard]] bool unchanged_since(const Target& target, const std::optional<Existing>& existing);

}  // namespace cowork::envfile
