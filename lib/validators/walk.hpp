#pragma once

#include "core/error.hpp"
#include "validators/input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cowork::validators {

// A file to validate, or to say why not.
struct Found {
    std::string path;
    bool named = false;              // by the user, not by the walk
    std::string left_out;            // why it is not validated: `git ignores it`; empty when it is
    std::optional<FileFacts> facts;  // none for standard input
};

// The files that the paths lead to, each once, in the order of the paths and by name below a directory.
// Git-ignored, hidden and vendored parts are left out unless they are named themselves; a symbolic link is
// followed only inside the directory that was named. ErrorCode::usage or not_found for a path that is not
// there.
[[nodiscard]] Result<std::vector<Found>> walk(const std::vector<std::string>& paths);

// Reads a file that walk() found. ErrorCode::invalid for one that is too large or no text.
[[nodiscard]] Result<std::string> read_input(const std::string& path);

}  // namespace cowork::validators
