#include "core/timestamp.hpp"
#include "support/process.hpp"
#include "support/schema.hpp"
#include "support/scratch_directory.hpp"
#include "validators/suppressions/inline.hpp"
#include "validators/suppressions/settings.hpp"
#include "validators/validate.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

// What an operator allows in a file, or for files, and what becomes of permissions that allow nothing.
namespace {

using namespace cowork;
using namespace cowork::test;
using namespace cowork::validators;

const std::string token = "Zq8WnR4vYx2BkM7cUj5H";

Outcome validated(const std::vector<std::string>& paths, std::optional<Kind> kind = std::nullopt) {
    Request request;
    request.paths = paths;
    request.kind = kind;
    request.settings.now = parse_timestamp("2026-11-01T12:00:00Z").value();
    auto outcome = validate(request);
    REQUIRE(outcome);
    return std::move(*outcome);
}

// Every finding about leaks and permissions, as `file:line rule [allowed]`.
std::vector<std::string> told(const Outcome& outcome) {
    std::vector<std::string> all;
    for (const Checked& file : outcome.files)
        for (const Finding& finding : file.findings)
            if (finding.rule->id.starts_with("leak.") || finding.rule->id.starts_with("suppression."))
                all.push_back(fmt::format(
                    "{}:{} {}{}", std::filesystem::path(file.path.str()).filename().string(),
                    finding.where.line, finding.rule->id, finding.allowed_because ? " allowed" : ""));
    std::sort(all.begin(), all.end());
    return all;
}

using Told = std::vector<std::string>;

Told told_of(const std::string& name, const std::string& text) {
    const ScratchDirectory scratch;
    return told(validated({scratch.file(name, text)}));
}

std::string compose(const std::string& before, const std::string& after = "") {
    return "services:\n  db:\n    image: postgres:17\n    labels:\n" + before +
           "      POSTGRES_PASSWORD: " + token + after + "\n";
}

std::string settings(const std::string& entries) {
    return "{\"schemaVersion\": 1, \"allow\": [" + entries + "]}";
}

std::string entry(const std::string& files, const std::string& more = "") {
    return R"({"rule": "leak.assignment", "files": [")" + files + R"("], "reason": "one host")" + more + "}";
}

}  // namespace

TEST_CASE("suppressions: where a comment counts") {
    const std::string permit = "# cowork: allow leak.assignment because one host";
    struct Row {
        std::string text;
        Told expected;
    };
    const std::vector<Row> rows{
        {compose("      " + permit + "\n"), {"compose.yaml:6 leak.assignment allowed"}},
        {compose("      # Cowork: Allow leak.assignment because one host\n"),
         {"compose.yaml:6 leak.assignment allowed"}},
        {compose("      " + permit + "\n\n      # the password of the database\n"),
         {"compose.yaml:8 leak.assignment allowed"}},
        {compose("      ## cowork: allow leak.assignment because one host\n"),
         {"compose.yaml:6 leak.assignment allowed"}},
        {compose("", "  " + permit), {"compose.yaml:5 leak.assignment allowed"}},
        {compose("      #cowork:   allow   leak.assignment   because one host\n"),
         {"compose.yaml:6 leak.assignment allowed"}},
        {compose("      # cowork: allow leak.url-password because x\n      " + permit + "\n"),
         {"compose.yaml:5 suppression.unused", "compose.yaml:7 leak.assignment allowed"}},
        // Between them stands something else.
        {compose("      " + permit + "\n      POSTGRES_USER: cowork\n"),
         {"compose.yaml:5 suppression.unused", "compose.yaml:7 leak.assignment"}},
        // In a string it is none.
        {compose("      NOTE: \"see " + permit + "\"\n"), {"compose.yaml:6 leak.assignment"}},
        {compose("      # the word cowork: allow is a part of this sentence\n"),
         {"compose.yaml:6 leak.assignment"}},
        {compose("      # cowork: allowed by nobody\n"), {"compose.yaml:6 leak.assignment"}},
        {compose("") + permit + "\n",
         {"compose.yaml:5 leak.assignment", "compose.yaml:6 suppression.unused"}},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(told_of("compose.yaml", row.text) == row.expected);
    }
}

TEST_CASE("suppressions: an end that is later than any clock's is none") {
    for (const char* end : {"2261-12-31", "2262-04-11", "2262-04-12", "4052-10-31", "9999-12-31"})
        CHECK(told_of("compose.yaml", compose(std::string("      # cowork: allow leak.assignment until ") +
                                              end + " because one host\n")) ==
              Told{"compose.yaml:6 leak.assignment allowed"});
}

