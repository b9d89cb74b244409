#include "report/model.hpp"
#include "report/render.hpp"
#include "secrets/redactor.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

namespace cowork {
static std::ostream& operator<<(std::ostream& out, Status status) { return out << to_string(status); }
}  // namespace cowork

using namespace cowork;
using namespace cowork::report;
using json = nlohmann::json;

namespace {

struct Result {
    Status status;
    bool required = true;
    std::string_view reason{};
};

Row made(const Result& result, std::string_view id = "made.up") {
    Row row;
    row.id = id;
    row.label = "Made up";
    row.authority = catalogue::Authority::gateway_standalone;
    row.required = result.required;
    row.status = result.status;
    row.reason_code = result.reason;
    row.summary = "it is as it is"_safe;
    return row;
}

Report of(const std::vector<Result>& results) {
    Report report;
    report.command = "doctor";
    report.intent = catalogue::Intent::gateway_only;
    report.generated_at = "2026-01-31T12:00:00.000Z";
    for (const Result& result : results) report.rows.push_back(made(result));
    return report;
}

constexpr Status R = Status::ready, D = Status::degraded, A = Status::action_required, O = Status::offline,
                 U = Status::unknown;

}  // namespace

TEST_CASE("report: the worst row that decides makes the headline and the exit code") {
    struct Line {
        std::vector<Result> results;
        Status overall;
        int exit_code;
        Verdict verdict{};
    };
    const Verdict strict{FailOn::degraded, true};
    const Verdict lenient{FailOn::action_required, false};
    for (const Line& line : std::vector<Line>{
             {{{R}}, R, 0},
             {{{R}, {R}}, R, 0},
             {{{R}, {D}}, D, 4},
             {{{R}, {U}}, U, 3},
             {{{R}, {A}}, A, 1},
             {{{R}, {O}}, O, 1},
             // 1 wins over 3, 3 over 4.
             {{{D}, {U}, {O}}, O, 1},
             {{{D}, {U}, {A}, {O}}, A, 1},
             {{{D}, {U}}, U, 3},
             // No row that decides is no evidence of health.
             {{}, U, 3},
             {{{R, false}}, U, 3},
             {{{A, false}}, U, 3},
             {{{R, true, "skipped.by_user"}}, U, 3},
             // Optional rows do not decide, unless --strict.
             {{{R}, {A, false}}, R, 0},
             {{{R}, {A, false}}, A, 1, strict},
             {{{R}, {D, false}}, D, 4, strict},
             {{{R}, {U, false, "dependency.not_ready"}}, R, 0, strict},
             {{{R}, {U, true, "dependency.not_ready"}}, U, 3},
             // What the user left out does not decide, not even then.
             {{{R}, {U, true, "skipped.by_user"}}, R, 0},
             {{{R}, {U, true, "skipped.by_user"}}, R, 0, strict},
             {{{R}, {U, true, "deadline.exceeded"}}, U, 3},
             // --fail-on action_required forgives degraded, and nothing else.
             {{{R}, {D}}, D, 0, lenient},
             {{{D}, {U}}, U, 3, lenient},
             {{{D}, {O}}, O, 1, lenient},
         }) {
        std::string statuses;
        for (const Result& result : line.results) statuses += std::string(to_string(result.status)) + " ";
        CAPTURE(statuses, line.verdict.strict);
        CHECK(overall(of(line.results), line.verdict) == line.overall);
        CHECK(exit_code(of(line.results), line.verdict) == line.exit_code);
    }
    Report stopped = of({{R}});
    stopped.exit_override = 130;
    CHECK(exit_code(stopped, {}) == 130);
}

TEST_CASE("report: counts are those of the rows, required or not") {
    const auto numbers = counts(of({{R}, {D, false}, {A}, {A}, {O}, {U, true, "skipped.by_user"}}));
    CHECK(numbers == std::array<std::size_t, 5>{1, 1, 2, 1, 1});
    CHECK(counts(of({})) == std::array<std::size_t, 5>{});
}

TEST_CASE("report: timestamps are UTC with milliseconds") {
    using namespace std::chrono;
    CHECK(utc_timestamp(system_clock::time_point(milliseconds(0))) == "1970-01-01T00:00:00.000Z");
    CHECK(utc_timestamp(system_clock::time_point(milliseconds(1769860800007))) == "2026-01-31T12:00:00.007Z");
}

