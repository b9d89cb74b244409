#include "catalogue/intents.hpp"
#include "catalogue/product_checks.hpp"
#include "checks/registry.hpp"
#include "unit/catalogue/printing.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

using namespace cowork;
using namespace cowork::catalogue;

namespace {

struct Contract {
    std::string_view id, label, authority, failing;
};

// The product's checks, word for word and in its order (health center, section 2.2).
const std::vector<Contract> contract{
    {"desktop.runtime.ready", "Desktop runtime ready", "desktop_local", "action_required"},
    {"desktop.credentials.configured", "Desktop provider credentials configured", "desktop_local",
     "action_required"},
    {"workspace.authority.declared", "Workspace authority declared", "mixed", "degraded"},
    {"workspace.cloud.authenticated", "Cloud workspace authenticated", "cloud_worker", "action_required"},
    {"workspace.cloud.sync.reachable", "Cloud sync reachable", "cloud_worker", "offline"},
    {"gateway.private_opencode.reachable", "Gateway private OpenCode reachable", "gateway_standalone",
     "action_required"},
    {"gateway.provider.healthy", "Gateway provider healthy", "gateway_standalone", "degraded"},
    {"gateway.operator_auth.configured", "Gateway operator auth configured", "gateway_standalone",
     "action_required"},
    {"cloud.database.migrated", "Cloud database migrated", "cloud_worker", "action_required"},
    {"cloud.object_store.configured", "Cloud object store configured", "cloud_worker", "action_required"},
    {"cloud.backup_posture.configured", "Cloud backup posture configured", "cloud_worker", "degraded"},
    {"pairing.connection.active", "Desktop pairing active", "desktop_paired", "offline"},
    {"pairing.remote_policy.scoped", "Desktop pairing remote policy scoped", "desktop_paired",
     "action_required"},
};

template <typename Range, typename Item>
bool holds(const Range& range, const Item& item) {
    return std::find(range.begin(), range.end(), item) != range.end();
}

}  // namespace

TEST_CASE("catalogue: the 13 checks are as the product's contract has them") {
    REQUIRE(product_checks().size() == contract.size());
    for (std::size_t i = 0; i < contract.size(); ++i) {
        const ProductCheck& check = product_checks()[i];
        CAPTURE(contract[i].id);
        CHECK(check.id == contract[i].id);
        CHECK(check.label == contract[i].label);
        CHECK(to_string(check.authority) == contract[i].authority);
        CHECK(to_string(check.failing) == contract[i].failing);
        CHECK(find_product_check(check.id) == &check);
    }
    CHECK(find_product_check("gateway.provider") == nullptr);
}

// cowork has checks of its own besides, and does not know all of the product's in every version.
TEST_CASE("catalogue: the registry has the product's checks as the catalogue has them") {
    std::size_t compared = 0;
    for (const checks::Check* check : checks::registry()) {
        const ProductCheck* product = find_product_check(check->id);
        CAPTURE(check->id);
        for (const Intent intent : check->ready_when) CHECK(holds(row(intent).ready_when, check->id));
        if (product == nullptr) continue;
        CHECK(check->label == product->label);
        CHECK(check->authority == product->authority);
        CHECK(check->failing == product->failing);
        ++compared;
    }
    CHECK(compared == product_checks().size());
}

TEST_CASE("catalogue: what a path waits for is in the registry") {
    for (const IntentRow& path : intents()) {
        for (const std::string_view id : path.ready_when) {
            CAPTURE(path.id, id);
            const checks::Check* check = checks::find_check(id);
            REQUIRE(check != nullptr);
            CHECK(holds(check->ready_when, path.intent));
        }
    }
}
