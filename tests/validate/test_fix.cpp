#include "support/process.hpp"
#include "support/scratch_directory.hpp"
#include "validate/rule_case.hpp"
#include "validators/fix/fix.hpp"
#include "validators/fix/menders.hpp"
#include "validators/registry.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

// What --fix changes, and what it leaves.
namespace {

using namespace cowork;
using namespace cowork::test;
using namespace cowork::validators;

namespace fs = std::filesystem;

FixOutcome fixed(const Request& request, const FixOptions& options = {}) {
    auto outcome = fix(request, options);
    REQUIRE(outcome);
    return std::move(*outcome);
}

std::vector<std::string> lines_in(const std::string& text) {
    std::vector<std::string> lines;
    std::string line;
    std::istringstream in(text);
    while (std::getline(in, line)) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        lines.push_back(line);
    }
    if (!lines.empty() && lines[0].starts_with("\xEF\xBB\xBF")) lines[0].erase(0, 3);
    return lines;
}

// The lines that no finding is about are all there still, in their order.
void check_rest_as_it_was(const std::string& before, const std::string& after, const std::set<int>& touched) {
    const auto old_lines = lines_in(before);
    const auto new_lines = lines_in(after);
    std::size_t at = 0;
    for (std::size_t i = 0; i < old_lines.size(); ++i) {
        if (touched.contains(static_cast<int>(i) + 1)) continue;
        INFO("line " << i + 1 << ": " << old_lines[i]);
        while (at < new_lines.size() && new_lines[at] != old_lines[i]) ++at;
        CHECK(at < new_lines.size());
        ++at;
    }
}

std::multiset<std::string> rules_of(const Outcome& outcome) {
    std::multiset<std::string> rules;
    for (const Checked& file : outcome.files)
        for (const Finding& finding : file.findings) rules.emplace(finding.rule->id);
    return rules;
}

// The text that a mender makes of another, and what it says; findings stand on those lines.
struct Mended {
    std::string text;
    MendLog log;
};
Mended mended(Mender mender, const std::string& text, const std::vector<int>& lines,
              std::optional<config::Dialect> reader = std::nullopt) {
    Input input;
    input.path = "app.env";
    input.text = text;
    input.kind = Kind::env;
    Settings settings;
    settings.reader = reader;
    std::vector<Finding> findings(lines.size());
    FreshSecrets fresh;
    MendInput what{input, settings, {}, fresh};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        findings[i].where.line = lines[i];
        what.findings.push_back(&findings[i]);
    }
    Mended result;
    auto made = mender(what, result.log);
    result.text = made ? std::string(made->reveal()) : text;
    return result;
}

Request request_for(const std::string& path) {
    Request request;
    request.paths = {path};
    request.kind = Kind::env;
    return request;
}

std::vector<std::string> backups_in(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().filename().string().find(".backup-") != std::string::npos)
            names.push_back(entry.path().string());
    return names;
}

const std::string twice = "# a service\nAPP_PORT=8790\nAPP_HOST=127.0.0.1\nAPP_PORT=8790\n";
const std::string once = "# a service\nAPP_PORT=8790\nAPP_HOST=127.0.0.1\n";

}  // namespace

TEST_CASE("fix: every rule that can be mended has a fixer, and its bad case is mended and nothing else") {
    for (const RuleGroup& group : rule_groups()) {
        for (const Rule& rule : group.rules) {
            CAPTURE(rule.id);
            if (rule.mends == Fix::none) {
                CHECK(fix_for(rule.id) == nullptr);
                continue;
            }
            REQUIRE(fix_for(rule.id) != nullptr);
            const RuleCase one = read_case(std::string(rule.id));
            const ScratchDirectory scratch;
            const std::string copy = scratch / "here";
            const bool own = fs::is_directory(one.directory / "fix");
            const Request request = prepare_case(one, own ? "fix" : "bad", copy);
            std::map<std::string, std::string> before;
            for (const auto& entry : fs::recursive_directory_iterator(copy))
                if (entry.is_regular_file())
                    before[entry.path().string()] = content_of(entry.path().string());
            auto first = validate(request);
            REQUIRE(first);
            std::map<std::string, std::set<int>> touched;
            for (const Checked& file : first->files)
                for (const Finding& finding : file.findings)
                    if (finding.rule == &rule) touched[file.path.str()].insert(finding.where.line);
            REQUIRE_FALSE(touched.empty());
            const FixOutcome outcome = fixed(request, {false, true, {rule.id}});
            for (const FixedFile& file : outcome.files)
                for (const FixStep& step : file.left) UNSCOPED_INFO("left: " << step.what.str());
            const auto was = rules_of(*first), is = rules_of(outcome.after);
            CHECK(is.count(std::string(rule.id)) == 0);
            for (const std::string& id : is) CHECK(is.count(id) <= was.count(id));
            for (const auto& [path, text] : before)
                if (path.find("/.git/") == std::string::npos)
                    check_rest_as_it_was(text, content_of(path), touched[path]);
        }
    }
}

