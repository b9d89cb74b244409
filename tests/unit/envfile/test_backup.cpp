#include "core/atomic_file.hpp"
#include "core/fd.hpp"
#include "envfile/backup.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using namespace cowork::test;

namespace {

constexpr std::time_t moment = 1'795'375'440;  // 2026-11-22 19:24:00 UTC

UniqueFd open_for_reading(const std::string& path) {
    return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

bool exists(const std::string& path) {
    struct stat facts {};
    return ::lstat(path.c_str(), &facts) == 0;
}

Result<std::string> back_up(const ScratchDirectory& scratch, const std::string& name,
                            std::time_t when = moment) {
    const auto directory = open_directory(scratch.path());
    return make_backup(directory->get(), open_for_reading(scratch / name).get(), name, scratch / name, when);
}

void prune(const ScratchDirectory& scratch, const std::string& name, const std::string& newest) {
    prune_backups(open_directory(scratch.path())->get(), name, newest);
}

}  // namespace

TEST_CASE("a backup's name tells its file and its second") {
    CHECK(backup_name(".env.x", moment) == ".env.x.backup-20261122T192400Z");
    CHECK(backup_name(".env.x", 0, 12) == ".env.x.backup-19700101T000000Z-12");
    for (const unsigned number : {1U, 2U, 99U}) CHECK(is_backup_name(backup_name("f", moment, number), "f"));
    for (const char* other :
         {"f", "f.backup-", "f.backup-20261122T192400", "f.backup-20261122T192400z",
          "f.backup-2026112XT192400Z", "f.backup-20261122T192400Z-", "f.backup-20261122T192400Z-1",
          "f.backup-20261122T192400Z-02", "f.backup-20261122T192400Z-2x",
          "f.backup-20261122T192400Z-99999999999", "f.backup-20261122T192400Z.x",
          "ff.backup-20261122T192400Z", "f.backup-20261122T192400Z.cowork-0123456789abcdef"}) {
        CAPTURE(other);
        CHECK_FALSE(is_backup_name(other, "f"));
    }
}

TEST_CASE("a backup is a private copy under a name that was free") {
    const ScratchDirectory scratch;
    const Umask umask(0);
    const std::string text = std::string(200'000, 'x') + std::string("\0y", 2);
    (void)scratch.file("f", text, 0644);
    (void)scratch.file("f.backup-20261122T192400Z-2", "somebody's");
    REQUIRE(::symlink("nowhere", (scratch / "f.backup-20261122T192400Z-3").c_str()) == 0);
    CHECK(back_up(scratch, "f").value() == "f.backup-20261122T192400Z");
    CHECK(back_up(scratch, "f").value() == "f.backup-20261122T192400Z-4");
    for (const char* backup : {"f.backup-20261122T192400Z", "f.backup-20261122T192400Z-4"}) {
        CHECK(content_of(scratch / backup) == text);
        CHECK(mode_of(scratch / backup) == 0600);
        struct stat facts {};
        REQUIRE(::lstat((scratch / backup).c_str(), &facts) == 0);
        CHECK(facts.st_nlink == 1);
    }
    CHECK(content_of(scratch / "f.backup-20261122T192400Z-2") == "somebody's");
    CHECK(scratch.entries() == 5);
}

TEST_CASE("a backup that cannot be made says of which file") {
    const ScratchDirectory scratch;
    const std::string name(240, 'n');
    (void)scratch.file(name, "x");
    const auto backup = back_up(scratch, name);
    REQUIRE_FALSE(backup);
    CHECK(backup.error().message.find(scratch / name +
                                      " was not replaced, because its backup could not be made: ") == 0);
    CHECK_FALSE(backup.error().remedy.empty());
    CHECK(scratch.entries() == 1);
}

TEST_CASE("five backups are kept - by the time in their names") {
    const ScratchDirectory scratch;
    std::vector<std::string> names;
    for (int i = 0; i < 9; ++i) {
        names.push_back(backup_name("f", moment + i / 2, i % 2 == 0 ? 1 : 10 + static_cast<unsigned>(i)));
        (void)scratch.file(names.back(), "x");
    }
    prune(scratch, "f", names.back());
    for (std::size_t i = 0; i < names.size(); ++i) CHECK(exists(scratch / names[i]) == (i >= 4));
    // A clock that was set back makes the newest look old; it stays all the same.
    const std::string newest = backup_name("f", moment - 1000);
    (void)scratch.file(newest, "x");
    prune(scratch, "f", newest);
    CHECK(exists(scratch / newest));
    CHECK_FALSE(exists(scratch / names[4]));
    CHECK(scratch.entries() == backups_kept);
}

TEST_CASE("only backups are removed - and only plain ones of this user") {
    const ScratchDirectory scratch;
    const auto nth = [](int i) { return backup_name("f", moment + i); };
    std::vector<std::string> others{"f", "g.backup-20261122T192400Z", "f.backup-20261122T192400Z.old",
                                    "f.backup-19700101T000000Z-1"};
    for (const std::string& name : others) (void)scratch.file(name, "x");
    REQUIRE(::symlink("f", (scratch / nth(0)).c_str()) == 0);
    (void)scratch.directory(nth(1));
    REQUIRE(::link(scratch.file(nth(2), "x").c_str(), (scratch / "hard").c_str()) == 0);
    others.insert(others.end(), {nth(0), nth(1), nth(2), "hard"});
    if (is_root()) {
        REQUIRE(::chown(scratch.file(nth(3), "x").c_str(), nobody, nobody) == 0);
        others.push_back(nth(3));
    }
    for (int i = 10; i < 20; ++i) (void)scratch.file(nth(i), "x");
    prune(scratch, "f", nth(19));
    for (const std::string& name : others) {
        CAPTURE(name);
        CHECK(exists(scratch / name));
    }
    for (int i = 10; i < 20; ++i) CHECK(exists(scratch / nth(i)) == (i >= 15));
}
