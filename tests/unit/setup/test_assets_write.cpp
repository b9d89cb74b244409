#include "setup/assets/assets.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using setup::Asset;
using setup::write_assets;
using test::content_of;
using test::mode_of;
using test::ScratchDirectory;
using Change = setup::AssetOutcome::Change;

namespace {

std::vector<Asset> two() {
    return {{"a.conf", "# Written by cowork 0.1.0: a\none\n", "a", ""},
            {"sub/b.sql", "-- Written by cowork 0.1.0: b\ntwo\n", "b", ""}};
}

struct stat facts_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts;
}

Error refusal(const std::string& directory, bool force = false, const std::vector<Asset>& assets = two()) {
    const auto outcome = write_assets(directory, assets, force, false);
    REQUIRE_FALSE(outcome);
    CHECK_FALSE(outcome.error().remedy.empty());
    return outcome.error();
}

}  // namespace

TEST_CASE("assets written: the directory is made and every file is readable by all whatever the umask") {
    const ScratchDirectory scratch;
    const test::Umask umask(0077);
    const std::string directory = scratch / "out";
    const auto outcome = write_assets(directory, two(), false, false);
    REQUIRE(outcome);
    REQUIRE(outcome->size() == 2);
    CHECK((*outcome)[0].path == directory + "/a.conf");
    CHECK((*outcome)[0].change == Change::created);
    CHECK(mode_of(directory) == 0755);
    CHECK(mode_of(directory + "/sub") == 0755);
    CHECK(mode_of(directory + "/a.conf") == 0644);
    CHECK(mode_of(directory + "/sub/b.sql") == 0644);
    CHECK(content_of(directory + "/sub/b.sql") == two()[1].text);
}

TEST_CASE("assets written: what is the same already is left alone and what is cowork's own is replaced") {
    const ScratchDirectory scratch;
    REQUIRE(write_assets(scratch / "out", two(), false, false));
    const auto before = facts_of(scratch / "out/a.conf").st_ino;
    auto newer = two();
    newer[1].text += "more\n";
    const auto outcome = write_assets(scratch / "out", newer, false, false);
    REQUIRE(outcome);
    CHECK((*outcome)[0].change == Change::unchanged);
    CHECK((*outcome)[1].change == Change::replaced);
    CHECK(facts_of(scratch / "out/a.conf").st_ino == before);
    CHECK(content_of(scratch / "out/sub/b.sql") == newer[1].text);
}

TEST_CASE("assets written: a mode that was changed is put right") {
    const ScratchDirectory scratch;
    REQUIRE(write_assets(scratch / "out", two(), false, false));
    REQUIRE(::chmod((scratch / "out/a.conf").c_str(), 0666) == 0);
    REQUIRE(write_assets(scratch / "out", two(), false, false));
    CHECK(mode_of(scratch / "out/a.conf") == 0644);
}

TEST_CASE("assets written: a dry run says the same and changes nothing") {
    const ScratchDirectory scratch;
    const auto outcome = write_assets(scratch / "out", two(), false, true);
    REQUIRE(outcome);
    CHECK((*outcome)[1].change == Change::created);
    CHECK(scratch.entries() == 0);
}

TEST_CASE("assets written: nobody else's file is replaced and then nothing at all is written") {
    const ScratchDirectory scratch;
    const std::string directory = scratch.directory("out");
    (void)scratch.directory("out/sub");
    const std::string foreign = scratch.file("out/sub/b.sql", "DROP DATABASE mine;\n", 0600);
    CHECK(refusal(directory).code == ErrorCode::refused);
    CHECK(content_of(foreign) == "DROP DATABASE mine;\n");
    CHECK_FALSE(std::filesystem::exists(directory + "/a.conf"));
    REQUIRE(write_assets(directory, two(), true, false));
    CHECK(content_of(foreign) == two()[1].text);
    CHECK(mode_of(foreign) == 0644);
}

TEST_CASE("assets written: links and what is no file are refused even with force") {
    const ScratchDirectory scratch;
    const std::string directory = scratch.directory("out");
    const std::string victim = scratch.file("victim", "precious\n");
    SECTION("link to a file") { std::filesystem::create_symlink(victim, directory + "/a.conf"); }
    SECTION("link to nowhere") { std::filesystem::create_symlink("/nowhere", directory + "/a.conf"); }
    SECTION("directory") { std::filesystem::create_directory(directory + "/a.conf"); }
    SECTION("pipe") { REQUIRE(::mkfifo((directory + "/a.conf").c_str(), 0600) == 0); }
    SECTION("link as subdirectory") {
        std::filesystem::create_directory_symlink(scratch.path(), directory + "/sub");
    }
    SECTION("file as subdirectory") { (void)scratch.file("out/sub", "x"); }
    CHECK(refusal(directory, true).code == ErrorCode::refused);
    CHECK(content_of(victim) == "precious\n");
    CHECK_FALSE(std::filesystem::exists(scratch / "b.sql"));
}

TEST_CASE("assets written: the directory itself must be one") {
    const ScratchDirectory scratch;
    SECTION("a link") {
        (void)scratch.directory("real");
        std::filesystem::create_directory_symlink(scratch / "real", scratch / "out");
        CHECK(refusal(scratch / "out").code == ErrorCode::refused);
    }
    SECTION("a file") {
        (void)scratch.file("out", "x");
        CHECK(refusal(scratch / "out").code == ErrorCode::refused);
    }
    SECTION("a missing parent") {
        const Error error = refusal(scratch / "no such/out");
        CHECK(error.code == ErrorCode::not_found);
        CHECK(error.remedy == "create it: mkdir -p '" + (scratch / "no such") + "'");
    }
}

TEST_CASE("assets written: a name cannot lead out of the directory") {
    const ScratchDirectory scratch;
    const std::string name =
        GENERATE(as<std::string>{}, "../x", "/etc/x", "a/../x", "a/b/../c", "a//b", "", "a/", ".", "..");
    CHECK_FALSE(write_assets(scratch / "out", {{name, "# Written by cowork 0: x\n", "x", ""}}, true, false));
    CHECK(scratch.entries() == 0);
}
