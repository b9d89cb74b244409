#include "support/cli_run.hpp"
#include "support/process.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <regex>

// validate --fix, permissions and fingerprints, with the real binary.
namespace {

using namespace cowork::test;

const std::string twice = "# a service\nAPP_PORT=8790\nAPP_HOST=127.0.0.1\nAPP_PORT=8790\n";
const std::string once = "# a service\nAPP_PORT=8790\nAPP_HOST=127.0.0.1\n";
const std::string token = "ghp_" + std::string("Zq8WnR4vYx2BkM7cUj5HtF3sLp9DaG6eXb1Q");

struct Here {
    ScratchDirectory scratch;

    [[nodiscard]] ProcessResult run(std::vector<std::string> more) const {
        more.insert(more.begin(), "validate");
        return run_cowork(more, scratch.path());
    }
    [[nodiscard]] std::vector<std::string> backups() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(scratch.path()))
            if (contains(entry.path().filename(), ".backup-")) names.push_back(entry.path());
        return names;
    }
};

std::string fingerprint_in(const ProcessResult& result) {
    std::smatch found;
    REQUIRE(std::regex_search(result.out, found, std::regex(R"(fingerprint ([0-9a-f]{8}))")));
    return found[1];
}

}  // namespace

TEST_CASE("validate --fix: a reader without quotes and comments gets what was meant") {
    const std::string written =
        "BRAND=\"Acme Co\"  # the name\nexport LEVEL='info'\nPORT=8790\nPORT=8790\nMODE=\"x\"  \n";
    struct Row {
        const char* reader;
        std::string mended;
    };
    for (const Row& row :
         {Row{"docker", "# the name\nBRAND=Acme Co\nLEVEL=info\nPORT=8790\nMODE=x\n"},
          Row{"systemd", "# the name\nBRAND=\"Acme Co\"\nLEVEL='info'\nPORT=8790\nMODE=\"x\"  \n"}}) {
        CAPTURE(row.reader);
        const Here here;
        const std::string path = here.scratch.file("app.conf", written, 0600);
        const auto fixed = here.run({"--kind", "env", "--reader", row.reader, "app.conf", "--fix"});
        CAPTURE(fixed.out, fixed.err);
        CHECK(content_of(path) == row.mended);
        CHECK(fixed.exit_code == 0);
        // The lines are those of the file as it was.
        CHECK(contains(fixed.out, "app.conf:1: the comment behind BRAND"));
        CHECK(contains(fixed.out, "app.conf:2: export before LEVEL"));
        CHECK(contains(fixed.out, "app.conf:4: the second PORT is removed"));
        CHECK_FALSE(contains(fixed.out, "can mend"));
        CHECK(here.run({"--kind", "env", "--reader", row.reader, "app.conf"}).exit_code == 0);
    }
}

TEST_CASE("validate --fix: what it cannot mend is not said to be mendable") {
    const Here here;
    const std::string token = "OPEN_COWORK_GATEWAY_ADMIN_TOKEN";
    (void)here.scratch.file(
        "compose.yaml",
        "services:\n  gateway:\n    image: ghcr.io/x/open-cowork-gateway:1.4.2\n    environment:\n      " +
            token + ": ${" + token + ":-change-me}\n");
    const auto compose = here.run({"compose.yaml"});
    CHECK(contains(compose.out, "configuration.placeholder-secret"));
    CHECK_FALSE(contains(compose.out, "can mend"));
    CHECK_FALSE(contains(compose.out, "--fix"));
    // Two words cannot be spelled for every reader: that is told once, and not promised again.
    (void)here.scratch.file("words.conf", "BRAND=\"Acme Co\"\n", 0600);
    CHECK(contains(here.run({"--kind", "env", "words.conf"}).out, "--fix can mend 1"));
    const auto tried = here.run({"--kind", "env", "words.conf", "--fix"});
    CHECK(contains(tried.out, "say it with --reader"));
    CHECK_FALSE(contains(tried.out, "can mend"));
}

TEST_CASE("validate --fix mends, keeps a backup, and its exit code is that of what remains") {
    const Here here;
    const std::string path = here.scratch.file("app.env", twice, 0644);
    CHECK(here.run({"app.env"}).exit_code == 4);
    const auto planned = here.run({"app.env", "--fix", "--dry-run"});
    CHECK(planned.exit_code == 4);
    CHECK(contains(planned.out, "would mend app.env:4: the second APP_PORT is removed (env.duplicate-line)"));
    CHECK(content_of(path) == twice);
    CHECK(here.backups().empty());

    const auto fixed = here.run({"app.env", "--fix"});
    CHECK(fixed.exit_code == 0);
    CHECK(contains(fixed.out, "mended app.env:4: the second APP_PORT is removed (env.duplicate-line)"));
    CHECK(contains(fixed.out, "backup of app.env: "));
    CHECK(content_of(path) == once);
    CHECK(mode_of(path) == 0600);
    REQUIRE(here.backups().size() == 1);
    CHECK(content_of(here.backups()[0]) == twice);

    const auto again = here.run({"app.env", "--fix"});
    CHECK(again.exit_code == 0);
    CHECK(contains(again.out, "nothing was found that --fix mends"));
    CHECK(here.backups().size() == 1);
}

