#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

namespace cowork::envfile {

// A backup lies beside its file as `<name>.backup-20261122T192400Z` (UTC), with `-2`, `-3` ... after the `Z`
// for further ones of one second.
inline constexpr std::size_t backups_kept = 5;

// The name of the n-th backup of that second, from 1.
[[nodiscard]] std::string backup_name(std::string_view name, std::time_t when, unsigned number = 1);
// Whether backup_name() could have made it for that file.
[[nodiscard]] bool is_backup_name(std::string_view candidate, std::string_view name);

// The first of backup_name()'s names that nothing in the directory has.
[[nodiscard]] Result<std::string> free_backup_name(int directory, std::string_view name,
                                                   const std::string& shown_path, std::time_t when);

// Copies an open file beside itself, from its first byte to the size it has now: mode 0600 from the
// beginning, complete and synced or not there at all. The name of the copy. `shown_path` is the file's, for
// messages.
[[nodiscard]] Result<std::string> make_backup(int directory, int file, const std::string& name,
                                              const std::string& shown_path, std::time_t when);

// Removes all but the newest `backups_kept` by the time in their names, and never `newest`. Only regular
// files with exactly such a name that belong to this user and have no other hard link are counted and
// removed. What cannot be removed stays for the next time.
void prune_backups(int directory, const std::string& name, const std::string& newest);

}  // namespace cowork::envfile
