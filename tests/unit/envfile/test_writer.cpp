#include "config/dialect.hpp"
#include "core/atomic_file.hpp"
#include "envfile/backup.hpp"
#include "envfile/document.hpp"
#include "envfile/writer.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

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

TEST_CASE("a file that was merged may be anybody's - as long as it holds what was read") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "file";
    const ExistingText none = read_existing(path).value();
    CHECK_FALSE(none.found);
    CHECK(write_private(path, ours("one"), {.merged_from = &none}).value().change == Change::created);

    (void)scratch.file("file", "TOKEN=theirs\n", 0640);
    const ExistingText theirs = read_existing(path).value();
    CHECK(theirs.found);
    CHECK(theirs.mode == 0640);
    CHECK(text(theirs.text) == "TOKEN=theirs\n");
    const auto outcome = write_private(path, Secret("TOKEN=theirs\nA=1\n"), {.merged_from = &theirs}).value();
    CHECK(outcome.change == Change::replaced);
    CHECK(outcome.tightened);
    CHECK(content_of(outcome.backup) == "TOKEN=theirs\n");
    CHECK(mode_of(outcome.backup) == 0600);

    // It changed, appeared or went since it was read: refused, also by force.
    for (const bool force : {false, true}) {
        for (const bool dry_run : {false, true}) {
            (void)scratch.file("file", "TOKEN=changed\n");
            CHECK(refusal(path, {.force = force, .dry_run = dry_run, .merged_from = &theirs})
                      .message.find("changed while it was being replaced") != std::string::npos);
            CHECK(refusal(path, {.force = force, .dry_run = dry_run, .merged_from = &none}).code ==
                  ErrorCode::refused);
            CHECK(content_of(path) == "TOKEN=changed\n");
            REQUIRE(::unlink(path.c_str()) == 0);
            CHECK(refusal(path, {.force = force, .dry_run = dry_run, .merged_from = &theirs}).code ==
                  ErrorCode::refused);
        }
    }
}

TEST_CASE("read_existing refuses what write_private would") {
    const ScratchDirectory scratch;
    REQUIRE(::symlink("nowhere", (scratch / "link").c_str()) == 0);
    (void)scratch.file("large", std::string(1'048'577, 'x'));
    (void)scratch.directory("open", 0777);
    CHECK(read_existing(scratch / "link").error().code == ErrorCode::refused);
    CHECK(read_existing(scratch / "large").error().code == ErrorCode::refused);
    CHECK(read_existing(scratch / "open/file").error().code == ErrorCode::refused);
    CHECK(read_existing(scratch / "none/file").error().code == ErrorCode::not_found);
}

TEST_CASE("backups are made of what is replaced - at most five - and not when unwanted") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "file";
    CHECK(write_private(path, ours("0")).value().backup.empty());
    CHECK(write_private(path, ours("0")).value().backup.empty());
    for (int i = 1; i <= 8; ++i) {
        const auto planned = write_private(path, ours(std::to_string(i)), {.dry_run = true}).value();
        CHECK(planned.backup.find(path + ".backup-") == 0);
        const auto outcome = write_private(path, ours(std::to_string(i))).value();
        CHECK(content_of(outcome.backup) == text(ours(std::to_string(i - 1))));
        CHECK(scratch.entries() == std::min<std::size_t>(static_cast<std::size_t>(i), backups_kept) + 1);
    }
    const auto unwanted = write_private(path, ours("9"), {.backup = false}).value();
    CHECK(unwanted.change == Change::replaced);
    CHECK(unwanted.backup.empty());
    CHECK(scratch.entries() == backups_kept + 1);
}

TEST_CASE("a file whose backup cannot be made is not replaced") {
    const ScratchDirectory scratch;
    const std::string path =
        scratch.file(std::string(240, 'n'), text(ours("old")));  // no room for a longer name
    CHECK(refusal(path).message.find("its backup could not be made") != std::string::npos);
    CHECK(content_of(path) == text(ours("old")));
    CHECK(scratch.entries() == 1);
    CHECK(write_private(path, ours("new"), {.backup = false}));
}

