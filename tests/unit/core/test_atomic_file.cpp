#include "core/atomic_file.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

using namespace cowork;
using namespace cowork::test;

namespace {

mode_t mode_of_fd(int fd) {
    struct stat facts {};
    REQUIRE(::fstat(fd, &facts) == 0);
    return facts.st_mode & 07777;
}

}  // namespace

TEST_CASE("an atomic file is private from its first moment, whatever the umask") {
    const ScratchDirectory scratch;
    for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}, mode_t{0777}}) {
        const Umask umask(mask);
        auto file = AtomicFile::create(scratch / "secret");
        REQUIRE(file);
        CHECK(mode_of_fd(file->fd()) == 0600);
        CHECK((::fcntl(file->fd(), F_GETFD) & FD_CLOEXEC) != 0);
        REQUIRE(file->write("x"));
        REQUIRE(file->commit());
        CHECK(mode_of(scratch / "secret") == 0600);
    }
}

TEST_CASE("a commit replaces the target in one step, and without one nothing is left") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("target", "old", 0644);
    {
        auto file = AtomicFile::create(path);
        REQUIRE(file);
        REQUIRE(file->write("new"));
        CHECK(content_of(path) == "old");
        CHECK(scratch.entries() == 2);
    }
    CHECK(scratch.entries() == 1);
    CHECK(content_of(path) == "old");

    auto file = AtomicFile::create(path);
    REQUIRE(file->write("new"));
    REQUIRE(file->commit());
    CHECK(content_of(path) == "new");
    CHECK(mode_of(path) == 0600);
    CHECK(scratch.entries() == 1);
}

TEST_CASE("a commit that must keep an existing file refuses") {
    const ScratchDirectory scratch;
    auto file = AtomicFile::create(scratch / "target");
    REQUIRE(file->write("mine"));
    const std::string path = scratch.file("target", "theirs");
    const auto done = file->commit(AtomicFile::Existing::keep);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == ErrorCode::refused);
    CHECK(content_of(path) == "theirs");
}

TEST_CASE("a commit replaces a symbolic link itself and not what it points to") {
    const ScratchDirectory scratch;
    const std::string victim = scratch.file("victim", "untouched");
    REQUIRE(::symlink(victim.c_str(), (scratch / "link").c_str()) == 0);
    auto file = AtomicFile::create(scratch / "link");
    REQUIRE(file->write("new"));
    REQUIRE(file->commit());
    CHECK(content_of(victim) == "untouched");
    CHECK(content_of(scratch / "link") == "new");
}

