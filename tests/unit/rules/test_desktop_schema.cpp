#include "rules/desktop_schema.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::config;
using namespace cowork::rules;

namespace {

std::string problems(const std::string& text) {
    const auto document = JsoncDocument::parse(text, "c.json");
    REQUIRE(document);
    std::string all;
    for (const Error& error : judge_layer(*document)) {
        CHECK(error.code == ErrorCode::invalid);
        CHECK(error.message.find("ignores them all") != std::string::npos);
        all += error.message + " -> " + error.remedy + "\n";
    }
    return all;
}

std::string connection(const std::string& entry) {
    return R"({"cloudDesktop": {"preconfiguredConnections": [)" + entry + "]}}";
}

}  // namespace

TEST_CASE("Desktop schema: layers that Desktop takes") {
    for (const std::string& text : std::vector<std::string>{
             "{}",
             R"({"$schema": "./x.json", "contractVersion": 1})",
             R"({"contractVersion": 1.0})",
             R"({"cloudDesktop": {"enabled": false, "cacheMode": "metadata-only",
                 "cacheEncryptionFallback": "fail-startup", "requireManagedOrg": true}})",
             connection(R"({"baseUrl": "https://cowork.example.org", "label": "Org"})"),
             connection(R"({"baseUrl": "http://localhost:8787/x"})"),
             connection(R"({"baseUrl": "http://127.0.0.1/x"})"),
             connection(R"({"baseUrl": "{file:url.txt}"})"),
             R"({"permissions": {"bash": "ask", "webSearch": false}})",
             R"({"permissions": {"bash": "{file:bash.txt}"}})",
             R"({"providers": {"defaultProvider": null, "available": []}})",
             R"({"providers": {"custom": {"anything": {"goes": 1}}}})",
             R"({"allowedEnvPlaceholders": ["KEY"], "branding": {"name": "x {env:KEY}"}})",
             R"({"branding": {"name": "{env:lower} {env:} {env:NOT CLOSED"}})",
             R"({"features": {"voice": false}})",
         }) {
        CAPTURE(text);
        CHECK(problems(text) == "");
    }
}

TEST_CASE("Desktop schema: layers that make Desktop ignore all of them") {
    struct Row {
        std::string text;
        std::vector<std::string> words;
    };
    for (const Row& row : std::vector<Row>{
             {R"({"clouddesktop": {}})",
              {"c.json:1", "clouddesktop is no key", "did you mean cloudDesktop?"}},
             {"{\n\n\"zzz\": 1}", {"c.json:3", "zzz is no key", "remove it"}},
             {R"({"cloudDesktop": {"enable": true}})", {"cloudDesktop.enable", "did you mean enabled?"}},
             {R"({"cloudDesktop": {"enabled": "no"}})", {"cloudDesktop.enabled is not true or false"}},
             {R"({"cloudDesktop": {"cacheMode": "some"}})", {"one of full, metadata-only, disabled"}},
             {R"({"cloudDesktop": []})", {"cloudDesktop is not an object"}},
             {R"({"cloudDesktop": null})", {"cloudDesktop is not an object"}},
             {connection("7"), {"cloudDesktop.preconfiguredConnections[0] is not an object"}},
             {connection("{}"), {"preconfiguredConnections[0] has no baseUrl"}},
             {connection(R"({"baseUrl": "http://cowork.example.org/"})"),
              {"[0].baseUrl is not an https URL"}},
             {connection(R"({"baseUrl": "http://localhost:8787"})"), {"baseUrl is not an https URL"}},
             {connection(R"({"baseUrl": "http://localhost:8787/"})"), {"baseUrl is not an https URL"}},
             {connection(R"({"baseUrl": "http://localhost:/x"})"), {"baseUrl is not an https URL"}},
             {connection(R"({"baseUrl": "http://[::1]/x"})"), {"baseUrl is not an https URL"}},
             {connection(R"({"baseUrl": "https://"})"), {"baseUrl is not an https URL"}},
             {connection(R"({"baseUrl": "https://a", "label": ""})"), {"label is not a text of 1 to 80"}},
             {connection(R"({"baseUrl": "https://a", "label": ")" + std::string(81, 'x') + "\"}"),
              {"label is not a text of 1 to 80"}},
             {connection(R"({"baseUrl": "https://a", "token": "hunter2"})"), {"[0].token is no key"}},
             {R"({"permissions": {"bash": "never"}})", {"permissions.bash is not one of allow, ask, deny"}},
             {R"({"permissions": {"webSearch": "allow"}})", {"webSearch is not true or false"}},
             {R"({"providers": {"defaultProvider": 3}})", {"defaultProvider is not a text or null"}},
             {R"({"providers": {"available": ["a", 1]}})", {"providers.available is not a list of texts"}},
             {R"({"contractVersion": 2})", {"contractVersion is not 1"}},
             {R"({"contractVersion": true})", {"contractVersion is not 1"}},
             {R"({"tools": {}})", {"tools is not a list"}},
             {R"({"mcps": [{"name": "a", "typ": "local"}]})",
              {"mcps[0].typ is no key", "did you mean type?"}},
             {R"({"mcps": [{"authMode": "key"}]})",
              {"mcps[0].authMode is not one of none, oauth, api_token"}},
             {R"({"skills": [{"toolIds": "x"}]})", {"skills[0].toolIds is not a list of texts"}},
             {R"({"agents": [{"temperature": "hot"}]})", {"agents[0].temperature is not a number"}},
             {R"({"branding": {"name": "{env:SECRET_KEY}"}})",
              {"branding.name uses the variable SECRET_KEY", "add SECRET_KEY to allowedEnvPlaceholders"}},
             {R"({"allowedEnvPlaceholders": ["A"], "mcps": [{"env": {"x": "{env:A}{env:B2}"}}]})",
              {"mcps[0].env.x uses the variable B2"}},
         }) {
        CAPTURE(row.text);
        const std::string found = problems(row.text);
        CHECK(found.find("hunter2") == std::string::npos);
        for (const std::string& words : row.words) {
            CAPTURE(words, found);
            CHECK(found.find(words) != std::string::npos);
        }
    }
}

TEST_CASE("Desktop schema: 80 characters are counted as characters") {
    std::string label;
    for (int i = 0; i < 80; ++i) label += "\xC3\xA4";
    CHECK(problems(connection(R"({"baseUrl": "https://a", "label": ")" + label + "\"}")) == "");
}

TEST_CASE("Desktop schema: every key has one row and every block is a key above") {
    std::set<std::string> seen;
    for (const LayerKey& key : layer_keys()) {
        CAPTURE(key.parent, key.name);
        CHECK(seen.insert(std::string(key.parent) + "." + std::string(key.name)).second);
        CHECK((key.type == LayerType::choice) == !key.choices.empty());
        if (key.parent.empty() || key.parent.ends_with("[]")) continue;
        REQUIRE(find_layer_key("", key.parent) != nullptr);
        CHECK(find_layer_key("", key.parent)->type == LayerType::object);
    }
}
