#pragma once

#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <sys/types.h>

#include <string>

namespace cowork::validators {

// What is to happen to one file.
struct Rewrite {
    std::string path;
    const Secret* before = nullptr;  // the text that `after` was made from
    const Secret* after = nullptr;   // null: only the mode
    mode_t mode = 0;                 // permission bits afterwards
    bool backup = true;
};

// Replaces a file in one step, or sets its mode. ErrorCode::refused, with a remedy: all that
// envfile::write_private() refuses (links, foreign owners, directories in which others may replace files), a
// file that does not hold `before` any more, and one whose backup git would pick up. The backup's path; empty
// without one. With `dry_run` every check is made, and nothing changes.
[[nodiscard]] Result<std::string> rewrite(const Rewrite& what, bool dry_run);

}  // namespace cowork::validators
