#pragma once

#include "core/error.hpp"
#include "core/fd.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cowork {

// The Error for a system call that failed with that errno. `doing` is what was tried ("create"), `path`
// where.
[[nodiscard]] Error system_error(int error_number, std::string_view doing, const std::string& path);

// A path cut into the directory that holds it and its last name. Refuses an empty path, a NUL, and a last
// name that is empty, `.` or `..` (ErrorCode::invalid).
struct PathParts {
    std::string parent;
    std::string name;
};
[[nodiscard]] Result<PathParts> split_path(const std::string& path);

// Opens a directory for use with the *at() calls, following symbolic links. A missing one is
// ErrorCode::not_found, with the command that creates it as the remedy.
[[nodiscard]] Result<UniqueFd> open_directory(const std::string& path);

// A file that commits or vanishes. Its bytes go to a temporary file of mode 0600 in the directory of the
// target; commit() puts it in place in one step, so a crash at any moment leaves the old file or the new one,
// whole. Without a commit the destructor removes the temporary file. A process killed outright leaves it
// behind: mode 0600, named `<target>.cowork-<16 hex digits>` (of a long target's name the first 200 bytes).
// While it is in use it is locked (flock), so that remove_abandoned() can tell.
class AtomicFile {
  public:
    enum class Existing {
        replace,  // an existing target is replaced
        keep,     // an existing target stays, and commit() fails with ErrorCode::refused
    };

    [[nodiscard]] static Result<AtomicFile> create(const std::string& path);
    // The same for a directory that is open already; `shown_path` is for messages. The temporary file is
    // named after `stem`, or after the target when that is empty.
    [[nodiscard]] static Result<AtomicFile> create(UniqueFd directory, std::string name,
                                                   const std::string& shown_path, std::string_view stem = {});
    // Removes temporary files of that stem that no living process writes: regular, this user's, without other
    // hard links, and not locked. What cannot be removed stays for the next time.
    static void remove_abandoned(int directory, std::string_view stem);

    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    [[nodiscard]] Result<void> write(std::string_view bytes);
    // Brings what was written to the disk; commit() does it too, when it has not been done.
    [[nodiscard]] Result<void> sync();
    // Syncs the file, renames it over the target and syncs the directory. Called once, last.
    [[nodiscard]] Result<void> commit(Existing existing = Existing::replace);

    [[nodiscard]] int fd() const { return file_.get(); }
    [[nodiscard]] const std::string& temporary_name() const { return temporary_; }

  private:
    AtomicFile(UniqueFd directory, UniqueFd file, std::string name, std::string temporary, std::string shown);
    [[nodiscard]] Result<void> rename_into_place(Existing existing);

    UniqueFd directory_;
    UniqueFd file_;
    std::string name_;
    std::string temporary_;  // empty once there is nothing to remove
    std::string shown_;
    bool synced_ = false;
};

// The whole of a regular file, following symbolic links. Never blocks on a FIFO or a device: anything but a
// regular file is ErrorCode::refused, and so is one of more than `max_bytes`. The result may hold secrets;
// its one buffer was never reallocated, so cleansing it is enough.
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t max_bytes);
// The same for a descriptor opened by the caller (O_NONBLOCK), read from its current position.
[[nodiscard]] Result<std::string> read_file(int fd, const std::string& shown_path, std::size_t max_bytes);

}  // namespace cowork
