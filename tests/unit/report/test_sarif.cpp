#include "support/report_models.hpp"
#include "support/schema.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

using namespace cowork;
using namespace cowork::report;
using namespace cowork::test;
using nlohmann::json;

namespace {

json run_of(const std::string& text) {
    const json log = json::parse(text);
    CHECK(sarif_violations(log) == "");
    CHECK(text.ends_with("}\n"));
    CHECK(log["version"] == "2.1.0");
    REQUIRE(log["runs"].size() == 1);
    return log["runs"][0];
}

json run_of(const Report& report, const Verdict& verdict = {}) {
    return run_of(render_sarif(report, verdict));
}

// Results of SARIF name their rule twice; both must mean the same one.
void check_rules(const json& run) {
    const json& rules = run["tool"]["driver"]["rules"];
    for (const json& result : run["results"])
        CHECK(rules.at(result["ruleIndex"].get<std::size_t>())["id"] == result["ruleId"]);
    for (const json& rule : rules) {
        INFO(rule.dump(1));
        const std::string name = rule["name"];
        CHECK(std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0; }));
        CHECK(rule["shortDescription"]["text"].get<std::string>().ends_with("."));
    }
}

json physical(const json& result) { return result["locations"][0]["physicalLocation"]; }

}  // namespace

TEST_CASE("sarif: a run of doctor has a result for each row, its kind by the status") {
    struct Line {
        const char* id;
        const char* kind;
        const char* level;
    };
    const Report report = doctor_report();
    const json run = run_of(report);
    check_rules(run);
    REQUIRE(run["results"].size() == report.rows.size());
    std::size_t at = 0;
    for (const Line& line : {Line{"row.optional", "fail", "note"}, Line{"row.ready", "pass", "none"},
                             Line{"row.degraded", "fail", "warning"}, Line{"row.action", "fail", "error"},
                             Line{"row.offline", "fail", "error"}, Line{"row.unknown", "open", "none"},
                             Line{"row.skipped", "notApplicable", "none"}}) {
        const json& result = run["results"][at++];
        INFO(result.dump(1));
        CHECK(result["ruleId"] == line.id);
        CHECK(result["kind"] == line.kind);
        CHECK(result["level"] == line.level);
    }
    CHECK(run["results"][1]["message"]["text"] == "row.ready is as it is.");
    CHECK(run["results"][3]["message"]["text"] == "row.action is as it is. Mend row.action.");
    CHECK(run["results"][3]["properties"]["reasonCode"] == "made.action");
    CHECK(run["results"][4]["properties"]["durationMs"] == 1.5);
    CHECK(run["automationDetails"]["id"] == "cowork/doctor/gateway-only/");
    // With --strict an optional check decides, so that it is no mere note.
    CHECK(run_of(report, {FailOn::degraded, true})["results"][0]["level"] == "error");
}

TEST_CASE("sarif: a place in a file is physical, any other logical") {
    const json run = run_of(doctor_report());
    const json place = physical(run["results"][2]);
    CHECK(place["artifactLocation"] == json{{"uri", ".env.gateway"}, {"uriBaseId", "SRCROOT"}});
    CHECK(place["region"] == json{{"startLine", 7}, {"startColumn", 3}});
    const json& option = run["results"][3]["locations"][0];
    CHECK_FALSE(option.contains("physicalLocation"));
    CHECK(option["logicalLocations"][0]["name"] == "--admin-token");
    CHECK(run["results"][4]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "row.offline");
}

TEST_CASE("sarif: the invocation tells exit code, times and notes") {
    const json invocation = run_of(doctor_report())["invocations"][0];
    CHECK(invocation["executionSuccessful"] == true);
    CHECK(invocation["exitCode"] == 1);
    CHECK(invocation["startTimeUtc"] == "2026-01-31T12:00:00.000Z");
    CHECK(invocation["endTimeUtc"] == "2026-01-31T12:00:00.250Z");
    CHECK(invocation["toolExecutionNotifications"][0]["message"]["text"] == "a word besides");
    Report stopped = doctor_report();
    stopped.exit_override = 143;
    const json ended = run_of(stopped)["invocations"][0];
    CHECK(ended["executionSuccessful"] == false);
    CHECK(ended["exitCode"] == 143);
    CHECK(ended["exitSignalNumber"] == 15);
}

TEST_CASE("sarif: the rules carry what a reader of an alert needs") {
    const json rules = run_of(doctor_report())["tool"]["driver"]["rules"];
    const json& check = rules[0];
    CHECK(check["id"] == "row.action");
    CHECK(check["name"] == "RowAction");
    CHECK(check["shortDescription"]["text"] == "Label of it.");
    CHECK(check["help"]["text"] == "It looks at something.\nmade.action: Something has to be done. Do it.");
    CHECK(check["help"]["markdown"].get<std::string>().find("- `made.action`: Something") !=
          std::string::npos);
    const json run = run_of(validate_report());
    check_rules(run);
    const json& loose = run["tool"]["driver"]["rules"][1];
    CHECK(loose["id"] == "env.loose");
    CHECK(loose["shortDescription"]["text"] == "A value that some take for another.");
    CHECK(loose["fullDescription"]["text"] == "They differ.");
    CHECK(loose["help"]["text"] == "They differ. Write it in quotes.");
    CHECK(loose["help"]["markdown"] == "They differ.\n\n**What to do:** Write it in quotes.\n");
    CHECK(loose["defaultConfiguration"]["level"] == "warning");
    CHECK(loose["properties"]["problem.severity"] == "warning");
    CHECK(loose["properties"]["tags"] == json{"env"});
}

