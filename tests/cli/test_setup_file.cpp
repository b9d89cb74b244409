#include "support/gateway_setup.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>

// What setup does to the file system, and what it leaves alone.
namespace {

using namespace cowork::test;

TEST_CASE("setup --evaluate writes a private file, and a second run changes nothing") {
    for (const mode_t mask : {mode_t{0}, mode_t{077}}) {
        GatewaySetup setup;
        const Umask umask(mask);
        const auto first = setup.evaluate();
        INFO(first.out << first.err);
        REQUIRE(first.exit_code == 0);
        CHECK(mode_of(setup.file) == 0600);
        CHECK(mode_of(setup.scratch / "root") == 0700);
        CHECK(setup.scratch.entries() == 2);  // no temporary file stays
        const std::string token = env_value(setup.file, "ADMIN_TOKEN");
        const std::string shared = env_value(setup.file, "WEBHOOK_SHARED_SECRET");
        CHECK(token.size() >= 32);
        CHECK(shared.size() >= 32);
        CHECK(token != shared);
        check_hidden(first, token);
        check_hidden(first, shared);
        check_printable(first);

        const std::string before = fingerprint(setup.file);
        const auto second = setup.evaluate({"--json"});
        CHECK(second.exit_code == 0);
        const auto document = document_of(second);
        CHECK(document.at("files").at(0).at("change") == "unchanged");
        CHECK(fingerprint(setup.file) == before);
        check_hidden(second, token);
        CHECK(contains(setup.evaluate().out, "nothing written"));
    }
}

TEST_CASE("two set-ups never share a secret") {
    GatewaySetup one, two;
    REQUIRE(one.evaluate().exit_code == 0);
    REQUIRE(two.evaluate().exit_code == 0);
    CHECK(env_value(one.file, "ADMIN_TOKEN") != env_value(two.file, "ADMIN_TOKEN"));
}

TEST_CASE("a second run keeps what was set and changes only what is said") {
    GatewaySetup setup;
    REQUIRE(setup.evaluate({"--port", "9911"}).exit_code == 0);
    const std::string token = env_value(setup.file, "ADMIN_TOKEN");
    const auto changed = setup.evaluate({"--host", "0.0.0.0", "--json"});
    CHECK(document_of(changed).at("files").at(0).at("change") == "replaced");
    CHECK(env_value(setup.file, "ADMIN_TOKEN") == token);
    CHECK(env_value(setup.file, "PORT") == "9911");
    CHECK(env_value(setup.file, "HOST") == "0.0.0.0");
    CHECK(mode_of(setup.file) == 0600);
}

TEST_CASE("a file of ours that others can read is tightened, and it is said") {
    GatewaySetup setup;
    REQUIRE(setup.evaluate().exit_code == 0);
    REQUIRE(::chmod(setup.file.c_str(), 0644) == 0);
    const auto again = setup.evaluate();
    CHECK(again.exit_code == 0);
    CHECK(mode_of(setup.file) == 0600);
    CHECK(contains(again.out, "0644"));
    REQUIRE(::chmod(setup.file.c_str(), 0666) == 0);
    const auto document = document_of(setup.evaluate({"--port", "9912", "--json"}));
    CHECK(document.at("files").at(0).at("tightened") == true);
    CHECK(mode_of(setup.file) == 0600);
}

TEST_CASE("setup refuses what is not a private file of its own, and changes nothing") {
    struct Obstacle {
        const char* name;
        std::function<void(const GatewaySetup&)> put;
        const char* says;
    };
    const std::vector<Obstacle> obstacles{
        {"symbolic link",
         [](const GatewaySetup& s) {
             (void)s.scratch.file("target", "T=1\n");
             REQUIRE(::symlink("target", s.file.c_str()) == 0);
         },
         "symbolic link"},
        {"dangling link", [](const GatewaySetup& s) { REQUIRE(::symlink("nowhere", s.file.c_str()) == 0); },
         "symbolic link"},
        {"hard link",
         [](const GatewaySetup& s) {
             REQUIRE(s.evaluate().exit_code == 0);
             REQUIRE(::link(s.file.c_str(), (s.scratch / "second").c_str()) == 0);
         },
         "hard links"},
        {"FIFO", [](const GatewaySetup& s) { REQUIRE(::mkfifo(s.file.c_str(), 0600) == 0); },
         "not a regular file"},
        {"directory", [](const GatewaySetup& s) { (void)s.scratch.directory(".env.standalone-gateway"); },
         "not a regular file"},
        {"foreign file",
         [](const GatewaySetup& s) { (void)s.scratch.file(".env.standalone-gateway", "MINE=1\n"); },
         "no settings file that cowork recognises"},
        {"directory that others can write",
         [](const GatewaySetup& s) { REQUIRE(::chmod(s.scratch.path().c_str(), 0777) == 0); },
         "writable by other users"},
    };
    for (const auto& obstacle : obstacles) {
        for (const bool dry : {false, true}) {
            GatewaySetup setup;
            obstacle.put(setup);
            const std::string before = fingerprint(setup.file);
            const std::size_t entries = setup.scratch.entries();
            std::vector<std::string> more{"--port", "9913"};
            if (dry) more.emplace_back("--dry-run");
            const auto text = setup.evaluate(more);
            INFO(obstacle.name << '\n' << text.out << text.err);
            CHECK(text.exit_code == 2);
            CHECK(contains(text.err, obstacle.says));
            CHECK(contains(text.err, "Nothing was written"));
            more.emplace_back("--json");
            CHECK(contains(message_of(document_of(setup.evaluate(more))), obstacle.says));
            CHECK(fingerprint(setup.file) == before);
            CHECK(setup.scratch.entries() == entries);
        }
    }
}

TEST_CASE("setup refuses a file of another user") {
    if (!is_root()) {
        WARN("NOT RUN: only root can give a file away");
        return;
    }
    GatewaySetup setup;
    REQUIRE(setup.evaluate().exit_code == 0);
    REQUIRE(::chown(setup.file.c_str(), nobody, nobody) == 0);
    const std::string before = fingerprint(setup.file);
    for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--force"}, {"--port", "1"}}) {
        const auto result = setup.evaluate(more);
        INFO(result.err);
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, "belongs to another user"));
        CHECK(fingerprint(setup.file) == before);
    }
}

