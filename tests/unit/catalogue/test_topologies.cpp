#include "catalogue/topologies.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace cowork::catalogue;

namespace {

// The product's profiles (cloud, section 15); lists with commas, sentences as their number.
struct Contract {
    std::string_view id, label, status, authorities, planes, surfaces, operators, gate;
    std::size_t durability, fail_closed;
};

const std::vector<Contract> contract{
    {"desktop-only", "Desktop Only", "supported", "desktop_local", "desktop_local_store", "desktop",
     "solo,internal", "desktop-local", 4, 3},
    {"gateway-only", "Standalone Gateway Only", "supported", "gateway_standalone", "gateway_postgres",
     "gateway,channel", "solo,internal,enterprise", "standalone-gateway", 4, 4},
    {"cloud-only", "Cloud Only", "supported", "cloud_worker", "cloud_control_plane", "cloud_web",
     "internal,enterprise,managed", "cloud-worker", 5, 4},
    {"cloud-channel-gateway", "Cloud Plus Cloud Channel Gateway", "supported", "cloud_worker",
     "cloud_control_plane", "cloud_web,gateway,channel", "solo,internal,enterprise,managed",
     "cloud-channel-gateway", 4, 4},
    {"desktop-gateway", "Desktop Plus Gateway Pairing", "connector-contract", "desktop_local",
     "desktop_local_store,pairing_broker", "desktop,gateway,channel", "solo,internal", "desktop-pairing", 4,
     3},
    {"cloud-gateway-edge", "Cloud With Registered Edge Gateway", "defined-contract",
     "cloud_worker,gateway_standalone", "cloud_control_plane,gateway_postgres", "cloud_web,gateway,channel",
     "internal,enterprise,managed", "cloud-gateway-edge", 4, 3},
    {"full-hybrid", "Full Hybrid", "supported-composition", "desktop_local,cloud_worker,gateway_standalone",
     "desktop_local_store,cloud_control_plane,gateway_postgres,pairing_broker",
     "desktop,cloud_web,gateway,channel", "enterprise,managed", "full-hybrid", 6, 3},
};

template <typename Range>
std::string joined(const Range& items) {
    std::string text;
    for (const auto item : items) text += (text.empty() ? "" : ",") + std::string(to_string(item));
    return text;
}

void check_sentences(std::span<const std::string_view> sentences, std::size_t count) {
    CHECK(sentences.size() == count);
    CHECK(std::set<std::string_view>(sentences.begin(), sentences.end()).size() == count);
    for (const std::string_view sentence : sentences) {
        CAPTURE(sentence);
        CHECK_FALSE(sentence.empty());
        CHECK(sentence.find_first_of("|\n;") == std::string_view::npos);  // the reference page joins them
    }
}

}  // namespace

TEST_CASE("catalogue: the seven topologies are as the product's contract has them") {
    REQUIRE(topologies().size() == contract.size());
    for (std::size_t i = 0; i < contract.size(); ++i) {
        const TopologyRow& row = topologies()[i];
        const Contract& expected = contract[i];
        CAPTURE(expected.id);
        CHECK(row.id == expected.id);
        CHECK(row.label == expected.label);
        CHECK(to_string(row.status) == expected.status);
        CHECK(joined(row.authorities) == expected.authorities);
        CHECK(joined(row.control_planes) == expected.planes);
        CHECK(joined(row.surfaces) == expected.surfaces);
        CHECK(joined(row.operators) == expected.operators);
        CHECK(row.gate == expected.gate);
        CHECK_FALSE(row.when.empty());
        check_sentences(row.durability, expected.durability);
        check_sentences(row.fail_closed, expected.fail_closed);
        CHECK(find_topology(row.id) == &row);
    }
    CHECK(find_topology("desktop-local") == nullptr);  // a path, not a topology
}

TEST_CASE("catalogue: a topology names only authorities that run agents themselves") {
    for (const TopologyRow& row : topologies())
        for (const Authority authority : row.authorities) {
            const AuthorityRow* found = find_authority(authority);
            REQUIRE(found != nullptr);
            CHECK(found->runtime == authority);
        }
}

TEST_CASE("catalogue: every topology status is used and explained") {
    std::set<TopologyStatus> used;
    for (const TopologyRow& row : topologies()) used.insert(row.status);
    CHECK(used == std::set<TopologyStatus>(all_topology_statuses.begin(), all_topology_statuses.end()));
    for (const TopologyStatus status : all_topology_statuses) CHECK_FALSE(meaning(status).empty());
}
