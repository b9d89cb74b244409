#include "support/report_models.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using namespace cowork::report;
using namespace cowork::test;

namespace {

std::string text_of(const Report& report, Verbosity verbosity = Verbosity::normal, bool color = false) {
    return render_findings(report, {}, {color, verbosity, false});
}

Report small_report() {
    Report report = validate_report();
    report.rows = {finding_row({"env.broken", "error", "a.conf", 3, 1, 3, 4, true}),
                   finding_row({"env.broken", "error", "a.conf", 12, 10, 12, 14, true}),
                   allowed_row({"env.loose", "warning", "a.conf", 20, 1, 20, 4}, true),
                   finding_row({"env.loose", "warning", "b.conf"}),
                   file_row("c.bin", Status::unknown, "validate.left-out")};
    report.files = {
        {"a.conf"_safe, "env", {}}, {"b.conf"_safe, "env", {}}, {"c.bin"_safe, {}, "it is binary"_safe}};
    report.notes.clear();
    return report;
}

}  // namespace

TEST_CASE("findings text: by file, the places in a column, what to do once a file, the next command last") {
    CHECK(text_of(small_report()) ==
          "a.conf:3:1    error    env.broken is broken here  env.broken\n"
          "    -> Mend env.broken.\n"
          "a.conf:12:10  error    env.broken is broken here  env.broken\n"
          "\n"
          "b.conf  warning  env.loose is broken here  env.loose\n"
          "    -> Mend env.loose.\n"
          "\n"
          "c.bin  unknown  validate.env is as it is\n"
          "    -> mend validate.env\n"
          "\n"
          "c.bin  left out: it is binary\n"
          "\n"
          "action_required  2 files in 250 ms: 2 errors, 1 warning, 1 allowed; --fix can mend 2\n"
          "Next  cowork validate --fix .\n");
}

TEST_CASE("findings text: quiet is a line a problem, and silence when there is none") {
    CHECK(text_of(small_report(), Verbosity::quiet) ==
          "a.conf:3:1    error    env.broken is broken here  env.broken\n"
          "a.conf:12:10  error    env.broken is broken here  env.broken\n"
          "b.conf  warning  env.loose is broken here  env.loose\n"
          "c.bin  unknown  validate.env is as it is\n");
    Report report = small_report();
    report.rows = {file_row("a.conf", Status::ready, "validate.passed"),
                   finding_row({"env.note", "note", "b.conf", 1, 1, 1, 2})};
    CHECK(text_of(report, Verbosity::quiet).empty());
}

TEST_CASE("findings text: verbose tells why, once, and what was allowed, left out or well") {
    Report report = small_report();
    report.rows.push_back(file_row("d.conf", Status::ready, "validate.passed"));
    for (const char* path : {"x", "y", "z"})
        report.files.push_back({Redactor().clean(path), {}, "it is large"_safe});
    const std::string text = text_of(report, Verbosity::verbose);
    INFO(text);
    CHECK(
        text.starts_with("a.conf:3:1    error    env.broken is broken here  env.broken\n"
                         "    Every reader stops there.\n"
                         "    -> Mend env.broken.\n"
                         "a.conf:12:10  error    env.broken is broken here  env.broken\n"
                         "a.conf:20:1   allowed  env.loose is broken here  env.loose\n"
                         "    because the pager is off on Sundays\n"));
    CHECK(text.find("d.conf  ready    validate.env is as it is\n") != std::string::npos);
    CHECK(text.find("z  left out: it is large\n") != std::string::npos);
    CHECK(text_of(report).find("4 files left out; -v lists them\n") != std::string::npos);
}

TEST_CASE("findings text: a long path moves nothing but its own file's column") {
    Report report = small_report();
    const std::string path = std::string(200, 'p') + "/a.conf";
    report.rows[3].source.file = path;
    const std::string text = text_of(report);
    CHECK(text.find("\n" + path + "  warning  env.loose") != std::string::npos);
    CHECK(text.find("a.conf:3:1    error    ") == 0);
    CHECK(text.find("\n    -> Mend env.loose.\n") != std::string::npos);
}

TEST_CASE("findings text: colour is there when asked for, and nothing else changes") {
    std::string painted = text_of(small_report(), Verbosity::normal, true);
    CHECK(painted.find("\x1b[31merror  ") != std::string::npos);
    for (auto at = painted.find('\x1b'); at != std::string::npos; at = painted.find('\x1b'))
        painted.erase(at, painted.find('m', at) - at + 1);
    CHECK(painted == text_of(small_report()));
    CHECK(text_of(small_report()).find('\x1b') == std::string::npos);
}

TEST_CASE("findings text: nothing found is one line") {
    Report report = small_report();
    report.rows = {file_row("a.conf", Status::ready, "validate.passed")};
    report.files = {{"a.conf"_safe, "env", {}}};
    report.next = {};
    CHECK(text_of(report) == "ready  1 file in 250 ms: 0 errors, 0 warnings\n");
}