TEST_CASE("option --force takes a foreign file over, keeps its keys and shows none of their values") {
    GatewaySetup setup;
    const std::string inner = "s3ss10n-VALUE-71c0ffee";
    const std::string password = "redis-PW-9b8d7e6f5a";
    (void)setup.scratch.file(".env.standalone-gateway",
                             "SESSION_KEY=" + inner + "\nREDIS_URL=redis://:" + password + "@127.0.0.1/\n" +
                                 gateway_env({{"PORT", "9914"}}));
    for (const std::vector<std::string>& more : {std::vector<std::string>{"--force", "--dry-run"},
                                                 {"--force", "--dry-run", "--json"},
                                                 {"--force"},
                                                 {"--json"},
                                                 {}}) {
        const auto result = setup.evaluate(more);
        INFO(result.out << result.err);
        CHECK(result.exit_code == 0);
        check_hidden(result, inner);
        check_hidden(result, password);
    }
    CHECK(contains(content_of(setup.file), "SESSION_KEY=" + inner + "\n"));
    CHECK(env_value(setup.file, "PORT") == "9914");
    CHECK(mode_of(setup.file) == 0600);
    // But what is no file of text is never taken over.
    GatewaySetup other;
    REQUIRE(::symlink("/etc/passwd", other.file.c_str()) == 0);
    CHECK(other.evaluate({"--force"}).exit_code == 2);
}

TEST_CASE("option --dry-run writes nothing and shows no secret") {
    GatewaySetup setup;
    const std::string token = "ADMIN-lit-0f1e2d3c4b5a6978";
    const auto text = setup.evaluate({"--dry-run", "--admin-token", "env:T"});
    CHECK(text.exit_code == 2);  // there is no T
    for (const bool json : {false, true}) {
        std::vector<std::string> more{"--evaluate", "--opencode-url", setup.dead_url,
                                      "--dry-run",  "--admin-token",  "env:T"};
        if (json) more.emplace_back("--json");
        const auto result = setup.run(more, {{"T", token}});
        INFO(result.out << result.err);
        CHECK(result.exit_code == 0);
        CHECK(setup.scratch.entries() == 0);
        check_hidden(result, token);
        CHECK(result.err.empty());
        if (!json) continue;
        const auto document = document_of(result);
        CHECK(document.at("dryRun") == true);
        CHECK(document.at("check").is_null());
    }
}

