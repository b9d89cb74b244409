#include "catalogue/intents.hpp"
#include "catalogue/topologies.hpp"
#include "support/json_found.hpp"
#include "support/schema.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace {

using namespace cowork;
using namespace cowork::test;
using nlohmann::json;
using Keys = std::vector<std::string>;

// A choice that answers everything.
json choice_of(const catalogue::TopologyRow& row) {
    json choice{{"schemaVersion", 1},
                {"purpose", "open-cowork-topology-choice"},
                {"topology", row.id},
                {"executionAuthorities", json::array()},
                {"controlPlanes", json::array()},
                {"durability", json::object()},
                {"failClosedChecks", json::object()},
                {"owner", "operations"}};
    for (const auto authority : row.authorities)
        choice["executionAuthorities"].push_back(to_string(authority));
    for (const auto plane : row.control_planes) choice["controlPlanes"].push_back(to_string(plane));
    for (const auto item : row.durability) choice["durability"][std::string(item)] = "kept and backed up";
    for (const auto item : row.fail_closed)
        choice["failClosedChecks"][std::string(item)] = "seen with doctor";
    return choice;
}

Keys found(const json& document, const validators::Settings& settings = {}) {
    return found_in(document.dump(), "choice.json", settings);
}

}  // namespace

TEST_CASE("topology: a choice that answers everything is in order, as far as the product is") {
    for (const auto& row : catalogue::topologies()) {
        INFO(row.id);
        const json choice = choice_of(row);
        CHECK(kind_of(choice.dump(), "choice.json") == validators::Kind::topology);
        const Keys expected = row.id == "desktop-gateway" ? Keys{"topology.not-supported warning topology"}
                              : row.id == "cloud-gateway-edge" ? Keys{"topology.not-supported error topology"}
                                                               : Keys{};
        CHECK(found(choice) == expected);
        CHECK(schema_violations(choice, "topology-choice") == "");
    }
}

TEST_CASE("topology: each path of setup has its topology") {
    for (const auto& intent : catalogue::intents()) {
        const auto* row = catalogue::find_topology(intent.topology);
        REQUIRE(row != nullptr);
        validators::Settings settings;
        settings.intent = intent.intent;
        for (const auto& other : catalogue::topologies()) {
            INFO(intent.id << " with " << other.id);
            const Keys keys =
                keys_of("topology.intent-differs", choice_of(other).dump(), "choice.json", settings);
            CHECK(keys.empty() == (&other == row));
        }
    }
}

TEST_CASE("topology: capitals, blanks and articles do not count in an answer") {
    json choice = choice_of(*catalogue::find_topology("gateway-only"));
    auto& durability = choice["durability"];
    durability[" Gateway's PostgreSQL "] = durability["the gateway's PostgreSQL"];
    durability.erase("the gateway's PostgreSQL");
    CHECK(found(choice) == Keys{});
}

TEST_CASE("topology: texts that nobody would write") {
    for (
        const char* text :
        {R"({"purpose": "open-cowork-topology-choice"})",
         R"({"purpose": "open-cowork-topology-choice", "topology": [], "durability": [], "owner": {}})",
         R"({"purpose": "open-cowork-deployment-topology-profiles", "profiles": [1, [], {"id": 5, "controlPlanes": {}}]})",
         R"({"purpose": "open-cowork-hybrid-security-gates", "gates": {"a": 1}})",
         R"({"purpose": "open-cowork-hybrid-security-gates", "gates": [{"id": "cloud-worker", "authority": ",,,"}]})"}) {
        INFO(text);
        CHECK_NOTHROW(found_in(text, "x.json"));
        CHECK(kind_of(text, "x.json") == validators::Kind::topology);
    }
}
