#include "validate/evidence_records.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace cowork::test;
using Json = nlohmann::ordered_json;

TEST_CASE("evidence dump", "[.dump]") {
    std::ofstream("/tmp/ev/load.json") << good_load_report().dump(2) << "\n";
    std::ofstream("/tmp/ev/drill.json") << good_failover_drill().dump(2) << "\n";
    std::ofstream("/tmp/ev/launch.json") << good_launch_manifest().dump(2) << "\n";
}

TEST_CASE("load: a good report has nothing to object to") {
    CHECK(findings_of(good_load_report()) == std::vector<std::string>{});
    CHECK(findings_of(good_load_report(), true) == std::vector<std::string>{});
    CHECK(findings_of(good_failover_drill()) == std::vector<std::string>{});
    CHECK(findings_of(good_launch_manifest(), true) == std::vector<std::string>{});
}
