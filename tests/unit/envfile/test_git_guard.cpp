#include "envfile/child_process.hpp"
#include "envfile/git_guard.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::envfile;
using namespace cowork::test;
using namespace std::chrono_literals;

namespace {

// True with git on this machine; else fails in CI and warns elsewhere.
bool have_git() {
    if (find_program("git")) return true;
    if (in_ci()) FAIL("git is missing, which CI must have");
    WARN("NOT TESTED: git is missing");
    return false;
}

CommandResult git(const std::string& directory, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"-C", directory, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c",
                      "commit.gpgSign=false", "-c", "protocol.file.allow=always"});
    auto result =
        run_command({*find_program("git"),
                     arguments,
                     {"PATH=/usr/bin:/bin", "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C"}},
                    Budget::lasting(20s));
    REQUIRE(result);
    CAPTURE(arguments, result->errors);
    REQUIRE(result->exit_code == 0);
    return *result;
}

GitState state_of(const std::string& path) {
    const GitVerdict verdict = ask_git(path, Budget::lasting(20s));
    CAPTURE(path, verdict.reason);
    CHECK((verdict.state == GitState::unknown) == !verdict.reason.empty());
    return verdict.state;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// A program that leaves a mark when anything runs it.
std::string trap(const ScratchDirectory& scratch) {
    return scratch.file("trap.sh", "#!/bin/sh\necho ran >>'" + scratch / "MARK" + "'\n", 0755);
}

}  // namespace

TEST_CASE("git_guard tells outside, ignored, not ignored and tracked apart") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    CHECK(state_of(scratch / "file") == GitState::outside);

    const std::string top = scratch.directory("work tree");
    git(top, {"init", "-q"});
    const std::string path = top + "/.env.gateway";
    CHECK(state_of(path) == GitState::not_ignored);
    const auto refused = check_target(path, Budget::lasting(20s));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
    CHECK(refused.error().remedy == "add this line to " + top + "/.gitignore: /.env.gateway*");

    (void)scratch.file("work tree/.env.gateway", "A=1\n");
    CHECK(state_of(path) == GitState::not_ignored);
    git(top, {"add", "-f", ".env.gateway"});
    CHECK(state_of(path) == GitState::tracked);
    (void)scratch.file("work tree/.gitignore", "/.env.gateway\n");
    CHECK(state_of(path) == GitState::tracked);
    const auto tracked = check_target(path, Budget::lasting(20s));
    REQUIRE_FALSE(tracked);
    CHECK(tracked.error().remedy.find("git -C '" + top + "' rm --cached -- '.env.gateway'") !=
          std::string::npos);

    git(top, {"rm", "-q", "--cached", ".env.gateway"});
    CHECK(state_of(path) == GitState::ignored);
    const auto backups = check_target(path, Budget::lasting(20s));
    REQUIRE_FALSE(backups);
    CHECK(backups.error().code == ErrorCode::refused);
    CHECK(backups.error().message.find("the backups beside it") != std::string::npos);
    CHECK(backups.error().remedy == refused.error().remedy);
    for (const char* rules : {"/.env.gateway*\n", ".env*\n", "/.env.gateway\n/.env.gateway.*\n"}) {
        (void)scratch.file("work tree/.gitignore", rules);
        CHECK(check_target(path, Budget::lasting(20s)));
    }
    for (const char* rules :
         {"/.env.gateway\n/.env.gateway.backup-*\n", "/.env.gateway\n/.env.gateway.cowork-*\n"}) {
        (void)scratch.file("work tree/.gitignore", rules);
        CHECK_FALSE(check_target(path, Budget::lasting(20s)));
    }
    CHECK(state_of(top + "/.git/secret") == GitState::outside);
    CHECK(state_of(top + "/.git/info/secret") == GitState::outside);
}

TEST_CASE("the line to add ignores the file, whatever its name") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    git(scratch.path(), {"init", "-q"});
    (void)scratch.directory("a b");
    for (const std::string name :
         {"#x", "!x", "*x", "x?[a]", "back\\slash", "trailing ", "-n", ":(top)x", "a b/c"}) {
        CAPTURE(name);
        (void)scratch.file(".gitignore", "");
        const auto refused = check_target(scratch / name, Budget::lasting(20s));
        REQUIRE_FALSE(refused);
        const std::string& remedy = refused.error().remedy;
        (void)scratch.file(".gitignore", remedy.substr(remedy.find(": ") + 2) + "\n");
        CHECK(state_of(scratch / name) == GitState::ignored);
        CHECK(check_target(scratch / name, Budget::lasting(20s)));
    }
}

