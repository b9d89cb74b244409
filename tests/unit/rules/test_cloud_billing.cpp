#include "unit/rules/cloud_rows.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using namespace cowork::test;

namespace {

const std::string enabled = "BILLING_ENABLED";
const std::string provider = "BILLING_PROVIDER";
const std::string api_key = "STRIPE_API_KEY";
const std::string webhook = "STRIPE_WEBHOOK_SECRET";

CloudChanges stripe(const CloudChanges& more) {
    CloudChanges changes{{enabled, "true"}, {provider, "stripe"}};
    changes.insert(changes.end(), more.begin(), more.end());
    return changes;
}

}  // namespace

// contract/cloud.md section 8: the server starts with all of these.
TEST_CASE("cloud rules: billing that nobody could pay") {
    const std::string secret = strong_cloud_secret(2);
    const std::string missing = "configuration.missing-key ";
    check_cloud_rows({
        {web, production, stripe({{api_key, secret}, {webhook, strong_cloud_secret(3)}}), {}, {}},
        {web, production, stripe({}), {missing + api_key, missing + webhook}, {"nobody can subscribe"}},
        {web, production, stripe({{webhook, secret}}), {missing + api_key}, {"from Stripe"}},
        {web,
         production,
         stripe({{api_key, secret}}),
         {missing + webhook},
         {"no subscription becomes active"}},
        {web, production, stripe({{api_key, secret}, {webhook + "_REF", "env:W"}, {"=W", secret}}), {}, {}},
        {worker, production, stripe({}), {}, {}},
        {web,
         production,
         stripe({{"=OPEN_COWORK_CONFIG_PATH", "/c"}}),
         {missing + api_key + " degraded", missing + webhook + " degraded"},
         {"configuration file"}},
    });
}

TEST_CASE("cloud rules: a switch and its provider count together") {
    for (const std::string what : {"BILLING", "ENTITLEMENTS"}) {
        const std::string flag = what + "_ENABLED";
        const std::string who = what + "_PROVIDER";
        const std::string lenient = "configuration.lenient-value ";
        check_cloud_rows({
            {web, production, {{flag, "true"}}, {lenient + flag + " degraded"}, {"names nobody"}},
            {worker, production, {{flag, "on"}, {who, "none"}}, {lenient + flag + " degraded"}, {"silently"}},
            {web, production, {{who, "stripe"}}, {lenient + who + " degraded"}, {"is not set"}},
            {web, production, {{flag, "false"}, {who, "stripe"}}, {}, {}},
            {web, production, {{flag, "false"}}, {}, {}},
            {web, production, {{who, "none"}}, {}, {}},
            {web, production, {{flag, "true"}, {"=OPEN_COWORK_CONFIG_PATH", "/c"}}, {}, {}},
            {web, production, {{flag, "true"}, {who, "paypal"}}, {lenient + who}, {"silently ignores"}},
        });
    }
}
