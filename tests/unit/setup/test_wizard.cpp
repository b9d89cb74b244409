#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/strength.hpp"
#include "setup/wizard.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using catalogue::Intent;
using rules::gateway_key;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::string telegram = "123456:Zq8WnR4vYx2BkM7cUj5H";
const std::string database = "postgres://gateway:hunter2-hunter2@127.0.0.1:5432/gateway";

// A wizard in surroundings of its own.
struct Asked {
    config::Environment environment{{"HOME", "/home/me"}};
    Pairs file;        // keys of the path's service, as they are in the file that is there
    Pairs texts;       // other files that are there, by path
    Error unreadable;  // with a message: why the env file cannot be used
    std::string output = {};
    std::string_view prefix = rules::gateway_prefix;
    std::unique_ptr<Wizard> wizard = {};

    Wizard& start(Intent intent = Intent::gateway_only) {
        Surroundings where{&environment, false, output, {}, {}, {}};
        where.existing = [this](const std::string&) -> Result<config::Config> {
            if (!unreadable.message.empty()) return tl::unexpected(unreadable);
            config::Config config;
            int line = 0;
            for (const auto& [name, value] : file)
                config.set(full(name), Secret(value), {"old.env", ++line, 1, full(name)});
            return config;
        };
        where.read = [this](const std::string& path) -> Result<std::string> {
            for (const auto& [name, text] : texts)
                if (name == path) return text;
            return fail(ErrorCode::not_found, path + " is not there");
        };
        wizard = std::make_unique<Wizard>(*find_path(intent), std::move(where));
        return *wizard;
    }
    [[nodiscard]] std::string full(const std::string& name) const { return std::string(prefix) + name; }
    [[nodiscard]] std::string next() const {
        const Question* question = wizard->next();
        return question == nullptr ? std::string{} : wizard->flag(*question);
    }
    // The error's message; empty when the answer is taken.
    std::string say(const std::string& text) {
        const auto taken = wizard->accept(Secret(text));
        return taken ? std::string{} : taken.error().message;
    }
    // Every answer has to be taken, and to be one to that option.
    void say_all(const Pairs& answers) {
        for (const auto& [flag, text] : answers) {
            CAPTURE(flag);
            REQUIRE(next() == flag);
            const std::string why = say(text);
            CAPTURE(why);
            REQUIRE(why.empty());
        }
    }
    [[nodiscard]] std::string planned(const std::string& name, std::size_t file_index = 0) const {
        const auto plan = wizard->plan();
        if (!plan) return "(no plan)";
        const PlannedValue* value = plan->env_files.at(file_index).find(full(name));
        return value == nullptr ? "(none)" : std::string(value->value.reveal());
    }
};

const Pairs telegram_polling{
    {"--store", ""},          {"--database-url", database}, {"--telegram-bot-token", telegram},
    {"--telegram-mode", ""},  {"--opencode-url", ""},       {"--runtime-root", ""},
    {"--deployment-mode", ""}};

}  // namespace

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

TEST_CASE("wizard: going back forgets the answer and takes the question that was asked before") {
    Asked asked;
    Wizard& wizard = asked.start();
    CHECK_FALSE(wizard.back());
    asked.say_all(
        {{"--store", "memory"}, {"--telegram-bot-token", telegram}, {"--telegram-mode", "webhook"}});
    CHECK(asked.next() == "--public-url");
    // Over the question about the database, which was not asked.
    for (const std::string flag : {"--telegram-mode", "--telegram-bot-token", "--store"}) {
        REQUIRE(wizard.back());
        CHECK(asked.next() == flag);
    }
    CHECK_FALSE(wizard.back());
    CHECK(wizard.answers().given().empty());
    asked.say_all({{"--store", ""}, {"--database-url", database}, {"--telegram-bot-token", ""}});
    CHECK(asked.next() == "--webhook-shared-secret");
    REQUIRE(wizard.back());
    asked.say_all({{"--telegram-bot-token", telegram}});
    CHECK(asked.next() == "--telegram-mode");
    CHECK(wizard.arguments() ==
          std::vector<std::string>{"--database-url", "env:" + gateway_key("DATABASE_URL"),
                                   "--telegram-bot-token", "env:" + gateway_key("TELEGRAM_BOT_TOKEN")});
}

