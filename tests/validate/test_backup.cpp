#include "support/backup_evidence.hpp"
#include "support/json_found.hpp"
#include "support/schema.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace {

using namespace cowork;
using namespace cowork::test;
using nlohmann::json;
using Keys = std::vector<std::string>;

validators::Settings now() {
    validators::Settings settings;
    settings.now = std::chrono::system_clock::now();
    return settings;
}

Keys found(const json& evidence) { return found_in(evidence.dump(), "backup-evidence.json", now()); }

}  // namespace

TEST_CASE("backup evidence: what doctor finds in order is in order") {
    CHECK(found(good_backup_evidence()) == Keys{});
}

TEST_CASE("backup evidence: objectives are judged by the environment") {
    struct Row {
        const char* environment;
        int rpo, rto;
        std::size_t weak;
    };
    for (const Row& row : {Row{"internal_dev", 1440, 240, 0}, Row{"private_beta", 15, 120, 0},
                           Row{"managed_production", 5, 60, 0}, Row{"internal_dev", 1441, 241, 2},
                           Row{"private_beta", 15, 121, 1}, Row{"managed_production", 15, 60, 1}}) {
        json evidence = good_backup_evidence();
        evidence["environment"] = row.environment;
        evidence["objectives"] = {{"rpoMinutes", row.rpo}, {"rtoMinutes", row.rto}};
        INFO(row.environment << " " << row.rpo << " " << row.rto);
        CHECK(keys_of("backup.objective-weak", evidence.dump(), "b.json", now()).size() == row.weak);
        CHECK(schema_violations(evidence, "backup-evidence") == "");
    }
}

TEST_CASE("backup evidence: what was measured is compared with what was promised") {
    json evidence = good_backup_evidence();
    evidence["environment"] = "internal_dev";
    evidence["drill"]["measured"] = {{"rpoMinutes", 30}, {"rtoMinutes", 90}};
    CHECK(keys_of("backup.objective-missed", evidence.dump(), "b.json", now()) == Keys{});
    evidence["objectives"] = {{"rpoMinutes", 15}, {"rtoMinutes", 60}};
    CHECK(keys_of("backup.objective-missed", evidence.dump(), "b.json", now()) ==
          Keys{"drill.measured.rpoMinutes", "drill.measured.rtoMinutes"});
    CHECK(schema_violations(evidence, "backup-evidence") == "");
}

TEST_CASE("backup evidence: texts that nobody would write") {
    for (const char* text :
         {R"({"backups": 1, "environment": 2})", R"({"backups": {}, "environment": "x", "drill": []})",
          R"({"backups": {"postgres": null}, "environment": "", "objectives": {"rpoMinutes": -1}})"}) {
        INFO(text);
        CHECK_NOTHROW(found_in(text, "b.json"));
        CHECK(kind_of(text, "b.json") == validators::Kind::backup_evidence);
    }
}