TEST_CASE("validate --fix tells the same in JSON, and leaves what is not safe") {
    const Here here;
    (void)here.scratch.file("app.env", twice);
    (void)here.scratch.file("b.env", "APP_PORT=1\nAPP_PORT=2\n");
    const auto result = here.run({"app.env", "b.env", "--fix", "--json"});
    CHECK(result.exit_code == 1);
    const auto document = json_of(result);
    std::size_t fixed = 0;
    for (const auto& row : document.at("results"))
        if (row.at("evidence").value("fixed", false)) {
            ++fixed;
            CHECK(row.at("reasonCode") == "env.duplicate-line");
            CHECK(row.at("status") == "ready");
            CHECK(row.at("evidence").at("backup").get<std::string>().starts_with("app.env.backup-"));
        }
    CHECK(fixed == 1);
    CHECK(content_of(here.scratch / "b.env") == "APP_PORT=1\nAPP_PORT=2\n");
}

TEST_CASE("validate --fix obeys --only and --skip") {
    const Here here;
    const std::string path = here.scratch.file("app.env", twice);
    CHECK(here.run({"app.env", "--fix", "--skip", "env.duplicate-line"}).exit_code == 0);
    CHECK(here.run({"app.env", "--fix", "--only", "leak.*"}).exit_code == 0);
    CHECK(content_of(path) == twice);
}

TEST_CASE("validate: flags of --fix alone are a mistake") {
    const Here here;
    (void)here.scratch.file("app.env", once);
    for (const char* flag : {"--dry-run", "--generate"}) {
        const auto result = here.run({"app.env", flag});
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, "--fix"));
    }
}

TEST_CASE("validate: a leaked secret is never shown; its fingerprint is stable with a salt only") {
    const Here here;
    (void)here.scratch.file("notes.md", "The token is " + token + ".\n");
    const auto salted = [&](std::vector<std::string> more) {
        more.insert(more.begin(), "notes.md");
        const auto result = here.run(more);
        CHECK(result.exit_code == 1);
        check_hidden(result, token);
        return fingerprint_in(result);
    };
    CHECK(salted({}) != salted({}));
    (void)here.scratch.file("salt", "a salt for this team\n");
    CHECK(salted({"--fingerprint-salt", "file:salt"}) == salted({"--fingerprint-salt", "file:salt"}));
    CHECK(salted({"--fingerprint-salt", "file:salt"}) != salted({"--fingerprint-salt", "another one"}));
    check_hidden(here.run({"notes.md", "--json"}), token);
    check_hidden(here.run({"notes.md", "--fingerprint-salt", "a salt for this team"}),
                 "a salt for this team");
    CHECK(here.run({"notes.md", "--fingerprint-salt", "file:none"}).exit_code == 2);
    CHECK(here.run({"-", "--fingerprint-salt", "-"}).exit_code == 2);
}

TEST_CASE("validate --publish looks for secrets in private env files too") {
    const Here here;
    (void)here.scratch.file("app.env", "APP_TOKEN=" + token + "\n");
    CHECK(here.run({"app.env"}).exit_code == 0);
    const auto result = here.run({"app.env", "--publish"});
    CHECK(result.exit_code == 1);
    CHECK(contains(result.out, "leak.code-host-token"));
    check_hidden(result, token);
}

TEST_CASE("validate: what is allowed is counted, and leaked secrets that are allowed are told") {
    const Here here;
    (void)here.scratch.file(
        "compose.yaml",
        "services:\n  # cowork: allow leak.code-host-token because it was revoked\n  a: {image: " + token +
            "}\n");
    const auto result = here.run({"compose.yaml", "--only", "leak.*"});
    CHECK(result.exit_code == 0);
    CHECK(contains(result.out, "1 leaked secret is allowed"));
    CHECK(contains(result.out, "1 allowed"));
    const auto document = json_of(here.run({"compose.yaml", "--json"}));
    bool told = false;
    for (const auto& row : document.at("results"))
        if (row.contains("finding") && row.at("finding").is_object())
            told = told || row.at("finding").at("allowedBecause") == "it was revoked";
    CHECK(told);
}

TEST_CASE("validate: .cowork-validate.json in the directory that is named") {
    const Here here;
    (void)here.scratch.file("notes.md", "The token was " + token + "\n");
    (void)here.scratch.file(".cowork-validate.json",
                            R"({"schemaVersion": 1, "allow": [
  {"rule": "leak.code-host-token", "files": ["*.md"], "reason": "it was revoked"},
  {"rule": "leak.model-key", "files": ["*.md"], "reason": "it was revoked"}
]})");
    const auto result = here.run({"."});
    CHECK(result.exit_code == 4);
    CHECK(contains(result.out, "1 allowed"));
    CHECK(contains(result.out, "suppression.unused"));
    CHECK(contains(result.out, "3:12"));
}