TEST_CASE("wizard: a wrong answer is refused at once and the question stays") {
    struct Row {
        std::string flag, answer, why;
    };
    Asked asked;
    asked.start();
    const std::vector<Row> rows{
        {"--store", "3", "none of them"},
        {"--store", "0", "none of them"},
        {"--store", "1x", "none of them"},
        {"--store", "mysql", "none of them"},
        {"--database-url", "", "this needs an answer: the Postgres"},
        {"--database-url", " \t ", "control character"},
        {"--database-url", "   ", "this needs an answer"},
        {"--database-url", "mysql://u:hunter2-hunter2@h/db", "DATABASE_URL"},
        {"--telegram-bot-token", "short", "fewer than 16"},
        {"--telegram-bot-token", "change-me-hunter2-hunter2", "TELEGRAM_BOT_TOKEN"},
        {"--telegram-mode", "push", "none of them"},
        {"--public-url", "", "this needs an answer"},
        {"--public-url", "http://gateway.example.org", "https"},
        {"--telegram-webhook-secret", "short", "fewer than 16"},
        {"--opencode-url", "http://opencode.example.com", "OPENCODE_URL"},
        {"--opencode-url", "http://169.254.169.254", "OPENCODE_URL"},
        {"--opencode-url", "not a url", "OPENCODE_URL"},
        {"--runtime-root", "relative/path", "RUNTIME_ROOT"},
        {"--deployment-mode", "everybody", "none of them"},
    };
    const Pairs right{{"--store", "postgres"},
                      {"--database-url", database},
                      {"--telegram-bot-token", telegram},
                      {"--telegram-mode", "webhook"},
                      {"--public-url", "https://gateway.example.org"},
                      {"--telegram-webhook-secret", ""},
                      {"--opencode-url", "http://10.0.0.4:4096"},
                      {"--runtime-root", "/srv/gateway"},
                      {"--deployment-mode", "solo"}};
    for (const auto& [flag, answer] : right) {
        for (const Row& row : rows) {
            if (row.flag != flag) continue;
            CAPTURE(row.flag, row.answer);
            REQUIRE(asked.next() == flag);
            const std::string why = asked.say(row.answer);
            CHECK(why.find(row.why) != std::string::npos);
            CHECK(why.find("hunter2") == std::string::npos);
        }
        asked.say_all({{flag, answer}});
    }
    CHECK(asked.wizard->plan().has_value());
}

TEST_CASE("wizard: bytes that no answer may hold are refused for every kind of question") {
    Asked asked;
    Wizard& wizard = asked.start();
    const std::vector<std::string> hostile{
        "\x1b[A",   std::string("a\0b", 3), "tab\there", "\x7f", "\xff\xfe",
        "\xc2\x9b", std::string(4001, 'x')};
    for (;;) {
        for (const std::string& answer : hostile) {
            const std::string before = asked.next();
            CAPTURE(before);
            const std::string why = asked.say(answer);
            CHECK_FALSE(why.empty());
            CHECK(std::all_of(why.begin(), why.end(), [](char c) { return c >= ' ' && c <= '~'; }));
            CHECK(asked.next() == before);
        }
        if (asked.next() == telegram_polling.back().first) break;
        for (const auto& [flag, text] : telegram_polling)
            if (flag == asked.next()) {
                asked.say_all({{flag, text}});
                break;
            }
    }
    CHECK(wizard.next() != nullptr);
}

TEST_CASE("wizard: a default is no answer, and so no option of the command") {
    Asked asked;
    Wizard& wizard = asked.start();
    Pairs typed = telegram_polling;
    for (auto& [flag, text] : typed) {
        if (flag == "--store") text = "postgres";
        if (flag == "--telegram-mode") text = "1";
        if (flag == "--opencode-url") text = "  http://127.0.0.1:4096 ";
        if (flag == "--deployment-mode") text = "SOLO";
    }
    asked.say_all(typed);
    std::vector<std::string> flags;
    const Answers said = wizard.answers();
    for (const Answer& answer : said.given()) flags.push_back(answer.flag);
    CHECK(flags == std::vector<std::string>{"--database-url", "--telegram-bot-token"});
    CHECK(wizard.arguments().size() == 4);
}

