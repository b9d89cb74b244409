#include "support/json_found.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

using namespace cowork;
using namespace cowork::test;
using Keys = std::vector<std::string>;

std::vector<std::string> found(std::string_view body, const validators::Settings& settings = {}) {
    return found_in(fmt::format("{{{}}}", body), "open-cowork.config.json", settings);
}

}  // namespace

TEST_CASE("product config: files that are in order") {
    for (
        const char* body : {
            "",
            R"("cloudDesktop": {"cacheMode": "metadata-only"}, // the user's layer
                )",
            R"("branding": {"name": "Acme", "sidebar": {"top": {"variant": "text"}}})",
            R"("providers": {"custom": {"acme": {"npm": "x", "name": "Acme", "models": {"m": {}},
                "options": {"baseURL": "https://x", "apiKey": "{env:K}"},
                "credentials": [{"key": "apiKey", "label": "API key", "description": "d", "secret": true}]}}},
                "allowedEnvPlaceholders": ["K"])",
            R"("i18n": {"strings": {"settings.apiToken": "API-Token"}})",
            R"("agents": [{"name": "a", "description": "d", "instructions": "Never print {env:X or ${Y}."}])",
            R"("mcps": [{"name": "a", "type": "remote", "description": "d", "authMode": "api_token",
                "url": "https://a.example.com", "headerSettings": [{"header": "Authorization", "key": "token"}]}])",
            R"("cloud": {"auth": {"mode": "none"}, "billing": {"enabled": false, "provider": "none",
                "defaultPlanKey": "self-host"}})",
            R"("cloud": {"defaultProfile": "focused-agent"})",
            R"("gateway": {"server": {"host": "0.0.0.0"}, "metrics": {"enabled": false},
                "diagnostics": {"enabled": false}})",
            R"("gateway": {"server": {"host": "0.0.0.0"}, "mode": "managed", "metrics": {"enabled": false}})",
            R"("gateway": {"server": {"publicBaseUrl": null, "adminToken": null}})",
        }) {
        INFO(body);
        CHECK(found(body) == Keys{});
    }
}

TEST_CASE("product config: the tier decides how bad it is") {
    const char* body = R"("cloud": {"auth": {"mode": "none", "signupMode": "open"},
                           "storage": {"controlPlane": {"kind": "local"}}})";
    const auto at = [&](rules::CloudTier tier) {
        validators::Settings settings;
        settings.tier = tier;
        return found(body, settings);
    };
    CHECK(found(body) == Keys{"product.self-signup warning cloud.auth.signupMode"});
    CHECK(at(rules::CloudTier::local) == Keys{"product.self-signup warning cloud.auth.signupMode"});
    CHECK(at(rules::CloudTier::self_host_beta) ==
          Keys{"product.auth-none warning cloud.auth.mode",
               "product.self-signup warning cloud.auth.signupMode",
               "product.storage-local note cloud.storage.controlPlane.kind"});
    CHECK(at(rules::CloudTier::public_production) ==
          Keys{"product.auth-none error cloud.auth.mode", "product.self-signup error cloud.auth.signupMode",
               "product.storage-local warning cloud.storage.controlPlane.kind"});
}

TEST_CASE("product config: the places of references") {
    const auto refs = [](std::string_view value) {
        return found(fmt::format(R"("cloud": {{"auth": {{"cookieSecretRef": "{}"}}}})", value));
    };
    CHECK(refs("gcp-sm://projects/p/secrets/s/versions/latest") == Keys{});
    CHECK(refs("https://acme.vault.azure.net/secrets/cookie") == Keys{});
    CHECK(refs("COOKIE_SECRET") == Keys{});
    CHECK(refs("env:COOKIE_SECRET") == Keys{"product.env-not-listed note cloud.auth.cookieSecretRef"});
    CHECK(refs("gcp-sm:projects/p/secrets/s") == Keys{"product.secret-ref error cloud.auth.cookieSecretRef"});
    CHECK(refs("https://vault.example.com/cookie") ==
          Keys{"product.secret-ref error cloud.auth.cookieSecretRef"});
}

TEST_CASE("product config: what a document is taken for") {
    using validators::Kind;
    CHECK(kind_of(R"({"cloudDesktop": {"enabled": true}})", "config.json") == Kind::product_config);
    CHECK(kind_of(R"({"$schema": "./open-cowork.config.schema.json"})", "x.json") == Kind::product_config);
    CHECK(kind_of(R"({"allowedEnvPlaceholders": [], "cloud": {}})", "x.json") == Kind::product_config);
    CHECK(kind_of(R"({"cloud": {}, "gateway": {}})", "x.json") == Kind::text);
    CHECK(kind_of(R"({"toolTrace": 1, "compilerOptions": {}})", "tsconfig.json") == Kind::text);
}

TEST_CASE("product config: texts that nobody would write") {
    for (const char* text :
         {R"({"cloud": 1, "gateway": [], "mcps": {}, "agents": [1, null, []], "providers": "x"})",
          R"({"cloud": {"profiles": [], "billing": {"plans": {"a": null, "b": {"entitlements": 1}}}}})",
          R"({"gateway": {"providers": [[], 1, {"kind": 1, "id": {}, "credentials": []}], "server": null}})",
          R"({"allowedEnvPlaceholders": {"a": 1}, "cloud": {"auth": {"cookieSecretRef": "{env:{file:"}}})"}) {
        INFO(text);
        CHECK_NOTHROW(found_in(text, "open-cowork.config.json"));
    }
}
