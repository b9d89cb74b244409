#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "unit/setup/asked.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using namespace cowork::setup::test;
using catalogue::Intent;

TEST_CASE("wizard: gateway-only asks for what the answers before make necessary") {
    struct Row {
        std::string name;
        Pairs answers;
    };
    for (const Row& row : std::vector<Row>{
             {"telegram polling", telegram_polling},
             {"telegram webhook",
              {{"--store", "1"},
               {"--database-url", database},
               {"--telegram-bot-token", telegram},
               {"--telegram-mode", "2"},
               {"--public-url", "https://gateway.example.org"},
               {"--telegram-webhook-secret", ""},
               {"--opencode-url", "http://127.0.0.1:5000"},
               {"--runtime-root", "/srv/gateway"},
               {"--deployment-mode", "team"}}},
             {"signed webhook in memory",
              {{"--store", "Memory"},
               {"--telegram-bot-token", ""},
               {"--webhook-shared-secret", ""},
               {"--webhook-delivery-url", "http://127.0.0.1:8796/deliveries"},
               {"--opencode-url", ""},
               {"--runtime-root", ""},
               {"--deployment-mode", "solo"}}},
         }) {
        INFO(row.name);
        Asked asked;
        asked.start();
        asked.say_all(row.answers);
        CHECK(asked.wizard->next() == nullptr);
        CHECK(asked.wizard->plan().has_value());
    }
}

TEST_CASE("wizard: desktop-local needs no answer") {
    Asked asked;
    asked.start(Intent::desktop_local);
    asked.say_all({{"--default-provider", ""}, {"--no-cloud", ""}});
    CHECK(asked.wizard->next() == nullptr);
    const auto untouched = asked.wizard->plan();
    REQUIRE(untouched);
    CHECK(untouched->layers.empty());
    asked.start(Intent::desktop_local);
    CHECK(asked.say("nobody").find("--default-provider") != std::string::npos);
    asked.say_all({{"--default-provider", "openai"}, {"--default-model", "gpt-5"}});
    CHECK_FALSE(asked.say("perhaps").empty());
    asked.say_all({{"--no-cloud", "Y"}});
    CHECK(asked.wizard->arguments() ==
          std::vector<std::string>{"--default-provider", "openai", "--default-model", "gpt-5", "--no-cloud"});
    const auto plan = asked.wizard->plan();
    REQUIRE(plan);
    CHECK(plan->layers.size() == 1);
}

TEST_CASE("wizard: desktop-pairing checks a broker, if one is named") {
    Asked asked;
    asked.start(Intent::desktop_pairing);
    CHECK_FALSE(asked.say("http://broker.example.org").empty());
    asked.say_all({{"--broker-url", ""}});
    CHECK(asked.wizard->next() == nullptr);
    CHECK(asked.wizard->plan().has_value());
    REQUIRE(asked.wizard->back());
    asked.say_all({{"--broker-url", "https://broker.example.org"}});
    CHECK(asked.wizard->plan().has_value());
}