TEST_CASE("wizard: the file that is there gives the defaults, secrets by their place only") {
    Asked asked;
    asked.file = {{"DATABASE_URL", database},
                  {"OPENCODE_URL", "http://10.1.2.3:4096"},
                  {"TELEGRAM_BOT_TOKEN", telegram},
                  {"TELEGRAM_MODE", "webhook"},
                  {"PUBLIC_URL", "https://old.example.org"},
                  {"TELEGRAM_WEBHOOK_SECRET", "Zq8WnR4vYx2BkM7cUj5H-old"},
                  {"ADMIN_TOKEN", "Zq8WnR4vYx2BkM7cUj5H-Zq8WnR4vYx2BkM7cUj5H"},
                  {"DEPLOYMENT_MODE", "team"}};
    Wizard& wizard = asked.start();
    REQUIRE(wizard.targets().size() == 1);
    std::vector<std::string> asked_for;
    while (wizard.next() != nullptr) {
        const Default standing = wizard.fallback();
        asked_for.push_back(asked.next());
        CAPTURE(asked_for.back());
        if (wizard.option(*wizard.next()).secret()) {
            CHECK(standing.from == Default::From::file);
            CHECK(standing.text.empty());
            CHECK(standing.place.starts_with("old.env:"));
        } else if (asked_for.back() == "--opencode-url") {
            CHECK(standing.text == "http://10.1.2.3:4096");
        }
        REQUIRE(asked.say("").empty());
    }
    CHECK(asked_for == std::vector<std::string>{"--store", "--database-url", "--telegram-bot-token",
                                                "--telegram-mode", "--public-url",
                                                "--telegram-webhook-secret", "--opencode-url",
                                                "--runtime-root", "--deployment-mode"});
    CHECK(wizard.arguments().empty());
    for (const auto& [name, value] : asked.file) CHECK(asked.planned(name) == value);
}

TEST_CASE("wizard: what the file holds can be changed, and is then said with its option") {
    Asked asked;
    asked.file = {{"STORE", "memory"},
                  {"WEBHOOK_SHARED_SECRET", "Zq8WnR4vYx2BkM7cUj5H-old"},
                  {"WEBHOOK_DELIVERY_URL", "https://bridge.example.org/in"},
                  {"OPENCODE_URL", "http://10.1.2.3:4096"}};
    asked.start();
    asked.say_all({{"--store", "postgres"},
                   {"--database-url", database},
                   {"--telegram-bot-token", ""},
                   {"--webhook-shared-secret", ""},
                   {"--webhook-delivery-url", ""},
                   {"--opencode-url", "http://127.0.0.1:4096"},
                   {"--runtime-root", ""},
                   {"--deployment-mode", ""}});
    CHECK(asked.planned("STORE") == "postgres");
    CHECK(asked.planned("WEBHOOK_SHARED_SECRET") == "Zq8WnR4vYx2BkM7cUj5H-old");
    CHECK(asked.planned("OPENCODE_URL") == "http://127.0.0.1:4096");
    CHECK(asked.wizard->arguments() == std::vector<std::string>{"--store", "postgres", "--database-url",
                                                                "env:" + gateway_key("DATABASE_URL"),
                                                                "--opencode-url", "http://127.0.0.1:4096"});
}

TEST_CASE("wizard: a value of the file that breaks a rule has to be replaced") {
    Asked asked;
    asked.file = {{"DATABASE_URL", "mysql://u:hunter2-hunter2@h/db"}};
    asked.start();
    asked.say_all({{"--store", ""}});
    const std::string why = asked.say("");
    CHECK(why.find("old.env:1") != std::string::npos);
    CHECK(why.find("hunter2") == std::string::npos);
    asked.say_all({{"--database-url", database}});
}

