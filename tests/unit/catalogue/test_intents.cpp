#include "catalogue/intents.hpp"
#include "catalogue/product_checks.hpp"
#include "catalogue/topologies.hpp"
#include "unit/catalogue/printing.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace cowork::catalogue;

namespace {

using Ids = std::vector<std::string_view>;

struct Contract {
    std::string_view id, label, topology, authority;
    Ids surfaces, ready_when;
};

// Five intents of the product (health center, section 2.1), and cowork's sixth path (design: cli.md).
const std::vector<Contract> contract{
    {"desktop-local",
     "Run Desktop locally",
     "desktop-only",
     "desktop_local",
     {"desktop_local"},
     {"desktop.runtime.ready", "desktop.credentials.configured", "workspace.authority.declared"}},
    {"gateway-only",
     "Deploy Gateway",
     "gateway-only",
     "gateway_standalone",
     {"gateway_standalone"},
     {"gateway.private_opencode.reachable", "gateway.provider.healthy", "gateway.operator_auth.configured"}},
    {"cloud-connect",
     "Connect Cloud",
     "cloud-only",
     "cloud_worker",
     {"desktop_cloud", "cloud_web"},
     {"workspace.cloud.authenticated", "workspace.cloud.sync.reachable", "cloud.database.migrated",
      "cloud.object_store.configured"}},
    {"desktop-pairing",
     "Pair Desktop",
     "desktop-gateway",
     "desktop_paired",
     {"desktop_paired"},
     {"pairing.connection.active", "pairing.remote_policy.scoped", "desktop.runtime.ready"}},
    {"full-hybrid",
     "Connect all surfaces",
     "full-hybrid",
     "mixed",
     {"desktop_local", "desktop_cloud", "cloud_web", "cloud_channel_gateway", "gateway_standalone",
      "desktop_paired"},
     {"workspace.authority.declared", "workspace.cloud.sync.reachable", "gateway.provider.healthy",
      "cloud.backup_posture.configured", "pairing.remote_policy.scoped"}},
    {"cloud-gateway",
     "Connect channels to Cloud",
     "cloud-channel-gateway",
     "cloud_worker",
     {"cloud_web", "cloud_channel_gateway"},
     {"gateway.provider.healthy", "gateway.operator_auth.configured", "workspace.cloud.sync.reachable"}},
};

Ids names_of(std::span<const Surface> surfaces) {
    Ids names;
    for (const Surface surface : surfaces) names.push_back(to_string(surface));
    return names;
}

}  // namespace

TEST_CASE("catalogue: the six paths are as the contract has them") {
    REQUIRE(intents().size() == contract.size());
    for (std::size_t i = 0; i < contract.size(); ++i) {
        const IntentRow& path = intents()[i];
        const Contract& expected = contract[i];
        CAPTURE(expected.id);
        CHECK(path.id == expected.id);
        CHECK(path.label == expected.label);
        CHECK(path.topology == expected.topology);
        CHECK(to_string(path.authority) == expected.authority);
        CHECK(names_of(path.surfaces) == expected.surfaces);
        CHECK(Ids(path.ready_when.begin(), path.ready_when.end()) == expected.ready_when);
        CHECK(&row(path.intent) == &path);
        CHECK(parse_intent(path.id) == path.intent);
    }
    CHECK(parse_intent("desktop-only") == std::nullopt);  // a topology, not a path
    CHECK(parse_intent("") == std::nullopt);
}

TEST_CASE("catalogue: a path agrees with its topology and waits for checks of the product") {
    std::set<std::string_view> reached;
    for (const IntentRow& path : intents()) {
        CAPTURE(path.id);
        const TopologyRow* topology = find_topology(path.topology);
        REQUIRE(topology != nullptr);
        CHECK(reached.insert(topology->id).second);
        CHECK(std::equal(path.control_planes.begin(), path.control_planes.end(),
                         topology->control_planes.begin(), topology->control_planes.end()));
        if (const AuthorityRow* authority = find_authority(path.authority)) {
            REQUIRE(topology->authorities.size() == 1);
            CHECK(topology->authorities.front() == authority->runtime);
        } else {
            CHECK(topology->authorities.size() > 1);
        }
        for (const std::string_view id : path.ready_when) CHECK(find_product_check(id) != nullptr);
    }
    CHECK(reached.size() == topologies().size() - 1);
    CHECK_FALSE(reached.contains("cloud-gateway-edge"));
}

TEST_CASE("catalogue: every path says when to choose it, what it writes and what comes next") {
    for (const IntentRow& path : intents()) {
        CAPTURE(path.id);
        CHECK_FALSE(path.when.empty());
        std::set<std::string_view> files;
        for (const WrittenFile& file : path.writes) {
            CHECK_FALSE(file.path.empty());
            CHECK(files.insert(file.path).second);
        }
        if (!path.env_file.empty()) CHECK(files.contains(path.env_file));

        std::set<std::string> commands;
        for (const Step& step : path.steps) {
            CHECK_FALSE(step.text.empty());
            if (step.kind == Step::Kind::command) commands.emplace(step.text);
        }
        // It is set up first, and ends with a look at its health.
        const auto setup = "setup " + std::string(path.id);
        CHECK(std::any_of(commands.begin(), commands.end(),
                          [&](const std::string& text) { return text.starts_with(setup); }));
        REQUIRE_FALSE(path.steps.empty());
        CHECK(path.steps.back().text == "doctor " + std::string(path.id));
    }
    CHECK(row(Intent::desktop_pairing).writes.empty());
}
