#include "validate/evidence_records.hpp"
#include "validators/recognise.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

// Load and soak reports: what is recomputed, with the numbers at their edges.
namespace {

using namespace cowork::test;
using cowork::validators::Kind;
using Json = nlohmann::ordered_json;

struct Change {
    const char* at;  // JSON pointer
    Json value;
};

Json with(const std::vector<Change>& changes, Json record = good_load_report()) {
    for (const Change& one : changes) record[Json::json_pointer(one.at)] = one.value;
    return record;
}

// Gives an operation, and the category it belongs to, so many failures.
Json failing(const std::string& operation, const std::string& category, int failures) {
    Json record = good_load_report();
    for (const auto& [group, name] :
         {std::pair<std::string, std::string>{"operations", operation}, {"categories", category}}) {
        Json& bucket = record["summary"][group][name];
        const double count = bucket["count"];
        bucket["failures"] = failures;
        bucket["errorRate"] = std::round(failures / count * 10000) / 10000;
        bucket["statuses"] = {{"200", count - failures}, {"0", failures}};
    }
    return record;
}

Json stating(Json record, const char* overall) {
    record["gates"]["overall"] = overall;
    record["evidence"]["status"] = overall;
    record["ok"] = std::string(overall) != "no-go";
    return record;
}

struct Case {
    const char* why;
    Json record;
    std::vector<std::string> found;  // all of it
};

void check(const std::vector<Case>& cases, bool promotion = false) {
    for (const Case& one : cases) {
        INFO(one.why);
        CHECK(findings_of(one.record, promotion) == one.found);
    }
}

}  // namespace

TEST_CASE("load: a good report has nothing to object to") {
    check({{"as it is", good_load_report(), {}}});
    check({{"for a promotion", good_load_report(), {}}}, true);
}

TEST_CASE("load: gates at their edges") {
    const std::string read = "/summary/categories/read/p95LatencyMs";
    const auto slow_read = [&](double p95) {
        // One slow operation carries its category.
        return with({{"/summary/operations/cloud-readiness/p95LatencyMs", p95},
                     {"/summary/operations/cloud-readiness/p99LatencyMs", 9000},
                     {"/summary/categories/read/p95LatencyMs", p95},
                     {"/summary/categories/read/p99LatencyMs", 9000}});
    };
    const auto lag = [](double value) {
        return with({{"/metrics/after/open_cowork_cloud_projection_lag_events", value},
                     {"/metrics/delta/open_cowork_cloud_projection_lag_events", value - 2}});
    };
    check({
        {"the 95th percentile at the threshold", slow_read(750), {}},
        {"and just above",
         slow_read(750.01),
         {"load.gate-not-met error summary.categories.read.p95LatencyMs",
          "load.verdict-differs error gates.overall", "load.check-contradicts error gates.checks[57]"}},
        {"one of 60 requests failed: below 3 %", failing("cloud-readiness", "read", 1), {}},
        {"two of 60",
         failing("cloud-readiness", "read", 2),
         {"load.gate-not-met error summary.operations.cloud-readiness.failures",
          "load.verdict-differs error gates.overall", "load.check-contradicts error gates.checks[29]"}},
        {"lag at the threshold", lag(25), {}},
        {"lag beyond it, and honest about it",
         stating(lag(26), "no-go"),
         {"load.gate-not-met error metrics.after.open_cowork_cloud_projection_lag_events",
          "load.check-contradicts error gates.checks[60]"}},
    });
}

TEST_CASE("load: retries a minute, by the shortest duration that the run may have been told") {
    const auto retries = [](double growth) {
        return findings_of(with({{"/metrics/after/open_cowork_gateway_delivery_retries_total", 7 + growth},
                                 {"/metrics/delta/open_cowork_gateway_delivery_retries_total", growth}}));
    };
    CHECK(retries(48).empty());
    CHECK(retries(50).empty());  // ten a minute in five minutes, a little less by the measured time
    CHECK(breaks(retries(51), "load.gate-not-met"));
    CHECK(breaks(retries(1e300), "load.gate-not-met"));
}