TEST_CASE("suppressions: every kind of file has its comments") {
    const std::string permit = "cowork: allow leak.model-key because a test account";
    const std::string key = "sk-" + token + token;
    struct Row {
        std::string name, text;
        Told expected;
    };
    const std::vector<Row> rows{
        {"opencode.jsonc",
         "{\n  // " + permit + "\n  \"a\": \"" + key + "\"\n}\n",
         {"opencode.jsonc:3 leak.model-key allowed"}},
        {"opencode.jsonc",
         "{\n  \"a\": \"" + key + "\" // " + permit + "\n}\n",
         {"opencode.jsonc:2 leak.model-key allowed"}},
        {"opencode.jsonc",
         "{\n  /* " + permit + " */\n  \"a\": \"" + key + "\"\n}\n",
         {"opencode.jsonc:3 leak.model-key allowed"}},
        {"notes.md",
         "# Notes\n\n<!-- " + permit + " -->\nThe key is " + key + ".\n",
         {"notes.md:4 leak.model-key allowed"}},
        {"notes.md",
         "# Notes\n\nThe key is " + key + ". <!-- " + permit + " -->\n",
         {"notes.md:3 leak.model-key allowed"}},
        {"run.sh",
         "#!/bin/sh\n# " + permit + "\nask --key " + key + "\n",
         {"run.sh:3 leak.model-key allowed"}},
        // A page about cowork is no permission.
        {"notes.md", "```yaml\n# cowork: allow compose.image-latest because it is built here\n```\n", {}},
        {"notes.md",
         "Write `# cowork: allow RULE because reason`, or:\n\n# cowork: allow RULE because reason\n",
         {}},
    };
    for (const Row& row : rows) {
        INFO(row.text);
        CHECK(told_of(row.name, row.text) == row.expected);
    }
}

TEST_CASE("suppressions: a permission that is wrong allows nothing, and is named") {
    struct Row {
        std::string permit, rule;
    };
    for (const Row& row : std::vector<Row>{
             {"allow", "suppression.malformed"},
             {"allow leak.assignment", "suppression.no-reason"},
             {"allow leak.assignment because", "suppression.no-reason"},
             {"allow leak.assignment because   ", "suppression.no-reason"},
             {"allow leak.assignment: one host", "suppression.malformed"},
             {"allow leak.assignment for one host", "suppression.malformed"},
             {"allow leak.assignments because one host", "suppression.unknown-rule"},
             {"allow suppression.unused because one host", "suppression.malformed"},
             {"allow leak.assignment until tomorrow because one host", "suppression.malformed"},
             {"allow leak.assignment until 2026-02-30 because one host", "suppression.malformed"},
             {"allow leak.assignment until 2026-10-31 because one host", "suppression.expired"},
             {"allow leak.assignment until 2026-12-31", "suppression.no-reason"},
         }) {
        INFO(row.permit);
        const auto found = told_of("compose.yaml", compose("      # cowork: " + row.permit + "\n"));
        CHECK(found == Told{"compose.yaml:5 " + row.rule, "compose.yaml:6 leak.assignment"});
    }
    // Until the end of its day.
    CHECK(told_of("compose.yaml",
                  compose("      # cowork: allow leak.assignment until 2026-11-01 because one host\n")) ==
          Told{"compose.yaml:6 leak.assignment allowed"});
}

TEST_CASE("suppressions: in an env file a comment after a value is none") {
    const auto found =
        told_of("app.env.example", "APP_TOKEN=" + token + " # cowork: allow leak.assignment because x\n");
    CHECK(found == Told{"app.env.example:1 leak.assignment", "app.env.example:1 suppression.malformed"});
    CHECK(told_of("app.env.example", "# cowork: allow leak.assignment because x\nAPP_TOKEN=" + token +
                                         "\n") == Told{"app.env.example:2 leak.assignment allowed"});
}

