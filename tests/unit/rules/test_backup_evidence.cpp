#include "core/timestamp.hpp"
#include "rules/backup_evidence.hpp"
#include "support/places.hpp"
#include "support/schema.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

using namespace cowork;
using nlohmann::json;

namespace {

constexpr std::chrono::hours ninety_days{90 * 24};

std::string example() {
    std::ifstream file(COWORK_SOURCE_DIR "/docs/reference/backup-evidence.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    const std::string fence = "```json\n";
    const auto begin = page.find(fence) + fence.size();
    return page.substr(begin, page.find("```", begin) - begin);
}

std::vector<rules::Violation> judged(const std::string& text) {
    const auto now = parse_timestamp("2026-08-01T12:00:00Z");
    REQUIRE(now);
    return rules::check_backup_evidence(text, *now, ninety_days);
}

}  // namespace

TEST_CASE("backup evidence: the documented example is in order") {
    CHECK(judged(example()).empty());
    CHECK(test::schema_violations(json::parse(example()), "backup-evidence").empty());
}

TEST_CASE("backup evidence: schema and reader refuse the same") {
    for (const char* pointer :
         {"/schemaVersion", "/environment", "/backups", "/backups/postgres/enabled", "/backups/postgres/kind",
          "/backups/postgres/lastBackupAt", "/backups/objectStore/retentionDays", "/drill/performedAt",
          "/drill/postgres/restoredTo", "/drill/objectStore/snapshot", "/drill/secretVersions",
          "/drill/counts/after/deadDeliveries", "/drill/rows/redaction", "/drill/smokes",
          "/drill/followUps/0/owner", "/drill/exclusions", "/drill/openHighSeverityFindings"}) {
        CAPTURE(pointer);
        const json::json_pointer place(pointer);
        for (const json& value : {json(nullptr), json(-1), json("x y"), json::object()}) {
            // A text is a text to both, whatever it says.
            json changed = json::parse(example());
            changed[place] = value;
            const auto found = judged(changed.dump());
            const bool refused = !found.empty() && found.front().reason_code == "backup.evidence-invalid";
            CAPTURE(value.dump());
            CHECK(refused == !test::schema_violations(changed, "backup-evidence").empty());
        }
        json shorter = json::parse(example());
        shorter[place.parent_pointer()].erase(place.back());
        const auto found = judged(shorter.dump());
        REQUIRE_FALSE(found.empty());
        CHECK(found.front().reason_code == "backup.evidence-invalid");
        CHECK_FALSE(test::schema_violations(shorter, "backup-evidence").empty());
    }
}

TEST_CASE("backup evidence: the worst comes first, and no text holds a value") {
    json evidence = json::parse(example());
    evidence["backups"]["postgres"]["lastBackupAt"] = "2026-07-01T02:00:00Z";
    evidence["drill"]["rows"]["redaction"] = "fail";
    const auto found = judged(evidence.dump());
    REQUIRE(found.size() == 2);
    CHECK(found[0].reason_code == "backup.drill-failed");
    CHECK(found[0].message.find("redaction") != std::string::npos);
    CHECK(found[1].reason_code == "backup.stale");
    evidence["environment"] = "hunter2hunter2";
    CHECK(judged(evidence.dump()).front().message.find("hunter2") == std::string::npos);
    // A limit is not passed on the day itself.
    evidence = json::parse(example());
    evidence["backups"]["postgres"]["lastBackupAt"] = "2026-07-30T12:00:00Z";
    CHECK(judged(evidence.dump()).empty());
    evidence["backups"]["postgres"]["lastBackupAt"] = "2026-08-01T12:06:00Z";
    CHECK(judged(evidence.dump()).front().reason_code == "backup.time-in-future");
}