TEST_CASE("sarif: findings have region, fingerprint and what allows them") {
    const Report report = validate_report();
    const json run = run_of(report);
    REQUIRE(run["results"].size() == 8);  // without the two rows about a file as such
    CHECK(run["columnKind"] == "unicodeCodePoints");
    const json& broken = run["results"][1];
    CHECK(broken["ruleId"] == "env.broken");
    CHECK(broken["kind"] == "fail");
    CHECK(broken["level"] == "error");
    CHECK(broken["partialFingerprints"] == json{{"coworkFinding/v1", "00ff"}});
    CHECK(broken["suppressions"].empty());
    CHECK(broken["properties"] == json{{"fileKind", "env"}, {"fixable", true}, {"key", "KEY"}});
    CHECK(physical(broken)["artifactLocation"] ==
          json{{"uri", "deploy%20dir/gateway.conf"}, {"uriBaseId", "SRCROOT"}});
    CHECK(physical(broken)["region"] ==
          json{{"startLine", 12}, {"startColumn", 3}, {"endLine", 12}, {"endColumn", 9}});
    CHECK_FALSE(physical(run["results"][3]).contains("region"));
    const json& allowed = run["results"][4];
    CHECK(allowed["level"] == "warning");
    CHECK(allowed["suppressions"] ==
          json{{{"kind", "inSource"}, {"justification", "the pager is off on Sundays"}}});
    CHECK(physical(run["results"][5])["artifactLocation"] == json{{"uri", "file:///etc/cowork/b.conf"}});
    CHECK(run["results"][6]["locations"][0]["logicalLocations"][0]["name"] == "standard input");
    CHECK(run["results"][7]["suppressions"][0]["kind"] == "external");
    CHECK(physical(run["results"][7])["artifactLocation"] == json{{"uri", "../c.conf"}});
}

TEST_CASE("sarif: what was looked at is an artifact, what could not be is a notification") {
    const json run = run_of(validate_report());
    REQUIRE(run["artifacts"].size() == 4);  // standard input is no file
    CHECK(run["artifacts"][0]["location"]["uri"] == "deploy%20dir/gateway.conf");
    CHECK(run["artifacts"][0]["roles"] == json{"analysisTarget"});
    const json& notification = run["invocations"][0]["toolExecutionNotifications"][0];
    CHECK(notification["level"] == "error");
    CHECK(notification["message"]["text"] == "validate.env is as it is. Mend validate.env.");
    CHECK(physical(notification)["artifactLocation"]["uri"] == "what.bin");
}

TEST_CASE("sarif: a path is a valid URI whatever its name") {
    struct Line {
        const char* path;
        const char* uri;
    };
    for (const Line& line :
         {Line{"a:b.env", "a%3Ab.env"}, Line{"./x//y/./z", "x/y/z"}, Line{"x/../y", "y"},
          Line{"100%/#?.env", "100%25/%23%3F.env"}, Line{"\xC3\xA4/\xF0\x9F\x9A\x80", "%C3%A4/%F0%9F%9A%80"},
          Line{"/", "file:///"}, Line{"./--x", "--x"}, Line{"\xFF.env", "%FF.env"}, Line{"a\\b", "a%5Cb"},
          Line{"/a b", "file:///a%20b"}}) {
        Report report = doctor_report();
        report.rows[0].source = {line.path, 1, 1, {}};
        CHECK(physical(run_of(report)["results"][0])["artifactLocation"]["uri"] == line.uri);
    }
}

TEST_CASE("sarif: no text of a file becomes a link") {
    Report report = validate_report();
    report.rows[1].summary = "see [this](https://example.org) and ![that](x)"_safe;
    CHECK(run_of(report)["results"][1]["message"]["text"] ==
          "see [this] (https://example.org) and ![that] (x). Mend env.broken.");
}

TEST_CASE("sarif: an empty report and bad bytes make a valid log") {
    Report empty;
    empty.command = "validate";
    CHECK(run_of(empty)["results"].empty());
    CHECK(run_of(empty)["invocations"][0]["exitCode"] == 3);
    Report bad = validate_report();
    bad.rows[6].source = {"-", 1, 1, "K\xFF\x01"};
    CHECK(run_of(bad)["results"].size() == 8);
}

TEST_CASE("sarif: a refusal is an execution that did not succeed") {
    const json run =
        run_of(render_sarif(Refusal{"doctor", 2, "there is no such path"_safe, "see --list"_safe}));
    const json& invocation = run["invocations"][0];
    CHECK(run["results"].empty());
    CHECK(invocation["executionSuccessful"] == false);
    CHECK(invocation["exitCode"] == 2);
    const json& notification = invocation["toolExecutionNotifications"][0];
    CHECK(notification["level"] == "error");
    CHECK(notification["message"]["text"] == "there is no such path. See --list.");
    CHECK(run_of(render_sarif(Refusal{{}, 2, "none"_safe, {}}))["automationDetails"]["id"] == "cowork/");
}

TEST_CASE("sarif: the schema that the tests hold refuses what is wrong") {
    const json good = json::parse(render_sarif(validate_report(), {}));
    struct Spoiler {
        const char* pointer;
        json value;
    };
    for (const Spoiler& spoiler :
         {Spoiler{"/version", "2.0.0"}, Spoiler{"/more", 1}, Spoiler{"/runs/0/results/0/kind", "bad"},
          Spoiler{"/runs/0/results/0/level", "fatal"}, Spoiler{"/runs/0/columnKind", "bytes"},
          Spoiler{"/runs/0/results/1/locations/0/physicalLocation/region/startLine", 0},
          Spoiler{"/runs/0/results/0/message", json::object()}}) {
        json bad = good;
        bad[json::json_pointer(spoiler.pointer)] = spoiler.value;
        INFO(spoiler.pointer);
        CHECK(sarif_violations(bad) != "");
    }
}