TEST_CASE("suppressions: patterns of paths") {
    struct Row {
        const char *glob, *path;
        bool matches;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"*.yaml", "a.yaml", true},
             {"*.yaml", "deploy/a.yaml", true},
             {"deploy/*.yaml", "deploy/a.yaml", true},
             {"./deploy/*.yaml", "deploy/a.yaml", true},
             {"deploy/*.yaml", "deploy/eu/a.yaml", false},
             {"deploy/**/*.yaml", "deploy/eu/a.yaml", true},
             {"deploy/**/*.yaml", "deploy/a.yaml", true},
             {"deploy/", "deploy/eu/a.yaml", true},
             {"deploy/", "other/deploy/a.yaml", false},
             {"**/deploy/", "other/deploy/a.yaml", true},
             {"/a.yaml", "a.yaml", true},
             {"/a.yaml", "x/a.yaml", false},
             {"a?.yaml", "ab.yaml", true},
             {"a.yaml", "b.yaml", false},
             {"**", "a/b/c", true},
             {"", "a", false},
         }) {
        INFO(row.glob << " " << row.path);
        CHECK(path_matches(row.glob, row.path) == row.matches);
    }
    const std::string deep(4000, '/');
    CHECK_FALSE(path_matches("**/**/**/**/**/**/**/a*a*a*a*b", deep + std::string(200, 'a')));
}

TEST_CASE("suppressions: a settings file counts for what lies below it, up to the next one") {
    const ScratchDirectory scratch;
    (void)scratch.directory("a/b");
    (void)scratch.file(".cowork-validate.json", settings(entry("compose.yaml")));
    (void)scratch.file("compose.yaml", compose(""));
    (void)scratch.file("a/compose.yaml", compose(""));
    CHECK(told(validated({scratch.path()})) ==
          Told{"compose.yaml:5 leak.assignment allowed", "compose.yaml:5 leak.assignment allowed"});
    SECTION("the nearest one decides alone") {
        (void)scratch.file("a/.cowork-validate.json", settings(""));
        CHECK(told(validated({scratch.path()})) ==
              Told{"compose.yaml:5 leak.assignment", "compose.yaml:5 leak.assignment allowed"});
    }
    SECTION("a file that is named outside of git and of the current directory looks beside itself only") {
        CHECK(told(validated({scratch / "a/compose.yaml"})) == Told{"compose.yaml:5 leak.assignment"});
        CHECK(told(validated({scratch / "compose.yaml"})) == Told{"compose.yaml:5 leak.assignment allowed"});
    }
    SECTION("in a git work tree it is looked for up to its top") {
        REQUIRE(run_process({{"git", "-C", scratch.path(), "init", "-q"}}).exit_code == 0);
        CHECK(told(validated({scratch / "a/compose.yaml"})) ==
              Told{"compose.yaml:5 leak.assignment allowed"});
    }
    SECTION("the kind that is forced on other files is not forced on it") {
        CHECK(told(validated({scratch.path()}, Kind::compose)) ==
              Told{"compose.yaml:5 leak.assignment allowed", "compose.yaml:5 leak.assignment allowed"});
    }
}

TEST_CASE("suppressions: a settings file that git ignores counts as well") {
    const ScratchDirectory scratch;
    REQUIRE(run_process({{"git", "-C", scratch.path(), "init", "-q"}}).exit_code == 0);
    (void)scratch.file(".gitignore", ".*\n");
    (void)scratch.file(".cowork-validate.json", settings(entry("compose.yaml")));
    (void)scratch.file("compose.yaml", compose(""));
    CHECK(told(validated({scratch.path()})) == Told{"compose.yaml:5 leak.assignment allowed"});
}

TEST_CASE("suppressions: entries by key, by date, and unused ones") {
    const ScratchDirectory scratch;
    (void)scratch.file("compose.yaml", compose(""));
    (void)scratch.file("other.yaml", "services: {}\n");
    struct Row {
        std::string entries;
        Told expected;
    };
    const std::string leak = "compose.yaml:5 leak.assignment";
    const std::string unused = ".cowork-validate.json:1 suppression.unused";
    for (const Row& row : std::vector<Row>{
             {entry("*.yaml", R"(, "key": "POSTGRES_*")"), {leak + " allowed"}},
             {entry("*.yaml", R"(, "key": "OTHER")"), {unused, leak}},
             {entry("other.yaml"), {unused, leak}},
             {entry("gone.yaml"), {unused, leak}},
             {entry("*.yaml", R"(, "until": "2026-11-01")"), {leak + " allowed"}},
             {entry("*.yaml", R"(, "until": "2026-10-31")"),
              {".cowork-validate.json:1 suppression.expired", leak}},
             {entry("*.yaml") + ", " + entry("*.yaml"), {leak + " allowed"}},
             {R"({"rule": "leak.assignement", "files": ["*"], "reason": "x"})",
              {".cowork-validate.json:1 suppression.unknown-rule", leak}},
             {R"({"rule": "leak.assignment", "files": ["*"], "reason": " "})",
              {".cowork-validate.json:1 suppression.no-reason", leak}},
             {R"({"rule": "leak.assignment", "files": ["*"]})",
              {".cowork-validate.json:1 suppression.no-reason", leak}},
         }) {
        INFO(row.entries);
        (void)scratch.file(".cowork-validate.json", settings(row.entries));
        CHECK(told(validated({scratch.path()})) == row.expected);
    }
    // Of an entry for many files one of them tells nothing.
    (void)scratch.file(".cowork-validate.json", settings(entry("*.yaml")));
    CHECK(told(validated({scratch / "other.yaml"})).empty());
}

