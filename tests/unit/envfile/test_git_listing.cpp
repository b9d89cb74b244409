#include "envfile/git_listing.hpp"
#include "support/process.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace cowork;
using namespace cowork::test;
using envfile::GitListing;
using envfile::GitState;

void git(const std::string& directory, std::vector<std::string> words) {
    std::vector<std::string> command{"git", "-C", directory};
    command.insert(command.end(), words.begin(), words.end());
    REQUIRE(run_process({command}).exit_code == 0);
}

Budget enough() { return Budget::lasting(std::chrono::seconds{30}); }

// A repository with one file of each state, at its top and in a directory.
class Repository {
  public:
    Repository() {
        (void)scratch_.directory("deploy/cache");
        for (const std::string& place : {std::string(), std::string("deploy/")}) {
            (void)scratch_.file(place + "tracked", "1");
            (void)scratch_.file(place + "untracked", "2");
            (void)scratch_.file(place + "ignored", "3");
        }
        (void)scratch_.file("deploy/cache/ignored", "4");
        (void)scratch_.file(".gitignore", "ignored\n");
        git(path(), {"init", "-q"});
        git(path(), {"add", "tracked", "deploy/tracked"});
    }
    [[nodiscard]] const std::string& path() const { return scratch_.path(); }
    [[nodiscard]] std::string operator/(const std::string& name) const { return scratch_ / name; }

  private:
    ScratchDirectory scratch_;
};

}  // namespace

TEST_CASE("git listing: tells what git would do with each file below a directory") {
    const Repository repository;
    const auto top = GitListing::of(repository.path(), {}, enough());
    REQUIRE(top.known());
    CHECK(top.state("tracked") == GitState::tracked);
    CHECK(top.state("untracked") == GitState::not_ignored);
    CHECK(top.state("ignored") == GitState::ignored);
    CHECK(top.state("deploy/tracked") == GitState::tracked);
    CHECK(top.has_files("deploy"));
    CHECK_FALSE(top.has_files("deploy/cache"));

    const auto deploy = GitListing::of(repository / "deploy", {}, enough());
    CHECK(deploy.state("tracked") == GitState::tracked);
    CHECK(deploy.state("untracked") == GitState::not_ignored);
    CHECK(deploy.state("ignored") == GitState::ignored);
}

TEST_CASE("git listing: only the named files are asked for") {
    const Repository repository;
    const auto two = GitListing::of(repository / "deploy", {"untracked", "ignored"}, enough());
    CHECK(two.state("untracked") == GitState::not_ignored);
    CHECK(two.state("ignored") == GitState::ignored);
    // Not asked for, so not listed.
    CHECK(two.state("tracked") == GitState::ignored);
}

TEST_CASE("git listing: a name is no pattern") {
    const Repository repository;
    const ScratchDirectory elsewhere;
    const auto none = GitListing::of(repository.path(), {"track*"}, enough());
    CHECK(none.empty());
}

TEST_CASE("git listing: outside of a work tree nothing is ignored") {
    const ScratchDirectory scratch;
    (void)scratch.file("a", "1");
    const auto listing = GitListing::of(scratch.path(), {}, enough());
    CHECK_FALSE(listing.known());
    CHECK(listing.state("a") == GitState::outside);
    CHECK(listing.has_files("b"));
}

TEST_CASE("git listing: a repository that git refuses is unknown, not ignored") {
    const ScratchDirectory scratch;
    (void)scratch.directory(".git");
    (void)scratch.file("a", "1");
    const auto listing = GitListing::of(scratch.path(), {}, enough());
    CHECK_FALSE(listing.known());
    CHECK(listing.state("a") == GitState::unknown);
    CHECK_FALSE(listing.reason().empty());
}
