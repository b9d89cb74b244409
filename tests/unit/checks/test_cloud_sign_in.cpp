#include "checks/registry.hpp"
#include "support/fake_probes.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <map>
#include <string>

// What the kill matrix cannot bring about on loopback: a Cloud on the public internet. The rest is there.
namespace {

using namespace cowork;
using namespace cowork::test;

const std::map<std::string, std::string> usual{{"x-content-type-options", "nosniff"},
                                               {"referrer-policy", "no-referrer"},
                                               {"x-frame-options", "DENY"},
                                               {"cross-origin-opener-policy", "same-origin"},
                                               {"permissions-policy", "camera=()"}};

probes::HttpAnswer answered(const AskedRequest& asked, const std::map<std::string, std::string>& headers) {
    if (asked.bearer.empty()) return json_answer(R"({"error":"sign in"})", 401);
    auto answer = json_answer(
        asked.path == "/auth/me"
            ? R"({"principal":{"authSource":"api_token","tokenId":"tok_1","tokenScopes":["desktop"]}})"
            : R"({"tenantId":"t","userId":"u","policy":{"localFiles":"disabled",
                  "localStdioMcps":"disabled","machineRuntimeConfig":"disabled"}})");
    for (const auto& [name, value] : headers) answer.headers.emplace_back(name, value);
    return answer;
}

std::string ending(const std::string& url, const std::map<std::string, std::string>& headers) {
    FakeWorld world;
    world.present = {.cloud = true};
    world.wishes.cloud_url = url;
    world.config.set(std::string(checks::cloud_token_key), Secret("occ_tok_1_0123456789abcdef"),
                     {"test", 0, 0, {}});
    world.http.answer = [&](const AskedRequest& asked) { return answered(asked, headers); };
    const auto context = world.context();
    const auto finding = checks::find_check("workspace.cloud.authenticated")->run(*context);
    return finding.reason_code.empty() ? "ready" : finding.summary.str();
}

}  // namespace

TEST_CASE("cloud sign-in: on the public internet browsers are told to insist on https") {
    auto strict = usual;
    strict["strict-transport-security"] = "max-age=31536000; includeSubDomains";
    CHECK(ending("https://cloud.example.com", strict) == "ready");
    CHECK(ending("https://cloud.example.com", usual) == "missing: strict-transport-security");
    CHECK(ending("https://10.0.0.5", usual) == "ready");
    CHECK(ending("http://127.0.0.1:8787", usual) == "ready");
    strict.erase("x-frame-options");
    CHECK(ending("https://cloud.example.com", strict) == "missing: x-frame-options");
}

TEST_CASE("cloud sign-in: a token goes nowhere in clear over a public network") {
    FakeWorld world;
    world.present = {.cloud = true};
    world.config.set(std::string(checks::cloud_token_key), Secret("occ_tok_1_0123456789abcdef"),
                     {"test", 0, 0, {}});
    const auto* check = checks::find_check("workspace.cloud.authenticated");
    world.wishes.cloud_url = "http://cloud.example.com";
    CHECK(check->run(*world.context()).reason_code == "endpoint.cleartext-token");
    CHECK(world.http.asked().empty());
    // A name that sounds private has to be so: that is asked of the address, before anything is sent.
    world.wishes.cloud_url = "http://cloud.lan";
    (void)check->run(*world.context());
    REQUIRE_FALSE(world.http.asked().empty());
    for (const AskedRequest& asked : world.http.asked())
        CHECK((asked.bearer.empty() || asked.addresses == net::AddressRule::private_only));
}
