#include "report/earlier.hpp"
#include "report/render.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::report;

namespace {

Row row(std::string_view id, Status status, std::string_view reason = {}, std::string_view blocked_by = {}) {
    Row made;
    made.id = made.label = id;
    made.required = true;
    made.status = status;
    made.reason_code = reason;
    made.blocked_by = blocked_by;
    made.summary = "it is as it is"_safe;
    return made;
}

Report of(std::vector<Row> rows) {
    Report report;
    report.command = "doctor";
    report.generated_at = "2026-01-31T12:00:00.000Z";
    report.rows = std::move(rows);
    return report;
}

// What a run would have written earlier.
EarlierReport earlier_of(std::vector<Row> rows) {
    auto read = read_earlier(render_json(of(std::move(rows)), {}));
    REQUIRE(read);
    return *read;
}

std::string change_of(const Report& report, std::size_t index) {
    const auto& baseline = report.rows.at(index).baseline;
    return baseline ? std::string(to_string(baseline->change)) : std::string{};
}

}  // namespace

TEST_CASE("baseline: each result is new, fixed, still so, or nothing to speak of") {
    const auto earlier =
        earlier_of({row("was.bad", Status::offline, "x.down"), row("still.bad", Status::degraded, "x.slow"),
                    row("was.well", Status::ready), row("always.well", Status::ready),
                    row("left.out", Status::unknown, "skipped.by_user"), row("gone.bad", Status::offline),
                    row("gone.well", Status::ready)});
    Report report = of({row("was.bad", Status::ready), row("still.bad", Status::offline, "x.down"),
                        row("was.well", Status::unknown, "x.unknown"), row("always.well", Status::ready),
                        row("left.out", Status::offline, "x.down"), row("fresh.bad", Status::offline),
                        row("fresh.well", Status::ready)});
    compare(report, earlier, Redactor());
    const std::vector<std::string> expected{"fixed", "still", "new", "", "", "new", ""};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(report.rows[i].id);
        CHECK(change_of(report, i) == expected[i]);
    }
    CHECK(report.rows[1].baseline->reason_code.str() == "x.slow");
    CHECK(report.rows[1].baseline->status == Status::degraded);
    REQUIRE(report.notes.size() == 1);
    CHECK(report.notes[0].str().find("gone.bad") != std::string::npos);
    CHECK(report.notes[0].str().find("gone.well") == std::string::npos);
    CHECK(render_text(report, {}, {}).find("[new]") != std::string::npos);
}

TEST_CASE("baseline: what is no report is told, without its text") {
    const std::string hidden = "hunter2-hunter2";
    const std::string deep(100'000, '[');
    for (const std::string& text :
         {std::string{}, std::string("[]"), "\"" + hidden + "\"", std::string("{\"schemaVersion\": 2}"),
          "{\"schemaVersion\": 1, \"results\": [\"" + hidden + "\"]}",
          "{\"schemaVersion\": 1, \"results\": [{\"id\": \"a\", \"status\": \"" + hidden + "\"}]}",
          std::string("{\"schemaVersion\": 1, \"results\": {}}"), std::string("{\"schemaVersion\": 1}"), deep,
          "{\"schemaVersion\": 1, \"results\": " + deep}) {
        const auto read = read_earlier(text);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == ErrorCode::invalid);
        CHECK(read.error().message.find(hidden) == std::string::npos);
        CHECK_FALSE(read.error().remedy.empty());
    }
}

TEST_CASE("baseline: ids and reason codes that are no codes are refused, because they would be shown") {
    const std::string hidden = "sk-live_HUNTER2";
    const auto read = [](const std::string& id, const std::string& reason) {
        return read_earlier(R"({"schemaVersion":1,"results":[{"id":)" + id +
                            R"(,"status":"offline","reasonCode":)" + reason + "}]}");
    };
    const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
    REQUIRE(read(quoted("gateway.database.ready"), quoted("database.auth-failed")));
    CHECK(read(quoted("gateway.database.ready"), "null")->front().reason_code.empty());
    for (const std::string& text :
         {quoted(hidden), quoted("postgres://u:hunter2@db"), quoted("a b"), quoted("a\\u001b[31m"),
          quoted("a\\n"), quoted("\\u0000"), quoted(std::string(81, 'a')), quoted(""), std::string("7"),
          std::string("{}")}) {
        CAPTURE(text);
        for (const auto& refused : {read(text, "null"), read(quoted("gateway.database.ready"), text)}) {
            REQUIRE_FALSE(refused);
            CHECK(refused.error().code == ErrorCode::invalid);
            CHECK(refused.error().message.find(hidden) == std::string::npos);
        }
    }
    CHECK_FALSE(read("null", "null"));
}

TEST_CASE("root cause: the first row of a chain, and only one that is there and not well") {
    const Report chain =
        of({row("root", Status::offline, "x.down"),
            row("middle", Status::unknown, "dependency.not_ready", "root"),
            row("last", Status::unknown, "dependency.not_ready", "middle"), row("alone", Status::degraded)});
    CHECK(root_cause(chain, chain.rows[0]) == nullptr);
    CHECK(root_cause(chain, chain.rows[1]) == &chain.rows[0]);
    CHECK(root_cause(chain, chain.rows[2]) == &chain.rows[0]);
    CHECK(symptoms(chain, chain.rows[0]) == std::vector<const Row*>{&chain.rows[1], &chain.rows[2]});
    CHECK(symptoms(chain, chain.rows[3]).empty());

    const Report nothing = of({row("well", Status::ready), row("a", Status::offline, "x.down", "well"),
                               row("b", Status::offline, "x.down", "not.there"),
                               row("skipped", Status::unknown, "skipped.by_user"),
                               row("c", Status::offline, "x.down", "skipped")});
    for (const Row& one : nothing.rows) CHECK(root_cause(nothing, one) == nullptr);

    const Report circle = of({row("a", Status::offline, "x.y", "b"), row("b", Status::offline, "x.y", "a")});
    for (const Row& one : circle.rows) (void)root_cause(circle, one);
}

TEST_CASE("root cause: symptoms are folded under it, and in every detail on request") {
    Report report =
        of({row("root", Status::offline, "x.down"), row("symptom", Status::unknown, "x.y", "root")});
    const std::string folded = render_text(report, {}, {});
    CHECK(folded.find("shows in  unknown  symptom") != std::string::npos);
    CHECK(folded.find("needs root") == std::string::npos);
    const std::string verbose = render_text(report, {}, {false, Verbosity::verbose});
    CHECK(verbose.find("needs root") != std::string::npos);
    CHECK(verbose.find("shows in") == std::string::npos);
}
