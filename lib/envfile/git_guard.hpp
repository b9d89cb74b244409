#pragma once

#include "core/budget.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>

namespace cowork::envfile {

// What git would do with a file.
enum class GitState {
    outside,      // in no work tree, or inside the git directory itself
    ignored,      // in a work tree, and ignored by rules of the repository
    tracked,      // in the index: the next commit records it
    not_ignored,  // the next `git add` would pick it up
    unknown,      // could not be found out; `reason` says why
};

struct GitVerdict {
    GitState state = GitState::unknown;
    std::string reason;         // for unknown: why
    std::string work_tree;      // top directory; empty when outside
    std::string relative_path;  // of the file, from the work tree's top
};

// Asks git about a path; the file need not exist, its directory must. Runs `git ls-files` and
// `git check-ignore` with no shell, a fixed environment and configuration that keeps a hostile repository
// from running anything. Only the repository's own rules count as ignoring (.gitignore, info/exclude): a rule
// in one user's configuration does not protect the next clone. `git` is the program to run; by default the
// one in PATH, and without any the verdict in a work tree is unknown.
[[nodiscard]] GitVerdict ask_git(const std::string& path, const Budget& budget,
                                 const std::optional<std::string>& git);
[[nodiscard]] GitVerdict ask_git(const std::string& path, const Budget& budget);

// ErrorCode::refused for a file that git tracks or would pick up. The remedy is the line to add to .gitignore
// and, when tracked, how to take it out of the index.
[[nodiscard]] Result<void> refuse_for_git(const std::string& path, const GitVerdict& verdict);

// Both: a verdict that lets the file be written (outside, ignored, unknown), or the refusal. Ignoring the
// file is not enough: what write_private() puts beside it, backups and temporary files, must be ignored as
// well.
[[nodiscard]] Result<GitVerdict> check_target(const std::string& path, const Budget& budget);

}  // namespace cowork::envfile