TEST_CASE("wizard: a secret of the environment is the default, and named") {
    Asked asked;
    const std::string database_key = gateway_key("DATABASE_URL");
    const std::string opencode_key = gateway_key("OPENCODE_URL");
    asked.environment.emplace_back(database_key, database);
    asked.environment.emplace_back(opencode_key, "http://10.9.9.9:1");  // no secret: not read
    asked.start();
    asked.say_all({{"--store", ""}});
    CHECK(asked.wizard->fallback().from == Default::From::environment);
    CHECK(asked.wizard->fallback().place == gateway_key("DATABASE_URL"));
    CHECK(asked.wizard->fallback().text.empty());
    asked.say_all({{"--database-url", ""}, {"--telegram-bot-token", telegram}, {"--telegram-mode", ""}});
    CHECK(asked.wizard->fallback().text == "http://127.0.0.1:4096");
}

TEST_CASE("wizard: a secret of the operator's choice is generated when nothing is typed") {
    Asked asked;
    asked.start();
    asked.say_all({{"--store", "memory"}, {"--telegram-bot-token", ""}});
    CHECK(asked.wizard->fallback().from == Default::From::generated);
    asked.say_all({{"--webhook-shared-secret", ""},
                   {"--webhook-delivery-url", "https://bridge.example.org/in"},
                   {"--opencode-url", ""},
                   {"--runtime-root", ""},
                   {"--deployment-mode", ""}});
    CHECK_FALSE(strength_problem(asked.planned("WEBHOOK_SHARED_SECRET")));
    // What was shown is what is written: planning again makes no other secret.
    CHECK(asked.planned("WEBHOOK_SHARED_SECRET") == asked.planned("WEBHOOK_SHARED_SECRET"));
    const auto plan = asked.wizard->plan();
    REQUIRE(plan);
    CHECK(plan->env_files[0].find(gateway_key("WEBHOOK_SHARED_SECRET"))->origin == Origin::generated);
    CHECK(asked.wizard->arguments() ==
          std::vector<std::string>{"--store", "memory", "--webhook-shared-secret",
                                   "env:" + gateway_key("WEBHOOK_SHARED_SECRET"), "--webhook-delivery-url",
                                   "https://bridge.example.org/in"});
}

TEST_CASE("wizard: a secret that was named keeps its name in the command") {
    Asked asked;
    Wizard& wizard = asked.start();
    asked.say_all({{"--store", ""}});
    REQUIRE(wizard.accept(Secret(database), "env:GATEWAY_DB"));
    CHECK(wizard.arguments() == std::vector<std::string>{"--database-url", "env:GATEWAY_DB"});
}

TEST_CASE("wizard: errors of a plan lead back to the last question that they are about") {
    Asked asked;
    Wizard& wizard = asked.start();
    asked.say_all(telegram_polling);
    const auto error = [](const std::string& file, const std::string& key) {
        return Error{ErrorCode::usage, "wrong", {}, {file, 0, 0, key}};
    };
    CHECK_FALSE(wizard.back_to({error("--port", {}), error("old.env", gateway_key("HOST"))}));
    CHECK(wizard.next() == nullptr);
    REQUIRE(wizard.back_to({error("--store", {}), error("environment", gateway_key("TELEGRAM_BOT_TOKEN"))}));
    REQUIRE(wizard.back());
    CHECK(asked.next() == "--telegram-bot-token");
    REQUIRE(wizard.back_to({error("--store", {})}));
    REQUIRE(wizard.back());
    CHECK(asked.next() == "--store");
}

TEST_CASE("wizard: what no answer can mend is told before the first question") {
    Asked asked;
    CHECK(asked.start().obstacles().empty());
    asked.unreadable = {ErrorCode::refused, "old.env is a symbolic link", {}, {}};
    REQUIRE(asked.start().obstacles().size() == 1);
    asked.unreadable = {};
    asked.environment.clear();
    CHECK(asked.start(Intent::desktop_local).obstacles().size() == 1);  // no HOME
    asked.environment = {{"HOME", "/home/me"}};
    CHECK(asked.start(Intent::desktop_local).obstacles().empty());
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