TEST_CASE("fix: every fixer is for a rule that says so") {
    for (const Fixer& one : fixers()) {
        INFO(one.rule);
        const Rule* const rule = find_rule(one.rule);
        REQUIRE(rule != nullptr);
        CHECK(rule->mends != Fix::none);
    }
}

TEST_CASE("fix: a file is replaced, and kept as a backup") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("app.env", twice, 0640);
    const FixOutcome outcome = fixed(request_for(path));
    REQUIRE(outcome.files.size() == 1);
    const FixedFile& file = outcome.files[0];
    REQUIRE(file.steps.size() == 1);
    CHECK(file.steps[0].line == 4);
    CHECK(file.steps[0].rule->id == "env.duplicate-line");
    CHECK(content_of(path) == once);
    CHECK(mode_of(path) == 0600);
    CHECK(content_of(file.backup.str()) == twice);
    CHECK(mode_of(file.backup.str()) == 0600);
    CHECK(scratch.entries() == 2);
    CHECK(rules_of(outcome.after).count("env.duplicate-line") == 0);
    // A second run finds nothing to do.
    CHECK(fixed(request_for(path)).files.empty());
    CHECK(scratch.entries() == 2);
}

TEST_CASE("fix: a dry run says the same, and changes nothing") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("app.env", twice, 0644);
    const FixOutcome outcome = fixed(request_for(path), {true, false, {}});
    REQUIRE(outcome.files.size() == 1);
    CHECK(outcome.files[0].steps.size() == 1);
    CHECK(outcome.files[0].backup.empty());
    CHECK(content_of(path) == twice);
    CHECK(mode_of(path) == 0644);
    CHECK(scratch.entries() == 1);
    CHECK(rules_of(outcome.after).count("env.duplicate-line") == 1);
}

TEST_CASE("fix: what is not safe is left, with the reason") {
    const ScratchDirectory scratch;
    const auto left = [&](const Request& request, const std::string& path, const std::string& text,
                          const std::string& reason) {
        const FixOutcome outcome = fixed(request);
        REQUIRE(outcome.files.size() == 1);
        CHECK(outcome.files[0].steps.empty());
        REQUIRE_FALSE(outcome.files[0].left.empty());
        INFO(outcome.files[0].left[0].what.str());
        CHECK(outcome.files[0].left[0].what.str().find(reason) != std::string::npos);
        CHECK(content_of(path) == text);
        CHECK(backups_in(scratch.path()).empty());
    };
    const std::string other = "APP_PORT=8790\nAPP_PORT=8791\nAPP_PORT=8791\n";
    const std::string path = scratch.file("app.env", twice);
    SECTION("two values") {
        const std::string differing = scratch.file("b.env", other);
        left(request_for(differing), differing, other, "different values");
    }
    SECTION("a symbolic link") {
        fs::create_symlink("app.env", scratch / "link.env");
        left(request_for(scratch / "link.env"), path, twice, "symbolic link");
    }
    SECTION("another hard link") {
        fs::create_hard_link(path, scratch / "second");
        left(request_for(path), path, twice, "hard link");
    }
    SECTION("a directory in which others may replace files") {
        const std::string open = scratch.directory("open");
        const std::string there = scratch.file("open/app.env", twice);
        fs::permissions(open, static_cast<fs::perms>(0777));
        left(request_for(there), there, twice, "writable by other users");
    }
    SECTION("a file whose backup git would pick up") {
        REQUIRE(run_process({{"git", "-C", scratch.path(), "init", "-q"}}).exit_code == 0);
        left(request_for(path), path, twice, "git would pick up the backup");
        (void)scratch.file(".gitignore", "*.backup-*\n*.cowork-*\n");
        CHECK(fixed(request_for(path)).files.at(0).steps.size() == 1);
    }
    SECTION("standard input") {
        Request request = request_for("-");
        request.standard_input = twice;
        left(request, path, twice, "standard input");
    }
    SECTION("rules that were not asked for") {
        CHECK(fixed(request_for(path), {false, false, {"env.other"}}).files.empty());
        CHECK(content_of(path) == twice);
    }
}