TEST_CASE("linked work trees, submodules and subdirectories are work trees") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    const std::string top = scratch.directory("main");
    git(top, {"init", "-q"});
    (void)scratch.file("main/.gitignore", ".env\n");
    git(top, {"add", ".gitignore"});
    git(top, {"commit", "-q", "-m", "first"});

    git(top, {"worktree", "add", "-q", scratch / "linked"});
    CHECK(state_of(scratch / "linked/.env") == GitState::ignored);
    CHECK(state_of(scratch / "linked/.env.x") == GitState::not_ignored);

    git(scratch.path(), {"clone", "-q", top, scratch / "outer"});
    git(scratch / "outer", {"submodule", "--quiet", "add", top, "inner"});
    CHECK(state_of(scratch / "outer/inner/.env") == GitState::ignored);
    CHECK(state_of(scratch / "outer/inner/.env.x") == GitState::not_ignored);
    CHECK(state_of(scratch / "outer/inner/.gitignore") == GitState::tracked);

    (void)scratch.directory("main/deep/er");
    CHECK(state_of(top + "/deep/er/.env") == GitState::ignored);
    CHECK(state_of(top + "/deep/er/.env.x") == GitState::not_ignored);
    REQUIRE(::symlink((top + "/deep").c_str(), (scratch / "link").c_str()) == 0);
    CHECK(state_of(scratch / "link/er/.env.x") == GitState::not_ignored);
}

TEST_CASE("a .git that is none is looked through or reported") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    (void)scratch.directory("empty/.git");
    CHECK(state_of(scratch / "empty/.env") == GitState::outside);
    (void)scratch.directory("broken");
    (void)scratch.file("broken/.git", "gitdir: nowhere\n");
    CHECK(state_of(scratch / "broken/.env") == GitState::unknown);

    const std::string top = scratch.directory("top");
    git(top, {"init", "-q"});
    (void)scratch.directory("top/below/.git");
    CHECK(state_of(top + "/below/.env") == GitState::not_ignored);
}

TEST_CASE("without git a work tree is unknown and any other place outside") {
    const ScratchDirectory scratch;
    (void)scratch.directory("tree/.git");
    (void)scratch.directory("plain");
    const Budget budget = Budget::lasting(1s);
    const GitVerdict verdict = ask_git(scratch / "tree/.env", budget, std::nullopt);
    CHECK(verdict.state == GitState::unknown);
    CHECK(verdict.reason.find("git is not installed") != std::string::npos);
    CHECK(ask_git(scratch / "plain/.env", budget, std::nullopt).state == GitState::outside);
    CHECK(ask_git(scratch / "none/.env", budget, std::nullopt).state == GitState::unknown);
}

TEST_CASE("rules of one user's configuration do not count") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    git(scratch.path(), {"init", "-q"});
    git(scratch.path(), {"config", "core.excludesFile", scratch.file("mine", "*\n")});
    CHECK(state_of(scratch / ".env") == GitState::not_ignored);
    (void)scratch.file(".git/info/exclude", "/.env\n");
    CHECK(state_of(scratch / ".env") == GitState::ignored);
}

TEST_CASE("a hostile environment does not reach git") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    git(scratch.path(), {"init", "-q"});
    const std::string trace = scratch / "trace";
    REQUIRE(::setenv("GIT_TRACE", trace.c_str(), 1) == 0);
    REQUIRE(::setenv("GIT_DIR", "/nonexistent", 1) == 0);
    CHECK(state_of(scratch / ".env") == GitState::not_ignored);
    ::unsetenv("GIT_TRACE");
    ::unsetenv("GIT_DIR");
    CHECK_FALSE(exists(trace));
}

