#include "support/process.hpp"
#include "support/scratch_directory.hpp"
#include "validators/walk.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace {

using namespace cowork;
using namespace cowork::test;
using validators::FileFacts;
using validators::Found;

std::vector<Found> walked(const std::vector<std::string>& paths) {
    auto found = validators::walk(paths);
    REQUIRE(found);
    return std::move(*found);
}

// Null when the walk says nothing of that file.
const Found* find(const std::vector<Found>& all, const std::string& path) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Found& one) { return one.path == path; });
    return found == all.end() ? nullptr : &*found;
}

void git(const std::string& directory, std::vector<std::string> words) {
    std::vector<std::string> command{"git", "-C", directory};
    command.insert(command.end(), words.begin(), words.end());
    REQUIRE(run_process({command}).exit_code == 0);
}

}  // namespace

TEST_CASE("walk: files below a directory, by name, each once") {
    const ScratchDirectory scratch;
    (void)scratch.directory("b");
    for (const char* name : {"b/z.yaml", "b/a.yaml", "a.json", ".env", ".env.gateway"})
        (void)scratch.file(name, "x");
    const auto all = walked({scratch.path(), scratch / "a.json", scratch.path()});
    std::vector<std::string> names;
    for (const Found& one : all) names.push_back(one.path.substr(scratch.path().size() + 1));
    CHECK(names == std::vector<std::string>{".env", ".env.gateway", "a.json", "b/a.yaml", "b/z.yaml"});
}

TEST_CASE("walk: a dot as the directory does not show in the names") {
    const ScratchDirectory scratch;
    (void)scratch.file("a.json", "x");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(scratch.path());
    const auto all = walked({"."});
    std::filesystem::current_path(before);
    REQUIRE(all.size() == 1);
    CHECK(all[0].path == "a.json");
}

TEST_CASE("walk: hidden and vendored parts are left out, and that is said") {
    const ScratchDirectory scratch;
    for (const char* name : {".hidden", "node_modules", "vendor", "app/node_modules"})
        (void)scratch.directory(name);
    for (const char* name : {".hidden/a.json", "node_modules/b.json", "vendor/c.json",
                             "app/node_modules/d.json", ".eslintrc.json", "app/e.json"})
        (void)scratch.file(name, "x");
    const auto all = walked({scratch.path()});
    CHECK(find(all, scratch / ".hidden")->left_out == "it is hidden");
    CHECK(find(all, scratch / ".eslintrc.json")->left_out == "it is hidden");
    CHECK(find(all, scratch / "node_modules/")->left_out == "it holds other people's code");
    CHECK(find(all, scratch / "app/node_modules/")->left_out == "it holds other people's code");
    CHECK(find(all, scratch / "vendor/c.json") == nullptr);
    CHECK(find(all, scratch / "app/e.json")->left_out.empty());
    // Whoever names them means them.
    CHECK(find(walked({scratch / ".hidden"}), scratch / ".hidden/a.json")->left_out.empty());
    CHECK(find(walked({scratch / ".eslintrc.json"}), scratch / ".eslintrc.json")->left_out.empty());
}

TEST_CASE("walk: what git ignores is left out unless it is named") {
    const ScratchDirectory scratch;
    (void)scratch.directory("build");
    (void)scratch.file(".gitignore", "/build\n.env\n");
    for (const char* name : {"build/a.json", ".env", "tracked.json", "new.json"})
        (void)scratch.file(name, "x");
    git(scratch.path(), {"init", "-q"});
    git(scratch.path(), {"add", "tracked.json"});
    const auto all = walked({scratch.path()});
    CHECK(find(all, scratch / "build/")->left_out == "git ignores it");
    CHECK(find(all, scratch / ".env")->left_out == "git ignores it; name it to have it validated");
    CHECK(find(all, scratch / "tracked.json")->facts->git == FileFacts::Git::tracked);
    CHECK(find(all, scratch / "new.json")->facts->git == FileFacts::Git::untracked);
    const auto named = walked({scratch / ".env", scratch / "tracked.json"});
    CHECK(find(named, scratch / ".env")->left_out.empty());
    CHECK(find(named, scratch / ".env")->facts->git == FileFacts::Git::ignored);
    CHECK(find(named, scratch / "tracked.json")->facts->git == FileFacts::Git::tracked);
    CHECK(find(walked({scratch / "build"}), scratch / "build/a.json")->left_out.empty());
}

TEST_CASE("walk: a symbolic link does not lead out of the directory") {
    const ScratchDirectory outside, scratch;
    (void)outside.file("secret.json", "x");
    (void)scratch.file("a.json", "x");
    for (const auto& [target, name] :
         std::vector<std::pair<std::string, std::string>>{{outside.path(), "away"},
                                                          {outside / "secret.json", "away.json"},
                                                          {"a.json", "inside.json"},
                                                          {".", "circle"},
                                                          {"nowhere", "dangling"}})
        std::filesystem::create_symlink(target, scratch / name);
    const auto all = walked({scratch.path()});
    CHECK(find(all, scratch / "away")->left_out == "it is a symbolic link out of the directory");
    CHECK(find(all, scratch / "away.json")->left_out == "it is a symbolic link out of the directory");
    CHECK(find(all, scratch / "dangling")->left_out == "it is a symbolic link to nothing");
    CHECK(find(all, scratch / "inside.json") == nullptr);
    CHECK(find(all, scratch / "circle") == nullptr);
    CHECK(find(all, scratch / "a.json")->left_out.empty());
    CHECK(all.size() == 4);
    // One that is named is followed.
    CHECK(find(walked({scratch / "away.json"}), scratch / "away.json")->left_out.empty());
}

TEST_CASE("walk: what is no regular file is not opened") {
    const ScratchDirectory scratch;
    REQUIRE(::mkfifo((scratch / "pipe").c_str(), 0600) == 0);
    CHECK(find(walked({scratch.path()}), scratch / "pipe")->left_out == "it is no regular file");
    CHECK(find(walked({scratch / "pipe"}), scratch / "pipe")->left_out == "it is no regular file");
    CHECK_FALSE(validators::read_input(scratch / "pipe"));
}

TEST_CASE("walk: a path that is not there is an error, a directory that cannot be read is left out") {
    const ScratchDirectory scratch;
    const auto missing = validators::walk({scratch / "missing"});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == ErrorCode::not_found);
    if (is_root()) return;
    (void)scratch.directory("closed", 0000);
    CHECK_FALSE(find(walked({scratch.path()}), scratch / "closed/")->left_out.empty());
}

TEST_CASE("walk: facts of a file") {
    const ScratchDirectory scratch;
    (void)scratch.file("a", "x", 0644);
    const auto all = walked({scratch / "a"});
    CHECK(all[0].facts->mode == 0644);
    CHECK(all[0].facts->git == FileFacts::Git::outside);
    CHECK(all[0].named);
}

TEST_CASE("walk: binary and oversized files are no text") {
    const ScratchDirectory scratch;
    CHECK(validators::read_input(scratch.file("binary", std::string("a\0b", 3))).error().message ==
          "it is no text");
    const std::string large = scratch.file("large", "");
    std::filesystem::resize_file(large, validators::largest_file + 1);
    CHECK(validators::read_input(large).error().code == ErrorCode::invalid);
    CHECK(validators::read_input(scratch.file("text", "abc")).value() == "abc");
}