TEST_CASE("report text: problems come first, the most pressing on top, and one next action") {
    Report report = of({});
    for (const auto& [id, result] :
         std::vector<std::pair<std::string_view, Result>>{{"row.ready", {R}},
                                                          {"row.degraded", {D}},
                                                          {"row.optional", {A, false}},
                                                          {"row.unknown", {U}},
                                                          {"row.action", {A}},
                                                          {"row.offline", {O}}}) {
        report.rows.push_back(made(result, id));
        report.rows.back().label = id;
        report.rows.back().recovery.action = Redactor().text("mend {}", id);
    }
    report.rows[4].recovery.command = "the exact command"_safe;
    const std::string text = render_text(report, {}, {});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("Next  mend row.action\n") != std::string::npos);
    CHECK(text.find("the exact command") != std::string::npos);
    std::size_t last = 0;
    for (const char* id :
         {"row.action", "row.offline", "row.unknown", "row.degraded", "row.optional", "row.ready"}) {
        CAPTURE(id);
        const std::size_t at =
            text.find(std::string(" ") + id + " ", text.find("action_required row.action"));
        REQUIRE(at != std::string::npos);
        CHECK(at > last);
        last = at;
    }
    CHECK(text.find("(optional)") != std::string::npos);
    CHECK(text.find("gateway-only  action_required\n") == 0);

    const std::string quiet = render_text(report, {}, {false, Verbosity::quiet});
    CHECK(quiet.find("row.ready") == std::string::npos);
    CHECK(quiet.find("row.action") != std::string::npos);
    const std::string brief = render_text(report, {}, {false, Verbosity::brief});
    CHECK(brief.find("-> mend") == std::string::npos);
    CHECK(brief.find("row.ready") != std::string::npos);
    CHECK(render_text(report, {}, {true, Verbosity::normal}).find('\x1b') != std::string::npos);
    for (const auto verbosity : {Verbosity::brief, Verbosity::quiet, Verbosity::normal, Verbosity::verbose}) {
        CHECK(render_text(report, {}, {false, verbosity}).find('\x1b') == std::string::npos);
        CHECK(render_text(of({}), {}, {false, verbosity}).ends_with('\n'));
        CHECK(render_text(of({}), {}, {false, verbosity}).find("ready\n") == std::string::npos);
    }
}

TEST_CASE("report json: read back, it is the model") {
    Report report = of({{R}, {A, false, "made.up-reason"}});
    report.duration = std::chrono::microseconds(1500);
    Row& row = report.rows[1];
    row.id = "second.row";
    row.control_plane = catalogue::ControlPlane::gateway_postgres;
    row.summary = Redactor().text("quotes \" and {}", "\xC3\xA4 \\ \x1b");
    row.blocked_by = "made.up";
    row.source = {"a b.env", 7, 3, "THE_KEY"};
    row.recovery = {"do it"_safe,
                    catalogue::Safety::destructive,
                    catalogue::Actor::provider_admin,
                    "provider",
                    "now"_safe,
                    {"docs/x.md"}};
    row.evidence = {{"flag", true},
                    {"number", std::int64_t{-5}},
                    {"text", "t"_safe},
                    {"text", "u"_safe},
                    {"text", "v"_safe}};
    row.probes.push_back({"connect", Status::ready, "", "fine"_safe, std::chrono::microseconds(250), {}, {}});
    const json document = json::parse(render_json(report, {}));
    CHECK(document["schemaVersion"] == 1);
    CHECK(document["command"] == "doctor");
    CHECK(document["intent"] == "gateway-only");
    CHECK(document["executionAuthority"] == "gateway_standalone");
    CHECK(document["status"] == to_string(overall(report, {})));
    CHECK(document["exitCode"] == exit_code(report, {}));
    CHECK(document["durationMs"] == 1.5);
    CHECK(document["redacted"] == true);
    const auto numbers = counts(report);
    for (std::size_t i = 0; i < all_statuses.size(); ++i)
        CHECK(document["counts"][std::string(to_string(all_statuses[i]))] == numbers[i]);
    REQUIRE(document["results"].size() == report.rows.size());
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const json& result = document["results"][i];
        const Row& model = report.rows[i];
        CHECK(result["id"] == model.id);
        CHECK(result["label"] == model.label);
        CHECK(result["status"] == to_string(model.status));
        CHECK(result["required"] == model.required);
        CHECK(result["summary"] == model.summary.str());
        CHECK(result["reasonCode"] == (model.reason_code.empty() ? json(nullptr) : json(model.reason_code)));
        CHECK(result["probes"].size() == model.probes.size());
    }
    const json& second = document["results"][1];
    CHECK(second["controlPlane"] == "gateway_postgres");
    CHECK(second["blockedBy"] == "made.up");
    CHECK(second["source"] == json{{"file", "a b.env"}, {"line", 7}, {"column", 3}, {"key", "THE_KEY"}});
    CHECK(second["evidence"] == json{{"flag", true}, {"number", -5}, {"text", {"t", "u", "v"}}});
    CHECK(second["recovery"] == json{{"action", "do it"},
                                     {"safety", "destructive"},
                                     {"actor", "provider_admin"},
                                     {"kind", "provider"},
                                     {"command", "now"},
                                     {"docs", {"docs/x.md"}}});
    CHECK(second["probes"][0]["durationMs"] == 0.25);
    CHECK(document["results"][0]["source"].is_null());
    CHECK(document["results"][0]["controlPlane"].is_null());
}

TEST_CASE("report json: bad bytes in a path do not break the document") {
    Report report = of({{A}});
    report.rows[0].source = {"/tmp/\xFF", 1, 0, "K"};
    CHECK(json::parse(render_json(report, {}))["results"].size() == 1);
}

TEST_CASE("report json: a refusal is a report without results that is never ready") {
    const json document =
        json::parse(render_json(Refusal{"doctor", 2, "there is no such path"_safe, "see --list"_safe}));
    CHECK(document["status"] == "unknown");
    CHECK(document["exitCode"] == 2);
    CHECK(document["results"].empty());
    CHECK(document["error"]["message"] == "there is no such path");
    CHECK(document["error"]["remedy"] == "see --list");
}