TEST_CASE("load: the verdict follows from checks, warnings and strictness") {
    const Change warning{"/gates/warnings", {"SSE fanout probe was disabled."}};
    const Change lax{"/evidence/environmentProfile/strict", false};
    const Change command{"/evidence/command", "node scripts/launch-readiness.mjs"};
    const auto verdict = [](const Json& record) {
        return breaks(findings_of(record), "load.verdict-differs");
    };
    CHECK(verdict(with({warning})));
    CHECK(verdict(stating(with({warning}), "conditional-go")));  // strict
    CHECK_FALSE(verdict(stating(with({warning}), "no-go")));
    CHECK(verdict(with({warning, lax, command})));
    CHECK_FALSE(verdict(stating(with({warning, lax, command}), "conditional-go")));
    CHECK(verdict(stating(good_load_report(), "no-go")));
    CHECK(verdict(with({{"/ok", false}})));
    CHECK(verdict(with({{"/evidence/status", "conditional-go"}})));
    CHECK_FALSE(verdict(with({{"/evidence/status", "complete"}})));  // a word of somebody else
    // What calls for a warning, and has none.
    for (const char* name : {"cloudTokenProvided", "includeMutations", "includeSse", "includeOperator"})
        CHECK(verdict(with({{(std::string("/evidence/environmentProfile/") + name).c_str(), false}})));
    CHECK(verdict(with({{"/evidence/environmentProfile/byokProvider", nullptr}})));
    CHECK(verdict(with({{"/targets/gatewayUrl", nullptr}})));
}

TEST_CASE("load: an honest no-go is not passed over") {
    Json record = stating(good_load_report(), "no-go");
    record["gates"]["checks"].push_back(
        {{"name", "strict-warning-gateway-checks-were-skipped"}, {"status", "fail"}, {"message", "skipped"}});
    CHECK(findings_of(record) == std::vector<std::string>{"load.gate-not-met error gates.checks[66]"});
}

TEST_CASE("load: rejections of a quota are meant, or not") {
    const auto rejected = [](double growth, const char* status) {
        Json record = with({{"/metrics/after/open_cowork_cloud_quota_rejections_total", 4 + growth},
                            {"/metrics/delta/open_cowork_cloud_quota_rejections_total", growth},
                            {"/gates/checks/62/status", status}});
        REQUIRE(record["gates"]["checks"][62]["name"] == "quota-rejections");
        return findings_of(stating(record, std::string(status) == "pass" ? "go" : "no-go"));
    };
    const std::string key = "metrics.delta.open_cowork_cloud_quota_rejections_total";
    CHECK(rejected(0, "pass").empty());
    CHECK(rejected(3, "pass") == std::vector<std::string>{"load.quota-rejections warning " + key});
    CHECK(rejected(3, "fail") == std::vector<std::string>{"load.gate-not-met error " + key});
    // It was told to expect some, and there were none.
    CHECK(rejected(0, "fail") == std::vector<std::string>{"load.gate-not-met error gates.checks[62]"});
}

TEST_CASE("load: what a report lacks is worse where it says go") {
    const auto severity = [](Json record, bool promotion = false) {
        record["run"]["concurrency"] = 2;
        for (const std::string& one : findings_of(record, promotion))
            if (one.starts_with("load.below-profile")) return one.substr(0, one.rfind(' '));
        return std::string{};
    };
    CHECK(severity(good_load_report()) == "load.below-profile error");
    const Json conditional = stating(good_load_report(), "conditional-go");
    CHECK(severity(conditional) == "load.below-profile warning");
    CHECK(severity(conditional, true) == "load.below-profile error");
}

TEST_CASE("load: a soak run lasts as long as a soak run") {
    const auto soak = [](const char* finished, double duration) {
        Json record = with({{"/mode", "soak"},
                            {"/evidence/environmentProfile/mode", "soak"},
                            {"/evidence/command", "pnpm deploy:soak:strict"}});
        for (const char* part : {"run", "evidence"}) {
            record[part]["finishedAt"] = finished;
            record[part]["durationMs"] = duration;
        }
        record["generatedAt"] = finished;
        return findings_of(record);
    };
    CHECK(breaks(soak("2026-10-20T08:05:01.250Z", 301250), "load.short-run"));
    CHECK_FALSE(breaks(soak("2026-10-20T12:00:00.000Z", 14400000), "load.short-run"));
    // 1680 requests in four hours are not what the profile asks for.
    CHECK(breaks(soak("2026-10-20T12:00:00.000Z", 14400000), "load.rate-not-reached"));
}

TEST_CASE("load: a category lies between its operations") {
    const auto found = [](const char* at, double value) {
        return breaks(findings_of(with({{at, value}})), "load.impossible-number");
    };
    CHECK_FALSE(found("/summary/categories/gateway/p50LatencyMs", 3.2));
    CHECK_FALSE(found("/summary/categories/gateway/p50LatencyMs", 58.6));
    CHECK(found("/summary/categories/gateway/p50LatencyMs", 3.1));
    CHECK(found("/summary/categories/gateway/p50LatencyMs", 58.8));
    // With an operation of somebody else nothing is known of the categories.
    Json foreign = with({{"/summary/categories/gateway/p50LatencyMs", 3.1}});
    foreign["summary"]["operations"]["gateway-custom"] = foreign["summary"]["operations"]["gateway-health"];
    foreign["summary"]["operations"].erase("gateway-health");
    CHECK_FALSE(breaks(findings_of(foreign), "load.impossible-number"));
}