TEST_CASE("setup names a directory that is missing, or that it may not write") {
    GatewaySetup setup;
    const auto missing = setup.evaluate({"--output", setup.scratch / "no/such/file.env"});
    CHECK(missing.exit_code == 2);
    CHECK(contains(missing.err, "does not exist"));
    CHECK(contains(missing.err, "mkdir -p"));
    CHECK(setup.scratch.entries() == 0);
    for (const std::string name : {"", ".", "..", "sub/"}) {
        if (name.empty()) continue;
        const auto odd = setup.evaluate({"--output", setup.scratch / name});
        INFO(odd.err);
        CHECK(odd.exit_code == 2);
        CHECK(setup.scratch.entries() == 0);
    }
    const std::string closed = setup.scratch.directory("closed", 0500);
    if (is_root()) {
        WARN("PARTLY RUN: root can write a directory of mode 0500; /proc stands for one that nobody can");
        const auto proc = setup.evaluate({"--output", "/proc/cowork.env"});
        INFO(proc.err);
        CHECK(proc.exit_code == 2);
        return;
    }
    const auto refused = setup.evaluate({"--output", closed + "/x.env"});
    INFO(refused.err);
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "Permission denied"));
}

TEST_CASE("a file-size limit is a refusal, and leaves nothing behind") {
    GatewaySetup setup;
    ProcessOptions options;
    options.argv = {"/bin/sh", "-c", "ulimit -f 0; exec \"$0\" \"$@\"", COWORK_BINARY};
    for (const auto& argument : setup.arguments({"--evaluate"})) options.argv.push_back(argument);
    options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
    options.directory = setup.scratch.path();
    const auto result = run_process(std::move(options));
    INFO(result.out << result.err << result.signal);
    CHECK(result.exit_code == 2);
    CHECK(setup.scratch.entries() == 0);
}

TEST_CASE("set-ups at the same time leave one whole file") {
    GatewaySetup setup;
    std::vector<std::unique_ptr<Process>> processes;
    for (int i = 0; i < 6; ++i) {
        ProcessOptions options;
        options.argv = {COWORK_BINARY};
        for (const auto& argument : setup.arguments({"--evaluate", "--opencode-url", setup.dead_url}))
            options.argv.push_back(argument);
        options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
        options.directory = setup.scratch.path();
        processes.push_back(std::make_unique<Process>(std::move(options)));
    }
    int written = 0;
    for (const auto& process : processes) {
        const auto result = process->wait(std::chrono::seconds{30});
        INFO(result.out << result.err);
        CHECK((result.exit_code == 0 || result.exit_code == 2));
        written += result.exit_code == 0 ? 1 : 0;
    }
    CHECK(written >= 1);
    // Who replaced another's file, or was about to, kept a backup of it; no temporary file is left.
    std::ptrdiff_t backups = 0;
    for (const auto& entry : std::filesystem::directory_iterator(setup.scratch.path()))
        backups += entry.path().filename().string().find(".backup-") != std::string::npos ? 1 : 0;
    CHECK(backups < 6);
    CHECK(setup.scratch.entries() == 2 + static_cast<std::size_t>(backups));
    CHECK(mode_of(setup.file) == 0600);
    CHECK(document_of(setup.evaluate({"--json"})).at("files").at(0).at("change") == "unchanged");
}

ProcessResult git(const ScratchDirectory& scratch, std::vector<std::string> arguments) {
    ProcessOptions options;
    options.argv = {"git", "-C", scratch.path()};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.environment =
        std::vector<std::string>{"PATH=/usr/bin:/bin",   "HOME=/nonexistent",
                                 "GIT_AUTHOR_NAME=t",    "GIT_AUTHOR_EMAIL=t@example.org",
                                 "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.org"};
    return run_process(std::move(options));
}

TEST_CASE("in a git work tree the file has to be ignored") {
    GatewaySetup setup;
    const auto made = git(setup.scratch, {"init", "-q"});
    if (made.exit_code != 0) {
        WARN("NOT RUN: no git");
        return;
    }
    const auto refused = setup.evaluate();
    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, ".gitignore"));
    CHECK(fingerprint(setup.file) == "absent");
    CHECK(contains(message_of(document_of(setup.evaluate({"--json"}))), "git"));
    CHECK(setup.evaluate({"--dry-run"}).exit_code == 2);

    (void)setup.scratch.file(".gitignore", ".env.*\n");
    CHECK(setup.evaluate().exit_code == 0);
    CHECK(git(setup.scratch, {"add", "-f", ".env.standalone-gateway"}).exit_code == 0);
    const std::string before = fingerprint(setup.file);
    const auto tracked = setup.evaluate({"--port", "9915"});
    INFO(tracked.err);
    CHECK(tracked.exit_code == 2);
    CHECK(contains(tracked.err, "rm --cached"));
    CHECK(fingerprint(setup.file) == before);
    // Doctor says so too.
    const auto doctor = run_cowork({"doctor", "gateway-only", "--only", "gateway.env_file.private", "--json"},
                                   setup.scratch.path());
    CHECK(row_of(document_of(doctor), "gateway.env_file.private").at("reasonCode") == "env-file.tracked");
    CHECK(doctor.exit_code == 1);
}

}  // namespace
