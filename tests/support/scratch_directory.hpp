#pragma once

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

namespace cowork::test {

// A private directory of one test case, removed at its end.
class ScratchDirectory {
  public:
    ScratchDirectory() : ScratchDirectory(std::filesystem::temp_directory_path()) {}
    // In that directory, for a test that needs a certain file system.
    explicit ScratchDirectory(const std::filesystem::path& parent) {
        std::string pattern = (parent / "cowork-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) FAIL("cannot make a scratch directory");
        path_ = std::filesystem::canonical(pattern).string();
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    // Writes a file with exactly that mode and returns its path.
    [[nodiscard]] std::string file(const std::string& name, const std::string& content,
                                   mode_t mode = 0600) const {
        std::string path = *this / name;
        std::ofstream(path, std::ios::binary) << content;
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        return path;
    }
    [[nodiscard]] std::string directory(const std::string& name, mode_t mode = 0700) const {
        std::string path = *this / name;
        std::filesystem::create_directories(path);
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        return path;
    }
    [[nodiscard]] std::size_t entries() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_)) ++count;
        return count;
    }

  private:
    std::string path_;
};

inline std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline mode_t mode_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777;
}

// Sets the umask for a scope.
class Umask {
  public:
    explicit Umask(mode_t mask) : before_(::umask(mask)) {}
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;
    ~Umask() { ::umask(before_); }

  private:
    mode_t before_;
};

// Acts as another user for a scope; only root can.
class AsUser {
  public:
    explicit AsUser(uid_t user) { REQUIRE(::seteuid(user) == 0); }
    AsUser(const AsUser&) = delete;
    AsUser& operator=(const AsUser&) = delete;
    ~AsUser() { (void)!::seteuid(::getuid()); }
};

// Runs in a child process, which reports by its exit code.
inline int in_child(const std::function<int()>& body) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(body());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// For tests of a thousand writes: in memory where that can be had, because a disk that syncs each takes a
// minute.
inline std::filesystem::path fast_directory() {
    return ::access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
}

constexpr uid_t nobody = 65534;
inline bool is_root() { return ::getuid() == 0; }
inline bool in_ci() {
    const char* const value = std::getenv("CI");
    return value != nullptr && std::string(value) == "true";
}

}  // namespace cowork::test