TEST_CASE("wizard: cloud-connect asks for Desktop's connection, or for the server's own settings") {
    const Pairs oidc{{"--database-url", database},
                     {"--auth-mode", "oidc"},
                     {"--cloud-url", "https://cloud.example.org"},
                     {"--oidc-issuer-url", "https://id.example.org"},
                     {"--oidc-client-id", "cowork"},
                     {"--oidc-client-secret", ""}};
    const Pairs sandbox{{"--isolation-image", "opencode:1"},
                        {"--isolation-image-sha256",
                         "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}};
    const auto join = [](std::initializer_list<Pairs> all) {
        Pairs joined;
        for (const Pairs& some : all) joined.insert(joined.end(), some.begin(), some.end());
        return joined;
    };
    struct Row {
        std::string name;
        Pairs answers;
        std::size_t env_files, layers;
    };
    for (const Row& row : std::vector<Row>{
             {"Desktop",
              {{"--server", ""}, {"--cloud-url", "https://cloud.example.org"}, {"--label", "Example"}},
              0,
              1},
             {"a server without a sandbox",
              {{"--server", "yes"},
               {"--tier", ""},
               {"--role", ""},
               {"--isolation-mode", "development-process"}},
              1,
              0},
             {"a server with one",
              join({{{"--server", "yes"}, {"--tier", ""}, {"--role", "1"}, {"--isolation-mode", ""}},
                    sandbox}),
              1, 0},
             {"a team's server",
              join({{{"--server", "yes"}, {"--tier", "self_host_beta"}, {"--role", ""}},
                    oidc,
                    {{"--allow-ephemeral-storage", "yes"}, {"--worker-id", "worker-7"}},
                    sandbox}),
              1, 0},
             {"a team's server with a bucket",
              join({{{"--server", "yes"}, {"--tier", "self_host_beta"}, {"--role", ""}},
                    oidc,
                    {{"--allow-ephemeral-storage", "no"},
                     {"--object-store-kind", "minio"},
                     {"--object-store-bucket", "artifacts"},
                     {"--object-store-endpoint", "https://minio.example.org"},
                     {"--object-store-access-key-id", "AKIAIOSFODNN7EXAMPLE"},
                     {"--object-store-secret-access-key", "wJalrXUtnFEMI-K7MDENG-bPxRfiCYzzzzzzzz"},
                     {"--worker-id", "worker-7"}},
                    sandbox}),
              1, 0},
         }) {
        INFO(row.name);
        Asked asked;
        asked.start(Intent::cloud_connect);
        asked.say_all(row.answers);
        CHECK(asked.next().empty());
        const auto plan = asked.wizard->plan();
        REQUIRE(plan.has_value());
        CHECK(plan->env_files.size() == row.env_files);
        CHECK(plan->layers.size() == row.layers);
    }
}

TEST_CASE("wizard: a web server of the Cloud that is there keeps what it has") {
    Asked asked;
    asked.prefix = rules::cloud_prefix;
    asked.file = {{"ROLE", "web"},
                  {"DEPLOYMENT_TIER", "self_host_beta"},
                  {"PUBLIC_URL", "https://cloud.example.org"},
                  {"CONTROL_PLANE_URL", database},
                  {"AUTH_MODE", "oidc"},
                  {"OIDC_ISSUER_URL", "https://id.example.org"},
                  {"OIDC_CLIENT_ID", "cowork"},
                  {"OBJECT_STORE_KIND", "gcs"},
                  {"OBJECT_STORE_BUCKET", "artifacts"},
                  {"SECRET_KEY", "0Zq8WnR4vYx2BkM7cUj5H-Zq8WnR4vYx2BkM7cUj5H"},
                  {"COOKIE_SECRET", "1Zq8WnR4vYx2BkM7cUj5H-Zq8WnR4vYx2BkM7cUj5H"}};
    asked.output = "old.env";
    asked.start(Intent::cloud_connect);
    asked.say_all({{"--server", "yes"}});
    std::vector<std::string> asked_for;
    while (asked.wizard->next() != nullptr) {
        asked_for.push_back(asked.next());
        CAPTURE(asked_for.back());
        REQUIRE(asked.say("").empty());
    }
    for (const auto& [name, value] : asked.file) CHECK(asked.planned(name) == value);
    CHECK(asked.wizard->arguments() == std::vector<std::string>{"--server"});
}

TEST_CASE("wizard: cloud-gateway asks for what the chosen channels need") {
    const Pairs cloud{{"--mode", ""},
                      {"--cloud-url", "https://cloud.example.org"},
                      {"--service-token", "Zq8WnR4vYx2BkM7cUj5H-token"}};
    struct Row {
        std::string name;
        Pairs answers;
    };
    for (const Row& row : std::vector<Row>{
             {"Telegram by default",
              {{"--provider", ""}, {"--telegram-bot-token", telegram}, {"--telegram-mode", ""}}},
             {"Slack and mail",
              {{"--provider", "slack, 3"},
               {"--slack-bot-token", "xoxb-Zq8WnR4vYx2BkM7cUj5H"},
               {"--slack-signing-secret", "Zq8WnR4vYx2BkM7cUj5H-slack"},
               {"--email-inbound-secret", ""},
               {"--email-from", "bot@example.org"},
               {"--email-smtp-host", "smtp.example.org"},
               {"--email-smtp-username", "bot"},
               {"--email-smtp-password", "Zq8WnR4vYx2BkM7cUj5H-mail"}}},
             {"bridges",
              {{"--provider", "discord webhook"},
               {"--webhook-delivery-url", "https://bridge.example.org/in"},
               {"--webhook-shared-secret", ""},
               {"--discord-delivery-url", "https://discord.example.org/in"},
               {"--discord-shared-secret", ""}}},
         }) {
        INFO(row.name);
        Asked asked;
        asked.prefix = rules::channel_gateway().prefix;
        asked.start(Intent::cloud_gateway);
        asked.say_all(cloud);
        asked.say_all(row.answers);
        CHECK(asked.next().empty());
        CHECK(asked.wizard->plan().has_value());
    }
    Asked asked;
    asked.start(Intent::cloud_gateway);
    asked.say_all({{"--mode", "local"}});
    CHECK(asked.next() == "--service-token");
}

TEST_CASE("wizard: an option without a question is asked in its own words when the planner complains") {
    Asked asked;
    asked.file = {{"PORT", "70000"}, {"HOST", "somewhere.example.org"}};
    asked.start();
    CHECK(asked.wizard->obstacles().empty());
    asked.say_all(telegram_polling);
    CHECK(asked.next() == "--host");
    CHECK(asked.wizard->next()->ask == find_option(*find_path(Intent::gateway_only), "--host")->meaning);
    CHECK(asked.wizard->fallback().text == "somewhere.example.org");
    CHECK_FALSE(asked.say("").empty());
    asked.say_all({{"--host", "127.0.0.1"}});
    CHECK(asked.next() == "--port");
    CHECK_FALSE(asked.say("80000").empty());
    asked.say_all({{"--port", "9000"}});
    CHECK(asked.next().empty());
    CHECK(asked.planned("PORT") == "9000");
}

TEST_CASE("wizard: in full-hybrid what one part has asked is not asked again") {
    Asked asked;
    asked.start(Intent::full_hybrid);
    asked.say_all({{"--without", "desktop-local,gateway-only,desktop-pairing"},
                   {"--server", "no"},
                   {"--cloud-url", "https://cloud.example.org"},
                   {"--label", ""},
                   {"--service-token", "Zq8WnR4vYx2BkM7cUj5H-token"},
                   {"--provider", "cli"}});
    CHECK(asked.next().empty());
    const auto plan = asked.wizard->plan();
    REQUIRE(plan.has_value());
    CHECK(plan->env_files.at(0).text("OPEN_COWORK_CLOUD_BASE_URL") == "https://cloud.example.org");
    CHECK(plan->layers.size() == 1);
}

TEST_CASE("wizard: full-hybrid asks the questions of the parts that are not left out") {
    Asked asked;
    asked.start(Intent::full_hybrid);
    CHECK(asked.next() == "--without");
    CHECK_FALSE(asked.say("nowhere").empty());
    std::string all;
    std::string but_gateway;
    for (const Path& part : parts()) {
        const std::string id(catalogue::row(part.intent).id);
        all += id + ",";
        if (part.intent != Intent::gateway_only) but_gateway += id + " ";
    }
    CHECK_FALSE(asked.say(all).empty());
    asked.say_all({{"--without", but_gateway}});
    const Path& gateway = *find_path(Intent::gateway_only);
    for (const auto& [flag, answer] : telegram_polling) {
        CAPTURE(flag);
        REQUIRE(asked.next() == spoken_flag(*find_path(Intent::full_hybrid), gateway, flag));
        REQUIRE(asked.wizard->next()->part != nullptr);
        REQUIRE(asked.wizard->next()->part->intent == Intent::gateway_only);
        REQUIRE(asked.say(answer).empty());
    }
    CHECK(asked.wizard->next() == nullptr);
    CHECK(asked.wizard->plan().has_value());
    CHECK(asked.planned("TELEGRAM_BOT_TOKEN") == telegram);
    REQUIRE(asked.wizard->arguments().size() == 6);
    CHECK(asked.wizard->arguments()[0] == "--without");
}
