#include "config/dialect.hpp"
#include "envfile/document.hpp"
#include "envfile/writer.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>

using namespace cowork;
using namespace cowork::envfile;
using namespace cowork::test;
using Change = WriteOutcome::Change;

namespace {

Secret ours(const std::string& value) {
    return Secret(config::header_line({"0.0.1", config::Dialect::portable}) + "\nTOKEN=" + value + "\n");
}

std::string text(const Secret& secret) { return std::string(secret.reveal()); }

// The write is refused, its error says so without the secret, and the target is as it was.
Error refusal(const std::string& path, const WriteOptions& options = {}) {
    const auto outcome = write_private(path, ours("s3cretvalue"), options);
    REQUIRE_FALSE(outcome);
    const Error& error = outcome.error();
    CHECK_FALSE(error.remedy.empty());
    CHECK((error.message + error.remedy).find("s3cretvalue") == std::string::npos);
    return error;
}

}  // namespace

TEST_CASE("a private file is created, replaced, left alone and tightened") {
    const ScratchDirectory scratch;
    const std::string path = scratch / ".env.gateway";
    const Umask umask(0);

    auto outcome = write_private(path, ours("one"));
    REQUIRE(outcome);
    CHECK(outcome->change == Change::created);
    CHECK(outcome->previous_mode == 0);
    CHECK(mode_of(path) == 0600);
    CHECK(content_of(path) == text(ours("one")));

    struct stat before {};
    REQUIRE(::stat(path.c_str(), &before) == 0);
    outcome = write_private(path, ours("one"));
    REQUIRE(outcome);
    CHECK(outcome->change == Change::unchanged);
    CHECK_FALSE(outcome->tightened);

    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    outcome = write_private(path, ours("one"));
    REQUIRE(outcome);
    CHECK(outcome->change == Change::unchanged);
    CHECK(outcome->tightened);
    CHECK(outcome->previous_mode == 0644);
    CHECK(mode_of(path) == 0600);
    struct stat after {};
    REQUIRE(::stat(path.c_str(), &after) == 0);
    CHECK(after.st_ino == before.st_ino);

    REQUIRE(::chmod(path.c_str(), 0666) == 0);
    outcome = write_private(path, ours("two"));
    REQUIRE(outcome);
    CHECK(outcome->change == Change::replaced);
    CHECK(outcome->tightened);
    CHECK(mode_of(path) == 0600);
    CHECK(content_of(path) == text(ours("two")));
    CHECK(content_of(outcome->backup) == text(ours("one")));
    CHECK(mode_of(outcome->backup) == 0600);
    CHECK(scratch.entries() == 2);
}

TEST_CASE("a dry run says what would be done and does nothing") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "file";
    CHECK(write_private(path, ours("one"), {.dry_run = true}).value().change == Change::created);
    CHECK(scratch.entries() == 0);
    const std::string existing = scratch.file("wide", text(ours("one")), 0644);
    const auto outcome = write_private(existing, ours("one"), {.dry_run = true});
    CHECK(outcome.value().tightened);
    CHECK(mode_of(existing) == 0644);
}

TEST_CASE("targets that are no regular file are refused, also by force") {
    const ScratchDirectory scratch;
    const std::string victim = scratch.file("victim", text(ours("old")));
    REQUIRE(::symlink(victim.c_str(), (scratch / "link").c_str()) == 0);
    REQUIRE(::symlink("nowhere", (scratch / "dangling").c_str()) == 0);
    REQUIRE(::mkfifo((scratch / "fifo").c_str(), 0600) == 0);
    (void)scratch.directory("directory");
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (scratch / "socket").c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(listener, static_cast<const sockaddr*>(static_cast<const void*>(&address)),
                   sizeof address) == 0);
    for (const char* name : {"link", "dangling", "fifo", "directory", "socket"}) {
        for (const bool force : {false, true}) {
            CAPTURE(name, force);
            CHECK(refusal(scratch / name, {.force = force}).code == ErrorCode::refused);
        }
    }
    CHECK(content_of(victim) == text(ours("old")));
    ::close(listener);
}