TEST_CASE("load: the reports of earlier versions are read") {
    // Without the block `evidence`, and with another name for liveness.
    Json record = good_load_report();
    record.erase("evidence");
    record["summary"]["operations"]["cloud-health"] = record["summary"]["operations"]["cloud-readiness"];
    record["summary"]["operations"].erase("cloud-readiness");
    record["gates"]["checks"][0]["name"] = "cloud-health-sampled";
    CHECK(findings_of(record) ==
          std::vector<std::string>{"load.not-strict error evidence.environmentProfile.strict",
                                   "load.no-build error evidence"});
}

TEST_CASE("load: what cannot be counted is told as that, and nothing is made up from it") {
    for (const Json& value : {Json("60"), Json(-60), Json(60.5), Json(nullptr)})
        CHECK(findings_of(with({{"/summary/operations/cloud-readiness/count", value}})) ==
              std::vector<std::string>{"load.shape error summary.operations.cloud-readiness.count"});
}

TEST_CASE("load: hostile numbers and types") {
    for (const char* at :
         {"/run/durationMs", "/run/concurrency", "/run/requestRatePerSecond", "/run/operationCount",
          "/summary/operations/cloud-readiness/count", "/summary/operations/cloud-readiness/failures",
          "/summary/operations/cloud-readiness/errorRate", "/summary/categories/read/count",
          "/summary/categories/read/p95LatencyMs", "/summary/operations/cloud-readiness/statuses/200",
          "/targets/thresholds/maxOverallErrorRate",
          "/metrics/delta/open_cowork_gateway_delivery_retries_total",
          "/metrics/after/open_cowork_cloud_projection_lag_events"})
        for (const Json& value :
             {Json(1e308), Json(-1e308), Json(-1), Json(0), Json(0.5), Json("60"), Json(nullptr), Json(true),
              Json::array(), Json::object(), Json(18446744073709551615ULL), Json(INT64_MIN), Json(1e-320)}) {
            INFO(at << " = " << value.dump());
            CHECK_NOTHROW(findings_of(with({{at, value}})));
        }
}

TEST_CASE("load: every part may be of another type") {
    // Operations and checks are all alike: one of each is enough.
    Json good = good_load_report();
    const Json one = good["summary"]["operations"]["cloud-readiness"];
    good["summary"]["operations"] = {{"cloud-readiness", one}};
    good["gates"]["checks"] = {good["gates"]["checks"][0]};
    const Json flat = good.flatten();
    for (const auto& [pointer, value] : flat.items())
        for (std::string at = pointer; !at.empty(); at = at.substr(0, at.rfind('/')))
            for (const Json& other : {Json(nullptr), Json("x"), Json(7), Json::array({1}), Json::object()}) {
                INFO(at << " = " << other.dump());
                Json record = good;
                record[Json::json_pointer(at)] = other;
                CHECK_NOTHROW(findings_of_text(record.dump(), Kind::load_report));
            }
}

TEST_CASE("load: what is no report at all") {
    CHECK(findings_of_text("{}", Kind::load_report).size() > 10);
    CHECK_NOTHROW(findings_of_text("[]", Kind::load_report));
    CHECK_NOTHROW(findings_of_text("{\"run\": 1e999}", Kind::load_report));
    CHECK_NOTHROW(findings_of_text("{\"summary\": {\"operations\": NaN}}", Kind::load_report));
    const std::string large =
        R"({"gates": {}, "summary": {"operations": {}}, "x": ")" + std::string(3 * 1024 * 1024, 'x') + "\"}";
    CHECK(findings_of_text(large, Kind::load_report) == std::vector<std::string>{"load.shape error "});
}

TEST_CASE("load: reports are recognised, and others' files are not") {
    const auto kind = [](const Json& document) {
        cowork::validators::Input input;
        input.path = "a.json";
        input.text = document.dump();
        cowork::validators::recognise(input, std::nullopt);
        return input.kind;
    };
    CHECK(kind(good_load_report()) == Kind::load_report);
    CHECK(kind({{"mode", "plan"}, {"profileName", "private-beta"}, {"planPath", "plan.md"}}) ==
          Kind::load_report);
    CHECK(kind({{"profileName", "a"}, {"summary", "b"}, {"gates", 3}}) == Kind::text);
    CHECK(kind({{"summary", {{"operations", 3}}}, {"gates", Json::object()}}) == Kind::text);
    CHECK(kind(good_failover_drill()) == Kind::failover_drill);
    CHECK(kind({{"ok", true}, {"outputPath", "x"}, {"report", good_failover_drill()}}) ==
          Kind::failover_drill);
    CHECK(kind(good_launch_manifest()) == Kind::launch_evidence);
    CHECK(kind({{"requiredEvidence", {{"loadRunProfile", true}}}, {"purpose", "launch profile"}}) ==
          Kind::text);
}
