#include "core/atomic_file.hpp"
#include "core/directory.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>

using namespace cowork;
using namespace cowork::test;

TEST_CASE("names_in lists an open directory - as often as it is asked") {
    const ScratchDirectory scratch;
    for (const char* name : {"a", "b", "other"}) (void)scratch.file(name, "x");
    const auto directory = open_directory(scratch.path());
    for (int i = 0; i < 2; ++i) {
        auto names =
            names_in(directory->get(), [](std::string_view name) { return name.size() == 1 && name != "."; });
        std::sort(names.begin(), names.end());
        CHECK(names == std::vector<std::string>{"a", "b"});
    }
    CHECK(names_in(-1, [](auto) { return true; }).empty());
}

TEST_CASE("is_own_plain_file takes a file with one name only") {
    const ScratchDirectory scratch;
    const auto facts_of = [](const std::string& path) {
        struct stat facts {};
        REQUIRE(::lstat(path.c_str(), &facts) == 0);
        return facts;
    };
    const std::string file = scratch.file("file", "x");
    CHECK(is_own_plain_file(facts_of(file)));
    CHECK_FALSE(is_own_plain_file(facts_of(scratch.path())));
    REQUIRE(::symlink(file.c_str(), (scratch / "link").c_str()) == 0);
    CHECK_FALSE(is_own_plain_file(facts_of(scratch / "link")));
    REQUIRE(::link(file.c_str(), (scratch / "hard").c_str()) == 0);
    CHECK_FALSE(is_own_plain_file(facts_of(file)));
}