TEST_CASE("fix: what the operator allows stays") {
    const ScratchDirectory scratch;
    const std::string text =
        "APP_PORT=8790\n# cowork: allow env.duplicate-line because two tools write the file\nAPP_PORT=8790\n";
    const std::string path = scratch.file("app.env", text);
    CHECK(fixed(request_for(path)).files.empty());
    CHECK(content_of(path) == text);
}

TEST_CASE("fix: the backup in a directory that was named is not validated itself") {
    const ScratchDirectory scratch;
    (void)scratch.file("app.env", twice);
    const FixOutcome outcome = fixed(request_for(scratch.path()));
    CHECK(scratch.entries() == 2);
    CHECK(rules_of(outcome.after).count("env.duplicate-line") == 0);
}

TEST_CASE("fix: one file that cannot be mended does not keep the others from it") {
    const ScratchDirectory scratch;
    (void)scratch.file("a.env", twice);
    const std::string locked = scratch.file("b.env", twice);
    fs::create_hard_link(locked, scratch / "x.env");
    const FixOutcome outcome = fixed(request_for(scratch.path()));
    CHECK(content_of(scratch / "a.env") == once);
    CHECK(content_of(locked) == twice);
    CHECK(rules_of(outcome.after).count("env.duplicate-line") == 1);
}

TEST_CASE("fix: duplicates") {
    struct Row {
        std::string text;
        std::vector<int> lines;
        std::string expected;
        std::size_t left;
    };
    for (const Row& row : std::vector<Row>{
             {"A=1\nB=2\nA=1\n", {3}, "A=1\nB=2\n", 0},
             {"A=1\nA=1\nA=1\n", {2, 3}, "A=1\n", 0},
             {"A=1\r\nA=1\r\n", {2}, "A=1\r\n", 0},
             {"A=1\nA=1", {2}, "A=1\n", 0},
             {"A='1'\nA=\"1\"\n", {2}, "A='1'\n", 0},
             {"A=1\nA=2\nA=1\n", {2, 3}, "A=1\nA=2\nA=1\n", 2},
             {"export A='1'\nexport A='1' # why\n", {2}, "export A='1'\nexport A='1' # why\n", 1},
             {"export A='1' B='2'\nA='1' B='2'\n", {2}, "export A='1' B='2'\nA='1' B='2'\n", 0},
             {"A=1\nB=2\nA=1\n", {1}, "A=1\nB=2\nA=1\n", 0},
             {"", {1}, "", 0},
         }) {
        INFO(row.text);
        const Mended result = mended(drop_identical_duplicates, row.text, row.lines);
        CHECK(result.text == row.expected);
        CHECK(result.log.left.size() == row.left);
    }
}

TEST_CASE("fix: line ends, byte order mark, blanks at a line's end") {
    CHECK(mended(unix_line_ends, "A=1\r\nB=2\r\n\r\n", {1}).text == "A=1\nB=2\n\n");
    CHECK(mended(unix_line_ends, "A=1\rB\r\n", {1}).text == "A=1\rB\n");
    CHECK(mended(unix_line_ends, "A=1\n", {1}).log.done.empty());
    CHECK(mended(drop_byte_order_mark,
                 "\xEF\xBB\xBF"
                 "A=1\n",
                 {1})
              .text == "A=1\n");
    CHECK(mended(drop_byte_order_mark, "A=1\n", {1}).log.done.empty());
    CHECK(mended(drop_trailing_blanks, "A=1 \t\nB=2 \n", {1}).text == "A=1\nB=2 \n");
    CHECK(mended(drop_trailing_blanks, "A=1 \r\n", {1}).text == "A=1\r\n");
    CHECK(mended(drop_trailing_blanks, "A=1 ", {1, 7, 0, -3}).text == "A=1");
}

