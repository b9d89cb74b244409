#pragma once

#include "core/error.hpp"
#include "envfile/child_process.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cowork::envfile {

[[nodiscard]] std::string join(const std::string& directory, std::string_view name);
[[nodiscard]] Result<std::string> real_path(const std::string& path);

// The nearest directory at or above that holds a `.git`: a directory, or the file of a linked work tree or a
// submodule. Empty when there is none.
[[nodiscard]] std::string find_work_tree(std::string directory);

// git with these arguments in a work tree whose configuration may be hostile. A repository's own
// configuration can name programs; what ls-files and check-ignore could reach of that is shut: fsmonitor and
// hooks by configuration; fetching missing objects of a partial clone (which runs ssh, a remote helper or
// upload-pack) by forbidding every transport. Aliases do not apply to git's own commands, and filters,
// textconv and pagers to neither command. Starting at the directory that holds `.git` passes by any bare
// repository planted below it.
[[nodiscard]] Command git_command(const std::string& git, const std::string& top,
                                  std::vector<std::string> what);

}  // namespace cowork::envfile
