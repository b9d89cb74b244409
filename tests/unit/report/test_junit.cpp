#include "support/report_models.hpp"

#include <catch2/catch.hpp>
#include <pugixml.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::report;
using namespace cowork::test;

namespace {

struct Read {
    pugi::xml_document document;
    pugi::xml_node suites;
};

std::unique_ptr<Read> read(const std::string& text) {
    auto read = std::make_unique<Read>();
    INFO(text);
    REQUIRE(read->document.load_buffer(text.data(), text.size(), pugi::parse_full));
    CHECK(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name="));
    CHECK(text.ends_with("</testsuites>\n"));
    read->suites = read->document.child("testsuites");
    REQUIRE(read->suites);
    return read;
}

std::string outcome(pugi::xml_node test) {
    for (const char* element : {"failure", "error", "skipped"})
        if (test.child(element)) return element;
    return "passed";
}

std::map<std::string, std::size_t> counted(pugi::xml_node suite) {
    std::map<std::string, std::size_t> numbers;
    for (const pugi::xml_node test : suite.children("testcase")) {
        ++numbers["tests"];
        ++numbers[outcome(test)];
        CHECK(test.attribute("classname"));
    }
    return numbers;
}

// The numbers of each suite are those of its tests, the sums those of its suites, and no name is there twice.
// Returns the sums.
std::map<std::string, std::size_t> check_numbers(pugi::xml_node suites) {
    std::map<std::string, std::size_t> sums;
    for (const pugi::xml_node suite : suites.children("testsuite")) {
        auto numbers = counted(suite);
        INFO(suite.attribute("name").value());
        CHECK(suite.attribute("tests").as_uint() == numbers["tests"]);
        CHECK(suite.attribute("failures").as_uint() == numbers["failure"]);
        CHECK(suite.attribute("errors").as_uint() == numbers["error"]);
        CHECK(suite.attribute("skipped").as_uint() == numbers["skipped"]);
        std::set<std::string> names;
        for (const pugi::xml_node test : suite.children("testcase"))
            CHECK(names.insert(test.attribute("name").value()).second);
        for (const auto& [name, number] : numbers) sums[name] += number;
    }
    CHECK(suites.attribute("tests").as_uint() == sums["tests"]);
    CHECK(suites.attribute("failures").as_uint() == sums["failure"]);
    CHECK(suites.attribute("errors").as_uint() == sums["error"]);
    return sums;
}

pugi::xml_node test_named(pugi::xml_node suites, const std::string& name) {
    for (const pugi::xml_node suite : suites.children("testsuite"))
        for (const pugi::xml_node test : suite.children("testcase"))
            if (test.attribute("name").value() == name) return test;
    FAIL("no test " << name);
    return {};
}

std::string property(pugi::xml_node suite, const char* name) {
    return suite.child("properties").find_child_by_attribute("name", name).attribute("value").value();
}

}  // namespace

TEST_CASE("junit: a test for each row, its outcome by the status and by whether it decides") {
    struct Line {
        const char* id;
        const char* outcome;
    };
    const Report report = doctor_report();
    const auto xml = read(render_junit(report, {}));
    auto sums = check_numbers(xml->suites);
    CHECK(sums["tests"] == report.rows.size());
    CHECK(sums["failure"] == 3);
    CHECK(sums["error"] == 1);
    for (const Line& line :
         {Line{"row.optional", "skipped"}, Line{"row.ready", "passed"}, Line{"row.degraded", "failure"},
          Line{"row.action", "failure"}, Line{"row.offline", "failure"}, Line{"row.unknown", "error"},
          Line{"row.skipped", "skipped"}}) {
        INFO(line.id);
        CHECK(outcome(test_named(xml->suites, line.id)) == line.outcome);
    }
    const pugi::xml_node suite = xml->suites.child("testsuite");
    CHECK(std::string(suite.attribute("name").value()) == "cowork doctor gateway-only");
    CHECK(std::string(suite.attribute("time").value()) == "0.250000");
    CHECK(std::string(suite.attribute("timestamp").value()) == "2026-01-31T12:00:00");
    CHECK(property(suite, "status") == "action_required");
    CHECK(property(suite, "exitCode") == "1");
    CHECK(std::string(suite.child("system-out").text().get()) == "a word besides\n");
    const pugi::xml_node failure = test_named(xml->suites, "row.degraded").child("failure");
    CHECK(std::string(failure.attribute("type").value()) == "made.degraded");
    CHECK(std::string(failure.attribute("message").value()) == "row.degraded is as it is");
    CHECK(std::string(failure.text().get()) ==
          "row.degraded is as it is\n.env.gateway:7:3\n-> mend row.degraded");
    CHECK(std::string(test_named(xml->suites, "row.offline").attribute("time").value()) == "0.001500");
}

TEST_CASE("junit: a run fails in XML exactly if its exit code says so") {
    const auto report_of = [](std::vector<Row> rows) {
        Report report;
        report.command = "doctor";
        report.rows = std::move(rows);
        return report;
    };
    const Verdict lenient{FailOn::action_required, false};
    const Verdict strict{FailOn::degraded, true};
    for (const Status status : all_statuses)
        for (const bool required : {true, false})
            for (const Verdict& verdict : {Verdict{}, lenient, strict})
                for (const bool company : {true, false}) {
                    std::vector<Row> rows{check_row("row.one", status, required)};
                    if (company) rows.push_back(check_row("row.two", Status::ready));
                    const Report report = report_of(rows);
                    const auto xml = read(render_junit(report, verdict));
                    auto sums = check_numbers(xml->suites);
                    CAPTURE(to_string(status), required, company, exit_code(report, verdict));
                    CHECK((sums["failure"] + sums["error"] == 0) == (exit_code(report, verdict) == 0));
                }
    Report stopped = report_of({check_row("row.one", Status::ready)});
    stopped.exit_override = 130;
    CHECK(outcome(test_named(read(render_junit(stopped, {}))->suites, "run")) == "error");
}

TEST_CASE("junit: validate has a suite a file, and findings of one name are told apart") {
    const auto xml = read(render_junit(validate_report(), {}));
    auto sums = check_numbers(xml->suites);
    CHECK(sums["tests"] == validate_report().rows.size());
    std::vector<std::string> names;
    for (const pugi::xml_node suite : xml->suites.children("testsuite"))
        names.emplace_back(suite.attribute("name").value());
    CHECK(names == std::vector<std::string>{"cowork validate", "./deploy dir/gateway.conf",
                                            "/etc/cowork/b.conf", "-", "../c.conf", "good.conf", "what.bin"});
    CHECK(outcome(test_named(xml->suites, "env.broken at 12:3")) == "failure");
    CHECK(outcome(test_named(xml->suites, "env.broken at 12:3 #2")) == "failure");
    CHECK(outcome(test_named(xml->suites, "env.note at 1:1")) == "passed");
    const pugi::xml_node allowed = test_named(xml->suites, "env.loose at 3:1");
    CHECK(outcome(allowed) == "passed");
    CHECK(std::string(allowed.child("system-out").text().get()).find("allowed because the pager") !=
          std::string::npos);
}

TEST_CASE("junit: hostile text stays text, and what XML cannot hold never gets there") {
    Report report = validate_report();
    report.rows.erase(report.rows.begin() + 2);  // the other one of that name
    const std::string hostile = "]]></failure><testcase name=\"x\"/>&amp;<!--\"'";
    report.rows[1].summary = Redactor().text("{}", hostile);
    report.rows[1].source.file = "bad \xFF\x01\xEF\xBF\xBF\xC3\x28 name";
    report.notes = {Redactor().text("{}", "\xEF\xBF\xBE")};
    const std::string text = render_junit(report, {});
    const auto xml = read(text);
    CHECK(check_numbers(xml->suites)["tests"] == report.rows.size());
    CHECK(std::string(
              test_named(xml->suites, "env.broken at 12:3").child("failure").attribute("message").value()) ==
          hostile);
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        CHECK((code >= 0x20 || c == '\n' || c == '\t'));
    }
    for (const char* never : {"\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xFF", "&#1;", "&#x1;"})
        CHECK(text.find(never) == std::string::npos);
}

TEST_CASE("junit: a refusal is one test with an error") {
    const auto xml =
        read(render_junit(Refusal{"doctor", 2, "there is no such path"_safe, "see --list"_safe}));
    auto sums = check_numbers(xml->suites);
    CHECK(sums["tests"] == 1);
    CHECK(sums["error"] == 1);
    const pugi::xml_node error = test_named(xml->suites, "run").child("error");
    CHECK(std::string(error.text().get()) == "there is no such path\n-> see --list");
    CHECK(property(xml->suites.child("testsuite"), "exitCode") == "2");
    CHECK(check_numbers(read(render_junit(Refusal{{}, 2, "none"_safe, {}}))->suites)["error"] == 1);
}
