#include "catalogue/product_checks.hpp"
#include "catalogue/recovery_actions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string_view>

using namespace cowork::catalogue;

TEST_CASE("catalogue: the product's recovery actions are all there, and each of its checks has one") {
    const std::set<std::string_view> wanted{"runtime",  "credentials",  "cloud-auth",       "cloud-offline",
                                            "database", "object-store", "private-opencode", "provider",
                                            "pairing",  "operator-auth"};
    std::set<std::string_view> ids;
    std::set<std::string_view> checks;
    for (const RecoveryAction& row : recovery_actions()) {
        CAPTURE(row.id);
        CHECK(ids.insert(row.id).second);
        CHECK_FALSE(row.trouble.empty());
        CHECK_FALSE(row.action.empty());
        CHECK_FALSE(row.checks.empty());
        for (const std::string_view check : row.checks) {
            CHECK(checks.insert(check).second);
            CHECK(recovery_of(check) == &row);
        }
    }
    CHECK(std::includes(ids.begin(), ids.end(), wanted.begin(), wanted.end()));
    for (const ProductCheck& check : product_checks()) {
        CAPTURE(check.id);
        CHECK(recovery_of(check.id) != nullptr);
    }
    CHECK(recovery_of("gateway.env_file.private") == nullptr);
}