TEST_CASE("suppressions: what is wrong with a settings file is told with its place") {
    struct Row {
        std::string text, key;
        int line, column;
    };
    for (const Row& row : std::vector<Row>{
             {"{}", "schemaVersion", 1, 1},
             {"{\n \"schemaVersion\": 2, \"allow\": []}", "schemaVersion", 2, 19},
             {"{\"schemaVersion\": 1,\n \"allow\": {}}", "allow", 2, 11},
             {"{\"schemaVersion\": 1, \"allow\": [],\n \"allows\": []}", "allows", 2, 12},
             {settings("\n 7"), "allow[0]", 2, 2},
             {settings("\n{\"rule\": 7, \"files\": [\"*\"], \"reason\": \"x\"}"), "allow[0].rule", 2, 10},
             {settings("\n{\"rule\": \"leak.assignment\", \"files\": \"*\", \"reason\": \"x\"}"),
              "allow[0].files", 2, 38},
             {settings("\n{\"rule\": \"leak.assignment\", \"files\": [], \"reason\": \"x\"}"),
              "allow[0].files", 2, 38},
             {settings("\n{\"rule\": \"leak.assignment\", \"files\": [\"*\", 1], \"reason\": \"x\"}"),
              "allow[0].files", 2, 38},
             {settings("\n{\"rule\": \"leak.assignment\", \"files\": [\"*\"], \"reason\": \"x\", \"until\": "
                       "\"May\"}"),
              "allow[0].until", 2, 69},
             {settings(
                  "\n{\"rule\": \"leak.assignment\", \"files\": [\"*\"], \"reason\": \"x\", \"file\": 1}"),
              "allow[0].file", 2, 68},
         }) {
        INFO(row.text);
        CHECK_FALSE(schema_violations(nlohmann::json::parse(row.text), "cowork-validate").empty());
        const ScratchDirectory scratch;
        const auto outcome = validated({scratch.file(".cowork-validate.json", row.text)});
        const auto& found = outcome.files.at(0).findings;
        const auto place = std::find_if(found.begin(), found.end(), [&](const Finding& finding) {
            return finding.rule->id == "suppression.settings" && finding.key == row.key;
        });
        REQUIRE(place != found.end());
        CHECK(place->where.line == row.line);
        CHECK(place->where.column == row.column);
    }
}

TEST_CASE("suppressions: what the schema takes is taken") {
    for (const std::string& text : {settings(""), settings(entry("*.yaml")),
                                    settings(entry("a/", R"(, "key": "X_*", "until": "2026-12-31")"))}) {
        INFO(text);
        CHECK(schema_violations(nlohmann::json::parse(text), "cowork-validate").empty());
        const ScratchDirectory scratch;
        for (const std::string& one : told(validated({scratch.file(".cowork-validate.json", text)})))
            CHECK(one.find("suppression.settings") == std::string::npos);
    }
}

TEST_CASE("suppressions: hostile text costs no more than other text") {
    const ScratchDirectory scratch;
    const auto repeated = [](const std::string& part, std::size_t size) {
        std::string text;
        while (text.size() < size) text += part;
        return text;
    };
    for (const std::string& part :
         {std::string("# cowork: allow leak.assignment because x\n"), std::string("# cowork: allow "),
          std::string("cowork:"), std::string("# cowork: allow x.y because x\n\n")}) {
        const std::string path = scratch.file("notes.txt", "#!x\n" + repeated(part, 1'000'000));
        const auto began = std::chrono::steady_clock::now();
        (void)validated({path});
        INFO(part);
        CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
    }
}
