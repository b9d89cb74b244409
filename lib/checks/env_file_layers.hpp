#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"

#include <array>
#include <string>
#include <vector>

namespace cowork::checks {

// How a file that holds a service's secrets can be less than private, whichever service's it is.
inline constexpr std::array env_file_reasons{
    Reason{"env-file.mode", Status::action_required,
           "other users of this machine can read or change the file",
           "take the permission away with chmod 600"},
    Reason{"env-file.owner", Status::action_required, "the file belongs to another user, who can change it",
           "give it to the user who runs the service, with mode 600"},
    Reason{"env-file.not-regular", Status::action_required,
           "the file is a symbolic link, has several names, is no regular file, or was changed meanwhile",
           "replace it by a regular file of its own"},
    Reason{"env-file.tracked", Status::action_required,
           "git tracks the file, so its secrets are in the history",
           "take it out of git and rotate its secrets"},
    Reason{"env-file.not-ignored", Status::action_required,
           "the file lies in a git work tree that does not ignore it, so the next commit may take it in",
           "add it to .gitignore"},
};

// Judges each of the files; a check of its own.
[[nodiscard]] Finding env_files_private(const Context& context, const std::vector<std::string>& files);

// Whether a file holds settings of the Cloud's server and of no other service.
[[nodiscard]] bool only_the_cloud_reads(const Context& context, const std::string& path);

}  // namespace cowork::checks