TEST_CASE("what a killed write left behind is cleared by the next - and nothing else") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "file";
    const std::string hex = ".cowork-0123456789abcdef";
    const std::vector<std::string> others{"file.cowork-0123456789abcde",
                                          "file.cowork-0123456789abcdeF",
                                          "file.cowork-0123456789abcdef0",
                                          "file2" + hex,
                                          "fil" + hex,
                                          "file.x" + hex};
    for (const std::string& other : others) (void)scratch.file(other, "x");
    REQUIRE(::symlink("fil", (scratch / "file.cowork-1111111111111111").c_str()) == 0);
    (void)scratch.directory("file.cowork-2222222222222222");
    REQUIRE(::link(scratch.file("file.cowork-3333333333333333", "x").c_str(), (scratch / "hard").c_str()) ==
            0);
    const std::size_t kept = others.size() + 4;
    auto in_use = AtomicFile::create(path);
    REQUIRE(in_use);

    // When it is created, when it is replaced, when nothing changes, but not in a dry run.
    for (const char* value : {"one", "two", "two"}) {
        (void)scratch.file("file" + hex, "left behind");
        CHECK(write_private(path, ours(value), {.dry_run = true, .backup = false}));
        CHECK(::access((path + hex).c_str(), F_OK) == 0);
        CHECK(write_private(path, ours(value), {.backup = false}));
        CHECK(::access((path + hex).c_str(), F_OK) != 0);
        CHECK(scratch.entries() == kept + 2);  // the file, and the one in use
    }
    REQUIRE(in_use->write("still"));
    REQUIRE(in_use->commit());
    CHECK(content_of(path) == "still");
    CHECK(scratch.entries() == kept + 1);
}

TEST_CASE("a directory that may not be written keeps its file") {
    const ScratchDirectory scratch;
    REQUIRE(::chmod(scratch.path().c_str(), 0755) == 0);
    const std::string directory = scratch.directory("locked");
    const std::string path = scratch.file("locked/file", text(ours("old")));
    if (is_root()) REQUIRE(::chown(path.c_str(), nobody, nobody) == 0);
    REQUIRE(::chmod(directory.c_str(), 0555) == 0);
    {
        std::optional<AsUser> user;
        if (is_root()) user.emplace(nobody);
        CHECK(refusal(path).code == ErrorCode::permission);
    }
    CHECK(content_of(path) == text(ours("old")));
    CHECK(mode_of(path) == 0600);
    REQUIRE(::chmod(directory.c_str(), 0755) == 0);
}

TEST_CASE("a disk too full for the new file or its backup keeps the old one") {
    if (!is_root()) {
        WARN("NOT TESTED: mounting a file system needs root");
        return;
    }
    const ScratchDirectory scratch;
    constexpr int cannot_mount = 77;
    const std::string old_text = text(ours(std::string(40'000, 'o')));
    struct Row {
        const char* space;
        std::size_t size;  // of the new value
        const char* says;
    };
    for (const Row& row : {Row{"size=64k", 40'000, "free some space"},
                           Row{"size=96k", 40'000, "free some space"}, Row{"size=256k", 40'000, ""}}) {
        CAPTURE(row.space);
        const int result = in_child([&] {
            if (::unshare(CLONE_NEWNS) != 0) return cannot_mount;
            if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return cannot_mount;
            if (::mount("none", scratch.path().c_str(), "tmpfs", 0, row.space) != 0) return cannot_mount;
            const std::string path = scratch / "file";
            if (!write_private(path, Secret(old_text))) return 1;
            const auto outcome = write_private(path, ours(std::string(row.size, 'n')));
            const bool enough = *row.says == '\0';
            if (outcome.has_value() != enough) return 2;
            if (!outcome && outcome.error().remedy.find(row.says) == std::string::npos) return 3;
            if (content_of(path) != (enough ? text(ours(std::string(row.size, 'n'))) : old_text)) return 4;
            return scratch.entries() == (enough ? 2U : 1U) ? 0 : 5;
        });
        if (result == cannot_mount) {
            WARN("NOT TESTED: this system does not let root mount a file system");
            return;
        }
        CHECK(result == 0);
    }
}

TEST_CASE("a limit on the size of files keeps the old one") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "file";
    REQUIRE(write_private(path, ours(std::string(5000, 'o'))));
    for (const std::size_t size : {std::size_t{100}, std::size_t{5000}}) {  // the backup, the new file
        const int result = in_child([&] {
            ::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{1000, 1000};
            if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
            const auto outcome = write_private(path, ours(std::string(size, 'n')));
            return !outcome && outcome.error().code == ErrorCode::io ? 0 : 2;
        });
        CHECK(result == 0);
        CHECK(content_of(path) == text(ours(std::string(5000, 'o'))));
        CHECK(scratch.entries() == 1);
    }
}

TEST_CASE("no file of the directory is ever wider than 0600 while one is written") {
    const ScratchDirectory scratch(fast_directory());
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
                if ((facts.st_mode & 07777) != 0600) ++wide;
            }
            ::closedir(directory);
        }
    });
    const std::string padding(50'000, 'p');
    for (int i = 0; i < 1000; ++i) {
        if (!write_private(path, ours(padding + std::to_string(i)))) ++wide;
    }
    done = true;
    watcher.join();
    CAPTURE(looks, temporaries);
    CHECK(temporaries > 0);
    CHECK(wide == 0);
}
