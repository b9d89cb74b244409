#include "secrets/strength.hpp"
#include "unit/setup/asked.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using namespace cowork::setup::test;
using catalogue::Intent;
using rules::gateway_key;

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
