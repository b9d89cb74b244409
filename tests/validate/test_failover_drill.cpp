#include "validate/evidence_records.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace {

using namespace cowork::test;
using cowork::validators::Kind;
using Json = nlohmann::ordered_json;

const std::string attested = "failover.attestation note hooks";

// What is found besides the note on every drill that passed.
std::vector<std::string> found(const Json& record, bool promotion = false) {
    auto all = findings_of(record, promotion);
    std::erase(all, attested);
    return all;
}

Json dry_run() {
    Json record = good_failover_drill();
    record["result"] = record["evidence"]["status"] = "dry-run";
    record["dryRun"] = record["evidence"]["environmentProfile"]["dryRun"] = true;
    record["executeHooks"] = record["evidence"]["environmentProfile"]["executeHooks"] = false;
    record["evidence"]["command"] = "pnpm deploy:failover:drill:dry-run";
    for (const char* list : {"preflight", "hooks", "postflight"})
        for (Json& entry : record[list])
            entry = {{"name", entry["name"]}, {"status", "skipped"}, {"reason", "url-not-configured"}};
    return record;
}

}  // namespace

TEST_CASE("failover: a good drill is an attestation, and nothing else is said of it") {
    CHECK(findings_of(good_failover_drill()) == std::vector<std::string>{attested});
    CHECK(findings_of(good_failover_drill(), true) == std::vector<std::string>{attested});
}

TEST_CASE("failover: a dry run is told as one, once") {
    CHECK(findings_of(dry_run()) == std::vector<std::string>{"failover.dry-run warning dryRun"});
    CHECK(findings_of(dry_run(), true) == std::vector<std::string>{"failover.dry-run error dryRun"});
}

TEST_CASE("failover: a dry run that became a pass by hand") {
    Json record = dry_run();
    record["result"] = record["evidence"]["status"] = "pass";
    CHECK(found(record) ==
          std::vector<std::string>{"failover.result-differs error result", "failover.dry-run error dryRun"});
    record["dryRun"] = record["evidence"]["environmentProfile"]["dryRun"] = false;
    record["evidence"]["command"] = "pnpm deploy:failover:drill";
    const auto still = found(record);
    CHECK(breaks(still, "failover.result-differs"));
    CHECK(breaks(still, "failover.entry-contradicts"));
    CHECK(breaks(still, "failover.not-confirmed"));
}

TEST_CASE("failover: the result follows from the entries") {
    struct Case {
        const char* status;
        const char* result;
        bool differs;
    };
    for (const Case& one :
         {Case{"pass", "pass", false}, Case{"pass", "fail", true}, Case{"fail", "pass", true},
          Case{"fail", "fail", false}, Case{"skipped", "pass", true}}) {
        Json record = good_failover_drill();
        record["result"] = record["evidence"]["status"] = one.result;
        record["hooks"][1]["status"] = one.status;
        INFO(one.status << " and " << one.result);
        CHECK(breaks(found(record), "failover.result-differs") == one.differs);
    }
}

TEST_CASE("failover: what a probe's answer says of its status") {
    struct Case {
        const char* status;
        Json answer;
        bool contradicts;
    };
    for (const Case& one : {Case{"pass", 200, false}, Case{"pass", 204, false}, Case{"pass", 299, false},
                            Case{"pass", 300, true}, Case{"pass", 199, true}, Case{"pass", "200", true},
                            Case{"pass", nullptr, true}, Case{"fail", 503, false},
                            Case{"fail", nullptr, false}, Case{"fail", 200, true}}) {
        Json record = good_failover_drill();
        record["preflight"][0]["status"] = one.status;
        record["preflight"][0]["httpStatus"] = one.answer;
        INFO(one.status << " with " << one.answer.dump());
        CHECK(breaks(found(record), "failover.entry-contradicts") == one.contradicts);
    }
}

TEST_CASE("failover: the probes of earlier versions are known") {
    Json record = good_failover_drill();
    record["preflight"][0]["name"] = "cloud-health-before";
    record["postflight"][0]["name"] = "cloud-health-after";
    CHECK(found(record) == std::vector<std::string>{});
}

TEST_CASE("failover: what the drill prints around its record is looked into") {
    Json inner = good_failover_drill();
    inner["preflight"].erase(1);
    const Json printed{{"ok", true}, {"outputPath", "x.json"}, {"report", inner}};
    auto all = findings_of_text(printed.dump(2), Kind::failover_drill);
    CHECK(breaks(all, "failover.entry-missing"));
    CHECK_FALSE(breaks(all, "failover.shape"));
}

TEST_CASE("failover: every part may be of another type") {
    const Json good = good_failover_drill();
    const Json flat = good.flatten();
    for (const auto& [pointer, value] : flat.items())
        for (std::string at = pointer; !at.empty(); at = at.substr(0, at.rfind('/')))
            for (const Json& other :
                 {Json(nullptr), Json("x"), Json(-1e308), Json::array({1}), Json::object()}) {
                INFO(at << " = " << other.dump());
                Json record = good;
                record[Json::json_pointer(at)] = other;
                CHECK_NOTHROW(findings_of_text(record.dump(), Kind::failover_drill));
            }
    CHECK_NOTHROW(findings_of_text("{}", Kind::failover_drill));
}