TEST_CASE("a file with other hard links is refused") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("file", text(ours("old")));
    REQUIRE(::link(path.c_str(), (scratch / "other").c_str()) == 0);
    CHECK(refusal(path, {.force = true}).message.find("hard links") != std::string::npos);
}

TEST_CASE("a file of another user is refused") {
    if (!is_root()) {
        WARN("NOT TESTED: giving a file to another user needs root");
        return;
    }
    const ScratchDirectory scratch;
    const std::string path = scratch.file("file", text(ours("old")));
    REQUIRE(::chown(path.c_str(), nobody, nobody) == 0);
    CHECK(refusal(path, {.force = true}).message.find("another user") != std::string::npos);
    CHECK(content_of(path) == text(ours("old")));
}

TEST_CASE("a missing directory is told with the command that creates it") {
    const ScratchDirectory scratch;
    const Error error = refusal(scratch / "none/file");
    CHECK(error.code == ErrorCode::not_found);
    CHECK(error.remedy.find("mkdir -p") != std::string::npos);
}

TEST_CASE("a directory that others may write to needs the sticky bit") {
    struct Row {
        mode_t mode;
        bool allowed;
    };
    const ScratchDirectory scratch;
    for (const Row& row : {Row{0700, true}, Row{0755, true}, Row{0770, false}, Row{0707, false},
                           Row{0777, false}, Row{01777, true}, Row{01770, true}}) {
        CAPTURE(row.mode);
        const std::string directory = scratch.directory("directory", row.mode);
        const std::string path = directory + "/file";
        if (row.allowed) {
            CHECK(write_private(path, ours("one")));
        } else {
            const Error error = refusal(path);
            CHECK(error.code == ErrorCode::refused);
            CHECK(error.remedy.find("chmod go-w") != std::string::npos);
        }
    }
}

TEST_CASE("a directory may be reached through symbolic links") {
    const ScratchDirectory scratch;
    const std::string real = scratch.directory("real");
    REQUIRE(::symlink(real.c_str(), (scratch / "link").c_str()) == 0);
    REQUIRE(write_private(scratch / "link/file", ours("one")));
    CHECK(content_of(real + "/file") == text(ours("one")));
}

TEST_CASE("a file that cowork did not write needs force") {
    const ScratchDirectory scratch;
    for (const std::string& content : {std::string("TOKEN=theirs\n"), std::string(),
                                       std::string(2'000'000, 'x'), "\n" + text(ours("not first"))}) {
        const std::string path = scratch.file("file", content, 0644);
        const Error error = refusal(path);
        CHECK(error.code == ErrorCode::refused);
        CHECK(error.remedy.find("--force") != std::string::npos);
        CHECK(content_of(path) == content);
        CHECK(mode_of(path) == 0644);
        CHECK(write_private(path, ours("mine"), {.force = true}).value().change == Change::replaced);
        CHECK(mode_of(path) == 0600);
    }
}

TEST_CASE("no file of the directory is ever wider than 0600 while one is written") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "file";
    const Umask umask(0);
    std::atomic<bool> done = false;
    std::atomic<int> looks = 0;
    std::atomic<int> temporaries = 0;
    std::atomic<int> wide = 0;
    std::thread watcher([&] {
        while (!done) {
            DIR* const directory = ::opendir(scratch.path().c_str());
            while (const dirent* const entry = ::readdir(directory)) {
                struct stat facts {};
                if (entry->d_name[0] == '.') continue;
                if (::fstatat(::dirfd(directory), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
                ++looks;
                if (std::strcmp(entry->d_name, "file") != 0) ++temporaries;
                if ((facts.st_mode & 0177) != 0) ++wide;
            }
            ::closedir(directory);
        }
    });
    const std::string padding(50'000, 'p');
    for (int i = 0; i < 1000 && (i < 100 || temporaries < 50); ++i) {
        if (!write_private(path, ours(padding + std::to_string(i)))) ++wide;
    }
    done = true;
    watcher.join();
    CAPTURE(looks, temporaries);
    CHECK(temporaries > 0);
    CHECK(wide == 0);
}
