#pragma once

#include "core/error.hpp"
#include "secrets/secret.hpp"

#include <sys/types.h>

#include <string>

namespace cowork::envfile {

// A file as it was when it was read.
struct ExistingText {
    bool found = false;  // no file is no error
    Secret text;
    mode_t mode = 0;  // permission bits
};

// Reads the file that write_private() would replace, with the same refusals about its kind, owner, links and
// directory. ErrorCode::refused also for more than 1 MiB.
[[nodiscard]] Result<ExistingText> read_existing(const std::string& path);

struct WriteOptions {
    bool force = false;    // replace a regular file that cowork did not write
    bool dry_run = false;  // make every check, change nothing, and say what would be done
    // The reading that the new bytes were merged from, so that nothing of it is lost: then a file that cowork
    // did not write may be replaced as well, but only while it holds just that text (or still is not there).
    const ExistingText* merged_from = nullptr;
    bool backup = true;  // keep the bytes of a file that is replaced, see backup.hpp
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
    std::string backup;        // path of the backup that was made (in a dry run: would be); empty for none
};

// Puts the bytes into a private file: mode 0600 at every instant, whatever the umask or the mode of a file
// that is there already, and in one step (see AtomicFile). A file that holds the same bytes is not rewritten,
// but a mode wider than 0600 is tightened. What an earlier write of the same file left behind when it was
// killed is removed first.
//
// ErrorCode::refused, with a remedy: the path is a symbolic link or anything else but a regular file; it has
// other hard links; another user owns it; cowork did not write it and neither `force` nor `merged_from`
// permits; group or others may write to its directory and no sticky bit keeps them from replacing it; the
// file changed meanwhile. ErrorCode::not_found: the directory is missing. Else permission or io, also when
// the backup cannot be made. Whatever fails, the old file is still there, or the new one is, whole. Whether
// git would pick the file up is git_guard.hpp's question.
[[nodiscard]] Result<WriteOutcome> write_private(const std::string& path, const Secret& bytes,
                                                 const WriteOptions& options = {});

}  // namespace cowork::envfile
