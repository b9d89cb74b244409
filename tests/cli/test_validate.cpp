#include "support/format_checks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

// validate on the command line: what it reads, what it chooses, how it ends. What each rule finds is the
// business of tests/validate.
namespace {

using namespace cowork::test;
using nlohmann::json;

const std::string twice = "A=1\nA=2\n";
constexpr const char* rule = "env.duplicate-key";

struct Directory {
    ScratchDirectory scratch;
    std::string bad = scratch.file("bad.conf", twice);
    std::string good = scratch.file("good.conf", "A=1\n");

    // As env files, and by one rule alone: what the others find is not the point here.
    [[nodiscard]] ProcessResult validate(std::vector<std::string> more, const std::string& input = {}) const {
        more.insert(more.begin(), {"validate", "--kind", "env", "--only", rule});
        return run_cowork(more, scratch.path(), {}, input);
    }
    // With nothing but what is given.
    [[nodiscard]] ProcessResult plain(std::vector<std::string> more, const std::string& input = {}) const {
        more.insert(more.begin(), "validate");
        return run_cowork(more, scratch.path(), {}, input);
    }
};

std::vector<std::string> files_of(const json& report) {
    std::vector<std::string> paths;
    for (const json& file : report.at("files")) paths.push_back(file.at("path"));
    std::sort(paths.begin(), paths.end());
    return paths;
}

TEST_CASE("validate: the exit code is that of the worst finding") {
    const Directory directory;
    CHECK(directory.validate({"good.conf"}).exit_code == 0);
    CHECK(directory.validate({"bad.conf"}).exit_code == 1);
    CHECK(directory.validate({"good.conf", "bad.conf"}).exit_code == 1);
    // A file that was named and could not be judged.
    (void)directory.scratch.file("picture.bin", std::string("\0\1\2\3", 4));
    CHECK(directory.plain({"picture.bin"}).exit_code == 3);
    CHECK(directory.plain({"good.conf", "/nowhere/x"}).exit_code == 2);
    // Warnings alone.
    (void)directory.scratch.file("same.conf", "A=1\nA=1\n");
    const std::vector<std::string> warning{"--kind", "env", "--only", "env.duplicate-line", "same.conf"};
    CHECK(directory.plain(warning).exit_code == 4);
    auto forgiving = warning;
    forgiving.insert(forgiving.end(), {"--fail-on", "action_required"});
    CHECK(directory.plain(forgiving).exit_code == 0);
    // Notes count when they are to.
    (void)directory.scratch.file("two.conf", "OPEN_COWORK_GATEWAY_PORT=8790\nOPEN_COWORK_CLOUD_PORT=8787\n");
    std::vector<std::string> note{"--kind", "env", "--only", "env.several-services", "two.conf"};
    CHECK(directory.plain(note).exit_code == 0);
    note.push_back("--strict");
    CHECK(directory.plain(note).exit_code == 4);
}

TEST_CASE("validate: the report has every file, and each finding with its place") {
    const Directory directory;
    const auto result = directory.validate({"bad.conf", "good.conf", "--json"});
    const json report = document_of(result);
    CHECK(report.at("command") == "validate");
    CHECK(report.at("status") == "action_required");
    CHECK(files_of(report) == std::vector<std::string>{"bad.conf", "good.conf"});
    REQUIRE(report.at("results").size() == 2);
    const json& found = report.at("results").at(0);
    CHECK(found.at("reasonCode") == rule);
    CHECK(found.at("source").at("file") == "bad.conf");
    CHECK(found.at("source").at("line") == 2);
    CHECK(found.at("finding").at("severity") == "error");
    CHECK(found.at("finding").at("kind") == "env");
    const json& well = report.at("results").at(1);
    CHECK(well.at("status") == "ready");
    CHECK(well.at("finding").is_null());
}

TEST_CASE("validate: a fingerprint stays when lines are added above, and differs between two of a kind") {
    const Directory directory;
    const auto prints = [&](const std::string& text) {
        (void)directory.scratch.file("moved.conf", text);
        std::vector<std::string> found;
        const json report = document_of(directory.validate({"moved.conf", "--json"}));
        for (const json& row : report.at("results")) found.push_back(row.at("finding").at("fingerprint"));
        return found;
    };
    const auto before = prints("A=1\nA=2\nA=3\n");
    CHECK(before.size() == 2);
    CHECK(before.at(0) != before.at(1));
    CHECK(prints("# a word\nB=1\n\nA=1\nA=2\nA=3\n") == before);
}

TEST_CASE("validate: text has a line for each finding that an editor opens, and the next command") {
    const Directory directory;
    const auto result = directory.validate({"bad.conf"});
    INFO(result.out);
    CHECK(result.out.starts_with("bad.conf:2:1  error    "));
    CHECK(contains(result.out, std::string("  ") + rule + "\n    -> "));
    CHECK(contains(result.out, "\naction_required  1 file in "));
    CHECK(result.err.empty());
    // What cowork can mend is the next thing to do; else what is worst is explained.
    CHECK(contains(result.out, std::string("Next  cowork validate --explain ") + rule + "\n"));
    (void)directory.scratch.file("it's the same.conf", "A=1\nA=1\n");
    const auto fixable =
        directory.plain({"--kind", "env", "--only", "env.duplicate-line", "it's the same.conf"});
    CHECK(
        contains(fixable.out, "; --fix can mend 1\nNext  cowork validate --fix 'it'\\''s the same.conf'\n"));
    const auto quiet = directory.validate({"bad.conf", "good.conf", "-q"});
    CHECK(count_of(quiet.out, "\n") == 1);
    CHECK(directory.validate({"good.conf", "-q"}).out.empty());
    const auto well = directory.validate({"good.conf"});
    CHECK(well.out.starts_with("ready  1 file in "));
    CHECK_FALSE(contains(well.out, "Next"));
    CHECK(contains(directory.validate({"bad.conf", "-v"}).out, "\n    -> "));
}

TEST_CASE("validate: - is standard input") {
    const Directory directory;
    const json report = document_of(directory.validate({"-", "--json"}, twice));
    CHECK(report.at("exitCode") == 1);
    CHECK(files_of(report) == std::vector<std::string>{"-"});
    CHECK(report.at("results").at(0).at("source").at("line") == 2);
    CHECK(directory.validate({"-", "good.conf"}, "A=1\n").exit_code == 0);
    // Nothing is nothing that could be judged; it is not well.
    const auto empty = directory.plain({"-"}, "");
    INFO(empty.out << empty.err);
    CHECK(empty.exit_code != 0);
}

TEST_CASE("validate: a directory is walked, without what is hidden") {
    const Directory directory;
    std::filesystem::create_directories(directory.scratch / ".hidden");
    std::filesystem::create_directories(directory.scratch / "deep/er");
    (void)directory.scratch.file(".hidden/bad.json", "{ oops");
    (void)directory.scratch.file("deep/er/bad.json",
                                 "{\"$schema\": \"https://opencode.ai/config.json\", oops");
    const auto result = directory.plain({".", "--only", "file.json-syntax", "--json"});
    const json report = document_of(result);
    INFO(result.out);
    CHECK(result.exit_code == 1);
    const auto paths = files_of(report);
    const auto has = [&](const std::string& part) {
        return std::any_of(paths.begin(), paths.end(),
                           [&](const auto& path) { return contains(path, part); });
    };
    CHECK(has("deep/er/bad.json"));
    CHECK_FALSE(has(".hidden/"));
}

TEST_CASE("validate: --only and --skip choose rules by glob") {
    const Directory directory;
    CHECK(directory.plain({"--kind", "env", "--skip", "env.*", "--only", "file.*", "bad.conf"}).exit_code ==
          0);
    CHECK(directory.plain({"--kind", "env", "--only", "env.dup*", "bad.conf"}).exit_code == 1);
    const auto none = directory.plain({"--only", "env.duplicate-kye", "bad.conf"});
    CHECK(none.exit_code == 2);
    CHECK(contains(none.err, "env.duplicate-key"));
}

TEST_CASE("validate: a word that is none of the list is told with the nearest one") {
    struct Line {
        std::vector<std::string> arguments;
        const char* says;
        const char* hints;
    };
    for (const Line& line : std::vector<Line>{
             {{".", "--kind", "compsoe"}, "--kind compsoe", "did you mean compose?"},
             {{".", "--kind", "xyzzy"}, "--kind xyzzy", "use one of env, compose"},
             {{".", "--tier", "public_prodution"},
              "--tier public_prodution",
              "did you mean public_production?"},
             {{".", "--reader", "bash"}, "--reader bash", "did you mean sh?"},
             {{".", "--intent", "gateway-onyl"}, "no path 'gateway-onyl'", "did you mean gateway-only?"},
             {{".", "--now", "yesterday"}, "--now is not a time", "2026-01-31T12:00:00Z"},
             {{"--explain", "env.duplicate-kye"},
              "no rule 'env.duplicate-kye'",
              "did you mean env.duplicate-key?"},
             {{"/nowhere/at/all"}, "/nowhere/at/all", ""},
             {{}, "no path is given", "cowork validate ."}}) {
        auto arguments = line.arguments;
        arguments.insert(arguments.begin(), "validate");
        const auto result = run_cowork(arguments);
        INFO(result.out << result.err);
        CHECK(result.exit_code == 2);
        CHECK(result.out.empty());
        CHECK(contains(result.err, line.says));
        CHECK(contains(result.err, line.hints));
        arguments.emplace_back("--json");
        CHECK(contains(message_of(document_of(run_cowork(arguments))), line.says));
    }
}

TEST_CASE("validate: tiers, set-up paths, readers and a time are taken") {
    const Directory directory;
    for (const std::vector<std::string>& options : {std::vector<std::string>{"--tier", "public_production"},
                                                    {"--intent", "gateway-only"},
                                                    {"--reader", "compose"},
                                                    {"--now", "2026-01-31T12:00:00Z"},
                                                    {"--color", "never"}}) {
        auto arguments = options;
        arguments.emplace_back("good.conf");
        const auto result = directory.validate(arguments);
        INFO(result.out << result.err);
        CHECK(result.exit_code == 0);
    }
    CHECK(document_of(directory.validate({"--intent", "gateway-only", "good.conf", "--json"})).at("intent") ==
          "gateway-only");
}

TEST_CASE("validate: --list and --explain need no file, and conform to their schema") {
    const json list = document_of(run_cowork({"validate", "--list", "--json"}));
    CHECK(list.at("rules").size() > 3);
    CHECK(document_of(run_cowork({"validate", "--list", "--only", rule, "--json"})).at("rules").size() == 1);
    const json explained = document_of(run_cowork({"validate", "--explain", rule, "--json"}));
    CHECK(explained.at("subject") == rule);
    CHECK(explained.at("rules").at(0).at("id") == rule);
    const auto text = run_cowork({"validate", "--list"});
    CHECK(text.exit_code == 0);
    const auto one = run_cowork({"validate", "--explain", rule});
    for (const json& each : list.at("rules"))
        CHECK(contains(text.out, each.at("id").get<std::string>() + " "));
    for (const char* word : {rule, "Why", "Fix", "Allow it", "because"}) CHECK(contains(one.out, word));
    check_printable(text);
    check_printable(one);
}

TEST_CASE("validate: --report never takes the place of a file that is validated") {
    const Directory directory;
    const std::string before = fingerprint(directory.bad);
    const auto result = directory.validate({"bad.conf", "--report", "json=bad.conf"});
    CHECK(result.exit_code == 2);
    CHECK(fingerprint(directory.bad) == before);
    CHECK(directory.validate({"bad.conf", "--report", "sarif=out.sarif"}).exit_code == 1);
    check_format("sarif", content_of(directory.scratch / "out.sarif"), 1);
}

TEST_CASE("validate: a hostile file name stays printable text") {
    const Directory directory;
    const std::string name = "a\x1b[31m\n::error::b%0A.conf";
    (void)directory.scratch.file(name, twice);
    for (const std::string& format : machine_formats) {
        const auto result = directory.validate({"./" + name, "--format", format});
        INFO(result.out << result.err);
        CHECK(result.exit_code == 1);
        check_format(format, result);
        check_printable(result);
    }
    check_printable(directory.validate({"./" + name}));
}

TEST_CASE("validate: a page with a secret counts as a file that was looked at") {
    const Directory directory;
    (void)directory.scratch.file("notes.md", "the password=" + std::string("Zq8WnR4vYx2B") + "kM7cUj5H\n");
    const auto result = directory.plain({"notes.md"});
    CHECK(result.out.find("leak.assignment") != std::string::npos);
    CHECK(result.out.find("  1 file in ") != std::string::npos);
}

TEST_CASE("validate: what only asking a server needs is not loaded") {
    const Directory directory;
    const std::map<std::string, std::string> without{{"LD_LIBRARY_PATH", directory.scratch.path()}};
    for (const char* library : {"libcurl.so.4", "libpq.so.5"}) (void)directory.scratch.file(library, "");
    (void)directory.scratch.file(
        "gateway.env",
        "OPEN_COWORK_STANDALONE_GATEWAY_OPENCODE_URL=http://127.0.0.1:4096\n"
        "OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL=postgres://u:p@db.internal:5432/x\n");
    const auto validated = run_cowork({"validate", "gateway.env"}, directory.scratch.path(), without);
    CHECK(validated.out.find("cannot be used") == std::string::npos);
    CHECK(validated.out.find("configuration.missing-key") != std::string::npos);
    // What does ask one says what is missing, and goes on.
    const auto asked = run_cowork({"doctor", "gateway-only", "--env-file", "gateway.env", "--json"},
                                  directory.scratch.path(), without);
    const json report = json_of(asked);
    for (const char* id : {"gateway.private_opencode.reachable", "gateway.database.ready"}) {
        const json row = row_of(report, id);
        CHECK(row.at("status") == "unknown");
        CHECK(row.at("summary").get<std::string>().find("cannot be used") != std::string::npos);
    }
}

}  // namespace