TEST_CASE("the configuration of a hostile repository runs nothing") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    const std::string program = trap(scratch);
    const std::string top = scratch.directory("tree");
    git(top, {"init", "-q"});
    (void)scratch.file("tree/.gitignore", ".env\n");
    (void)scratch.file("tree/.gitattributes", "* filter=evil diff=evil\n");
    git(top, {"add", "."});
    git(top, {"commit", "-q", "-m", "first"});
    git(top, {"update-index", "--skip-worktree", ".gitignore"});
    REQUIRE(::unlink((top + "/.gitignore").c_str()) == 0);
    const std::vector<std::pair<std::string, std::string>> settings{
        {"core.fsmonitor", program},
        {"core.hooksPath", scratch.directory("hooks")},
        {"core.pager", program},
        {"core.editor", program},
        {"core.sshCommand", program},
        {"core.askPass", program},
        {"core.gitProxy", program},
        {"core.alternateRefsCommand", program},
        {"credential.helper", "!" + program},
        {"pager.ls-files", program},
        {"pager.check-ignore", program},
        {"alias.ls-files", "!" + program},
        {"alias.check-ignore", "!" + program},
        {"filter.evil.clean", program},
        {"filter.evil.smudge", program},
        {"filter.evil.process", program},
        {"diff.evil.textconv", program},
        {"diff.external", program},
        {"gpg.program", program},
        {"trace2.eventTarget", scratch / "MARK"},
        {"core.repositoryFormatVersion", "1"},
        {"extensions.partialClone", "origin"},
        {"remote.origin.url", "ext::" + program},
        {"remote.origin.uploadpack", program},
        {"remote.origin.promisor", "true"},
        {"remote.origin.partialclonefilter", "blob:none"},
        {"protocol.ext.allow", "always"},
    };
    for (const auto& [key, value] : settings) git(top, {"config", key, value});
    for (const char* hook : {"post-index-change", "fsmonitor-watchman", "post-checkout"}) {
        REQUIRE(::link(program.c_str(), (scratch / "hooks/" + hook).c_str()) == 0);
    }
    // The object of the skipped .gitignore is gone, so that reading it would fetch it.
    const auto blobs = git(top, {"ls-files", "--stage", ".gitignore"});
    const std::string id = blobs.output.substr(7, 40);
    REQUIRE(::unlink((top + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2)).c_str()) == 0);
    ::unlink((scratch / "MARK").c_str());

    CHECK(state_of(top + "/.env") == GitState::not_ignored);
    CHECK(state_of(top + "/.gitattributes") == GitState::tracked);
    CHECK_FALSE(exists(scratch / "MARK"));

    // The same repository does spring the trap on a git that nothing is shut for.
    (void)run_command({*find_program("git"), {"-C", top, "status"}, {"PATH=/usr/bin:/bin", "LC_ALL=C"}},
                      Budget::lasting(20s));
    CHECK(exists(scratch / "MARK"));
}

TEST_CASE("a repository planted in a subdirectory is passed by when it is bare") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    const std::string top = scratch.directory("tree");
    git(top, {"init", "-q"});
    const std::string planted = scratch.directory("tree/planted");
    git(planted, {"init", "-q", "--bare"});
    git(planted, {"config", "core.worktree", scratch.path()});
    git(planted, {"config", "core.bare", "false"});
    git(planted, {"config", "core.fsmonitor", trap(scratch)});
    CHECK(state_of(planted + "/.env") == GitState::not_ignored);
    CHECK_FALSE(exists(scratch / "MARK"));
}

TEST_CASE("a git that does not answer is given up and killed") {
    const ScratchDirectory scratch;
    (void)scratch.directory(".git");
    const std::string slow =
        scratch.file("git", "#!/bin/sh\necho $$ >'" + scratch / "pid" + "'\nread x </dev/zero\n", 0755);
    const GitVerdict verdict = ask_git(scratch / ".env", Budget::lasting(500ms), slow);
    CHECK(verdict.state == GitState::unknown);
    CHECK(verdict.reason.find("did not answer in time") != std::string::npos);
    CHECK(::access(("/proc/" + std::to_string(std::stoi(content_of(scratch / "pid")))).c_str(), F_OK) != 0);

    std::stop_source stop;
    stop.request_stop();
    CHECK(ask_git(scratch / ".env", Budget(Budget::Clock::now() + 1h, stop.get_token()), slow).state ==
          GitState::unknown);
}

TEST_CASE("a child's output is capped and its flood does not outlast the budget") {
    const auto sh = find_program("sh");
    REQUIRE(sh);
    auto result =
        run_command({*sh, {"-c", "yes | head -c 300000; echo no >&2; exit 3"}, {"PATH=/usr/bin:/bin"}},
                    Budget::lasting(20s), 1000);
    REQUIRE(result);
    CHECK(result->exit_code == 3);
    CHECK(result->output.size() == 1000);
    CHECK(result->errors == "no\n");
    CHECK(result->truncated);
    CHECK_FALSE(run_command({*sh, {"-c", "exec yes"}, {"PATH=/usr/bin:/bin"}}, Budget::lasting(300ms), 1000));
    CHECK_FALSE(run_command({"/nonexistent", {}, {}}, Budget::lasting(1s)));
    result = run_command({*sh, {"-c", "kill -9 $$"}, {}}, Budget::lasting(20s));
    CHECK(result.value().exit_code == 137);
    result = run_command({*sh, {"-c", "export -p; cat"}, {"A=1"}}, Budget::lasting(20s));
    CHECK(result.value().output.find("export A='1'") != std::string::npos);
    CHECK(result.value().output.find("HOME") == std::string::npos);
}

TEST_CASE("a lost exit status is never taken for an answer") {
    if (!have_git()) return;
    const ScratchDirectory scratch;
    git(scratch.path(), {"init", "-q"});
    const auto before = ::signal(SIGCHLD, SIG_IGN);
    const GitState state = ask_git(scratch / ".env", Budget::lasting(20s)).state;
    ::signal(SIGCHLD, before);
    CHECK(state == GitState::unknown);
}