TEST_CASE("fix: values are spelled as every reader reads them, where that is known") {
    using config::Dialect;
    struct Row {
        std::string text;
        std::optional<Dialect> reader;
        std::string expected;
        std::size_t left;
    };
    for (const Row& row : std::vector<Row>{
             {"A='1'\n", {}, "A=1\n", 0},
             {"A=\"x-y\" # why\n", {}, "A=x-y # why\n", 0},
             {"A=\"two words\"\n", Dialect::sh, "A='two words'\n", 0},
             {"A=\"two words\"\n", Dialect::systemd, "A=\"two words\"\n", 0},
             {"A=two words\n", {}, "A=two words\n", 1},
             {"A=two words\n", Dialect::docker, "A=two words\n", 0},
             {"A=x\n", {}, "A=x\n", 0},
             {"A='it'\n", Dialect::docker, "A=it\n", 0},
             {"A='two words'\n", Dialect::docker, "A=two words\n", 0},
             {"A=\"it\"  \nB=1\n", {}, "A=it\nB=1\n", 0},
             {"A='a b'\n", {}, "A='a b'\n", 1},
             {"A=\"a$B\"\n", {}, "A=\"a$B\"\n", 0},
         }) {
        INFO(row.text);
        const Mended result = mended(respell_values, row.text, {1}, row.reader);
        CHECK(result.text == row.expected);
        CHECK(result.log.left.size() == row.left);
    }
}

TEST_CASE("fix: comments behind values, and blanks before them") {
    CHECK(mended(move_comments, "A=x # why\nB=y # not\n", {1}).text == "# why\nA=x\nB=y # not\n");
    CHECK(mended(move_comments, "A='x y'   # why", {1}).text == "# why\nA='x y'");
    CHECK(mended(move_comments, "A=x # why\r\n", {1}).text == "# why\r\nA=x\r\n");
    CHECK(mended(move_comments, "A=x#y\n", {1}).text == "A=x#y\n");
    CHECK(mended(move_comments, "A=x # why\n", {1}, config::Dialect::docker).text == "# why\nA=x\n");
    CHECK(mended(drop_blank_before_value, "A=  x\nB= y\n", {1}).text == "A=x\nB= y\n");
    CHECK(mended(drop_blank_before_value, "A=x\n", {1}).text == "A=x\n");
}

TEST_CASE("fix: export goes, unless a shell is said to read the file") {
    CHECK(mended(drop_export, "export A=1\nexport B=2\n", {1}).text == "A=1\nexport B=2\n");
    CHECK(mended(drop_export, "  export   A=1\n", {1}).text == "  A=1\n");
    CHECK(mended(drop_export, "export A=1\n", {1}, config::Dialect::docker).text == "A=1\n");
    CHECK(mended(drop_export, "export A=1\n", {1}, config::Dialect::portable).text == "A=1\n");
    CHECK(mended(drop_export, "export A=1\n", {1}, config::Dialect::sh).log.left.size() == 1);
}

TEST_CASE("fix: new secrets only where the operator chooses, and only for placeholders") {
    const std::string admin = "OPEN_COWORK_GATEWAY_ADMIN_TOKEN";
    const Mended result =
        mended(generate_secrets,
               admin + "=replace-with-a-token\nOPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN=replace-with-it\n" +
                   "OPEN_COWORK_CLOUD_COOKIE_SECRET=Zq8WnR4vYx2BkM7cUj5H\nOTHER=replace-with-x\n",
               {1, 2, 3, 4});
    const auto lines = lines_in(result.text);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].size() == admin.size() + 1 + 43);
    CHECK(lines[0].find("replace") == std::string::npos);
    CHECK(lines[1] == "OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN=replace-with-it");
    CHECK(lines[2] == "OPEN_COWORK_CLOUD_COOKIE_SECRET=Zq8WnR4vYx2BkM7cUj5H");
    CHECK(result.log.done.size() == 1);
    CHECK(result.log.left.size() == 3);
    for (const MendLog::Entry& one : result.log.done)
        CHECK(one.what.find(lines[0].substr(admin.size() + 1, 6)) == std::string::npos);

    for (const char* key : {"OPEN_COWORK_GATEWAY_SERVICE_TOKEN", "OPEN_COWORK_GATEWAY_SLACK_SIGNING_SECRET",
                            "OPEN_COWORK_STANDALONE_GATEWAY_TELEGRAM_BOT_TOKEN", "OPENAI_API_KEY", ""})
        CHECK_FALSE(operator_chooses(key));
    for (const char* key : {"OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN", "OPEN_COWORK_CLOUD_SECRET_KEY",
                            "OPEN_COWORK_GATEWAY_WEBHOOK_SHARED_SECRET"})
        CHECK(operator_chooses(key));
}

TEST_CASE("fix: services that share a placeholder share the new secret") {
    FreshSecrets fresh;
    const std::string one(fresh.for_key("A_TOKEN", "replace-with-x").reveal());
    CHECK(fresh.for_key("A_TOKEN", "replace-with-x").reveal() == one);
    CHECK(fresh.for_key("A_TOKEN", "replace-with-y").reveal() != one);
    CHECK(fresh.for_key("B_TOKEN", "replace-with-x").reveal() != one);
}
