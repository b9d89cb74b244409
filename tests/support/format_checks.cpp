#include "support/format_checks.hpp"

#include "support/schema.hpp"

#include <catch2/catch.hpp>
#include <pugixml.hpp>

#include <regex>
#include <sstream>

namespace cowork::test {
namespace {

using nlohmann::json;

void check_sarif(const std::string& text, int exit_code) {
    const json log = json::parse(text, nullptr, false);
    REQUIRE(log.is_object());
    CHECK(sarif_violations(log) == "");
    CHECK(log["runs"][0]["invocations"][0]["exitCode"] == exit_code);
}

// By another parser than the one that wrote it: expat, which refuses what XML 1.0 does not allow.
void check_well_formed(const std::string& text) {
    ProcessOptions options;
    options.argv = {"python3", "-c", "import sys, xml.dom.minidom as d; d.parse(sys.stdin.buffer)"};
    options.input = text;
    const ProcessResult result = run_process(std::move(options));
    INFO(result.err);
    CHECK(result.exit_code == 0);
}

void check_junit(const std::string& text, int exit_code) {
    check_well_formed(text);
    pugi::xml_document document;
    REQUIRE(document.load_buffer(text.data(), text.size()));
    const pugi::xml_node suites = document.child("testsuites");
    REQUIRE(suites);
    const auto troubles = suites.attribute("failures").as_uint() + suites.attribute("errors").as_uint();
    CHECK((troubles > 0) == (exit_code != 0));
    const auto code =
        suites.child("testsuite").child("properties").find_child_by_attribute("name", "exitCode");
    CHECK(code.attribute("value").value() == std::to_string(exit_code));
}

void check_github(const std::string& text, int exit_code) {
    std::istringstream lines(text);
    std::string last;
    for (std::string line; std::getline(lines, line); last = line) {
        if (!last.empty()) CHECK(std::regex_search(last, std::regex("^::(error|warning|notice)( |::)")));
    }
    CHECK(last.starts_with("cowork"));
    CHECK(contains(last, "exit code " + std::to_string(exit_code)));
}

}  // namespace

void check_format(const std::string& format, const std::string& text, int exit_code) {
    INFO(format << '\n' << text);
    REQUIRE(text.ends_with("\n"));
    if (format == "json") {
        const json document = json::parse(text, nullptr, false);
        REQUIRE(document.is_object());
        check_document(document, exit_code);
    } else if (format == "sarif") {
        check_sarif(text, exit_code);
    } else if (format == "junit") {
        check_junit(text, exit_code);
    } else {
        REQUIRE(format == "github");
        check_github(text, exit_code);
    }
}

void check_format(const std::string& format, const ProcessResult& result) {
    check_format(format, result.out, result.exit_code.value_or(-1));
}

std::string timeless(const std::string& text) {
    const std::regex times(
        R"((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+Z)?)|("durationMs": [0-9.]+)|( time="[0-9.]+"))");
    return std::regex_replace(text, times, "");
}

}  // namespace cowork::test
