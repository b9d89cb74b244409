#pragma once

#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <sys/types.h>

#include <string>

namespace cowork::envfile {

struct WriteOptions {
    bool force = false;    // replace a regular file that cowork did not write
    bool dry_run = false;  // make every check, change nothing, and say what would be done
};

struct WriteOutcome {
    enum class Change {
        created,
        replaced,
        unchanged,  // the file held these bytes already
    };
    Change change = Change::created;
    mode_t previous_mode = 0;  // permission bits of the file that was there; 0 when created
    bool tightened = false;    // it was wider than 0600 and is not any more
};

// Puts the bytes into a private file: mode 0600 at every instant, whatever the umask or the mode of a file
// that is there already, and in one step (see AtomicFile). A file that holds the same bytes is not rewritten,
// but a mode wider than 0600 is tightened.
//
// ErrorCode::refused, with a remedy: the path is a symbolic link or anything else but a regular file; it has
// other hard links; another user owns it; cowork did not write it and `force` is off; group or others may
// write to its directory and no sticky bit keeps them from replacing it; the file changed meanwhile.
// ErrorCode::not_found: the directory is missing. Else permission or io. Whether git would pick the file up
// is git_guard.hpp's question.
[[nodiscard]] Result<WriteOutcome> write_private(const std::string& path, const Secret& bytes,
                                                 const WriteOptions& options = {});

}  // namespace cowork::envfile