TEST_CASE("a process killed at any point leaves the old file or the new one") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("target", "old");
    for (const int stage : {0, 1, 2}) {
        in_child([&] {
            auto file = AtomicFile::create(path);
            if (!file) return 1;
            if (stage >= 1 && !file->write(std::string(100'000, 'n'))) return 1;
            if (stage >= 2 && !file->commit()) return 1;
            return ::raise(SIGKILL);
        });
        const std::string content = content_of(path);
        CHECK(content == (stage == 2 ? std::string(100'000, 'n') : "old"));
    }
}

TEST_CASE("names that cannot be files are refused") {
    for (const std::string& path : {std::string(), std::string("."), std::string("a/.."), std::string("a/"),
                                    std::string("/"), std::string("a\0b", 3)}) {
        const auto file = AtomicFile::create(path);
        REQUIRE_FALSE(file);
        CHECK(file.error().code == ErrorCode::invalid);
    }
}

TEST_CASE("a long name still gets its temporary file") {
    const ScratchDirectory scratch;
    auto file = AtomicFile::create(scratch / std::string(255, 'n'));
    REQUIRE(file);
    REQUIRE(file->commit());
}

TEST_CASE("a missing directory says how to create it") {
    const ScratchDirectory scratch;
    const auto file = AtomicFile::create(scratch / "it's missing/file");
    REQUIRE_FALSE(file);
    CHECK(file.error().code == ErrorCode::not_found);
    CHECK(file.error().remedy.find("mkdir -p -m 700 -- '") != std::string::npos);
    CHECK(file.error().remedy.find("it'\\''s missing'") != std::string::npos);
}

TEST_CASE("a directory that may not be written says so") {
    const ScratchDirectory scratch;
    const std::string directory = scratch.directory("locked", 0555);
    REQUIRE(::chmod(scratch.path().c_str(), 0755) == 0);
    const auto attempt = [&] {
        const auto file = AtomicFile::create(directory + "/file");
        REQUIRE_FALSE(file);
        CHECK(file.error().code == ErrorCode::permission);
        CHECK_FALSE(file.error().remedy.empty());
    };
    if (is_root()) {
        const AsUser user(nobody);
        attempt();
    } else {
        attempt();
    }
}

TEST_CASE("a write that fails leaves the old file and no other") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("target", "old");
    const int result = in_child([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        auto file = AtomicFile::create(path);
        if (!file) return 2;
        const auto written = file->write(std::string(5000, 'n'));
        return !written && written.error().code == ErrorCode::io ? 0 : 3;
    });
    CHECK(result == 0);
    CHECK(content_of(path) == "old");
    CHECK(scratch.entries() == 1);
}

TEST_CASE("a full and a read-only file system are told apart") {
    if (!is_root()) {
        WARN("NOT TESTED: mounting a file system needs root");
        return;
    }
    const ScratchDirectory scratch;
    constexpr int cannot_mount = 77;
    const int result = in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0) return cannot_mount;
        if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return cannot_mount;
        if (::mount("none", scratch.path().c_str(), "tmpfs", 0, "size=16k") != 0) return cannot_mount;
        {
            auto file = AtomicFile::create(scratch / "file");
            if (!file) return 1;
            const auto written = file->write(std::string(100'000, 'n'));
            if (written || written.error().remedy.find("df -h") == std::string::npos) return 2;
        }
        if (::mount("none", scratch.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) return 3;
        const auto file = AtomicFile::create(scratch / "file");
        if (file || file.error().code != ErrorCode::permission) return 4;
        return file.error().remedy.find("read-only") == std::string::npos ? 5 : 0;
    });
    if (result == cannot_mount) {
        WARN("NOT TESTED: this machine does not allow mounts");
    } else {
        CHECK(result == 0);
    }
}

TEST_CASE("system errors carry what to do about them") {
    struct Row {
        int number;
        ErrorCode code;
    };
    constexpr std::array rows{Row{ENOENT, ErrorCode::not_found},
                              Row{EACCES, ErrorCode::permission},
                              Row{EPERM, ErrorCode::permission},
                              Row{EROFS, ErrorCode::permission},
                              Row{ENOSPC, ErrorCode::io},
                              Row{EDQUOT, ErrorCode::io},
                              Row{ENAMETOOLONG, ErrorCode::invalid},
                              Row{ENOTDIR, ErrorCode::invalid}};
    for (const Row& row : rows) {
        const Error error = system_error(row.number, "write", "some/file");
        CHECK(error.code == row.code);
        CHECK(error.message.find("cannot write some/file: ") == 0);
        CHECK_FALSE(error.remedy.empty());
        CHECK(error.where.file == "some/file");
    }
}

TEST_CASE("read_file reads regular files only, and never waits") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("file", std::string("a\0b", 3));
    CHECK(read_file(path, 3).value() == std::string("a\0b", 3));
    CHECK(read_file(scratch.file("empty", ""), 0).value().empty());
    CHECK_FALSE(read_file("/proc/self/status", 100'000).value().empty());

    REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
    struct Row {
        std::string path;
        ErrorCode code;
    };
    for (const Row& row :
         {Row{path, ErrorCode::refused}, Row{scratch / "fifo", ErrorCode::refused},
          Row{scratch.path(), ErrorCode::refused}, Row{"/dev/zero", ErrorCode::refused},
          Row{scratch / "none", ErrorCode::not_found}, Row{std::string("a\0b", 3), ErrorCode::invalid}}) {
        const auto text = read_file(row.path, 2);
        REQUIRE_FALSE(text);
        CHECK(text.error().code == row.code);
    }
}
