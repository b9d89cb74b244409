#include "config/env_file.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/strength.hpp"
#include "setup/env_text.hpp"
#include "setup/gateway_only.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::setup;
using rules::gateway_key;

namespace {

using Said = std::vector<std::pair<std::string, std::string>>;  // option, value

const std::string telegram = "123456:Zq8WnR4vYx2BkM7cUj5H";
const std::string database = "postgres://gateway:hunter2-hunter2@127.0.0.1:5432/gateway";

// What is no option is a key for --set.
Answers answers(const Said& said, bool evaluate = false) {
    Answers result;
    result.evaluate = evaluate;
    for (const auto& [flag, value] : said) {
        if (flag.starts_with("--")) {
            result.add(flag, Secret(value));
        } else {
            result.set(gateway_key(flag), Secret(value));
        }
    }
    return result;
}

// The surroundings that a test cares about.
struct Where {
    const config::Environment* environment = nullptr;
    const config::Config* existing = nullptr;
    bool root = false;
};

config::Config copy_of(const config::Config* config) {
    config::Config copy;
    if (config != nullptr)
        for (const auto& setting : config->settings())
            copy.set(setting.key, setting.value.clone(), setting.source);
    return copy;
}

Planned plan_gateway(const Answers& said, const Where& where) {
    Surroundings surroundings{where.environment,
                              where.root,
                              {},
                              {},
                              [&](const std::string&) { return copy_of(where.existing); },
                              {}};
    return plan_gateway_only(said, surroundings);
}

const EnvFile& file_of(const Plan& plan) {
    REQUIRE(plan.env_files.size() == 1);
    return plan.env_files.front();
}
std::string value(const Plan& plan, const std::string& name) {
    const PlannedValue* planned = file_of(plan).find(gateway_key(name));
    return planned == nullptr ? "(none)" : std::string(planned->value.reveal());
}
Origin origin(const Plan& plan, const std::string& name) {
    REQUIRE(file_of(plan).find(gateway_key(name)) != nullptr);
    return file_of(plan).find(gateway_key(name))->origin;
}

std::vector<std::string> messages(const Planned& plan) {
    std::vector<std::string> all;
    if (plan) return all;
    for (const Error& error : plan.error()) {
        CHECK(error.code == ErrorCode::usage);
        CHECK(error.message.find("hunter2") == std::string::npos);
        CHECK(error.remedy.find("hunter2") == std::string::npos);
        all.push_back(error.where.file);  // the option, variable or file that the user can change
    }
    return all;
}

config::Config existing_file(const Said& values) {
    config::Config config;
    int line = 0;
    for (const auto& [name, text] : values) {
        const std::string key = name.starts_with("+") ? name.substr(1) : gateway_key(name);
        config.set(key, Secret(text), {"old.env", ++line, 1, key});
    }
    return config;
}

}  // namespace

TEST_CASE("setup: two answers are enough, the rest has defaults that pass every rule") {
    const auto plan =
        plan_gateway(answers({{"--telegram-bot-token", telegram}, {"--database-url", database}}), {});
    REQUIRE(plan);
    CHECK(value(*plan, "OPENCODE_URL") == "http://127.0.0.1:4096");
    CHECK(value(*plan, "HOST") == "127.0.0.1");
    CHECK(value(*plan, "PORT") == "8795");
    CHECK(value(*plan, "DEPLOYMENT_MODE") == "solo");
    CHECK(value(*plan, "TELEGRAM_MODE") == "polling");
    CHECK(value(*plan, "DATABASE_SSL") == "(none)");
    CHECK(origin(*plan, "ADMIN_TOKEN") == Origin::generated);
    CHECK_FALSE(strength_problem(value(*plan, "ADMIN_TOKEN")));
    CHECK(value(*plan, "RUNTIME_ROOT") == "/var/lib/open-cowork/standalone-gateway");
    CHECK(plan->directories.empty());
    CHECK(rules::check_gateway(file_of(*plan).as_config()).empty());
    for (const PlannedValue& planned : file_of(*plan).values) {
        const bool once = std::count_if(file_of(*plan).values.begin(), file_of(*plan).values.end(),
                                        [&](const auto& other) { return other.key == planned.key; }) == 1;
        CAPTURE(planned.key);
        CHECK(once);
        CHECK(planned.secret == rules::find_gateway_key(planned.key)->secret());
    }
}

TEST_CASE("setup: --evaluate needs nothing at all") {
    for (const bool root : {false, true}) {
        const config::Environment environment{{"HOME", "/home/me"}};
        const auto plan = plan_gateway(answers({}, true), {&environment, nullptr, root});
        REQUIRE(plan);
        CHECK(value(*plan, "STORE") == "memory");
        CHECK(value(*plan, "DATABASE_URL") == "(none)");
        CHECK(origin(*plan, "WEBHOOK_SHARED_SECRET") == Origin::generated);
        CHECK(value(*plan, "RUNTIME_ROOT") == (root
                                                   ? "/var/lib/open-cowork/standalone-gateway"
                                                   : "/home/me/.local/share/open-cowork/standalone-gateway"));
        CHECK(plan->directories.size() == 1);
        CHECK(rules::check_gateway(file_of(*plan).as_config()).empty());
    }
    const config::Environment relative{{"HOME", "me"}, {"XDG_DATA_HOME", "data"}};
    const auto plan = plan_gateway(answers({}, true), {&relative, nullptr, false});
    REQUIRE(plan);
    CHECK(value(*plan, "RUNTIME_ROOT") == "/var/lib/open-cowork/standalone-gateway");
}

TEST_CASE("setup: what is missing is named, each option once") {
    struct Row {
        Said said;
        std::vector<std::string> missing;
    };
    for (const Row& row : std::vector<Row>{
             {{}, {"--telegram-bot-token", "--database-url"}},
             {{{"--telegram-bot-token", telegram}}, {"--database-url"}},
             {{{"--telegram-bot-token", telegram}, {"--store", "postgres"}}, {"--database-url"}},
             {{{"--telegram-bot-token", telegram}, {"--store", "PG"}}, {"--database-url"}},
             {{{"--database-url", database}}, {"--telegram-bot-token"}},
             {{{"--store", "memory"}}, {"--telegram-bot-token"}},
             {{{"--store", "memory"}, {"--webhook-shared-secret", telegram}}, {"--webhook-delivery-url"}},
             {{{"--store", "memory"}, {"--webhook-delivery-url", "https://h/x"}},
              {"--webhook-shared-secret"}},
             {{{"--store", "memory"}, {"--telegram-bot-token", telegram}, {"--telegram-mode", "webhook"}},
              {"--telegram-webhook-secret", "--public-url"}},
             {{{"--store", ""}, {"--telegram-bot-token", telegram}}, {"--database-url"}},
         }) {
        CHECK(messages(plan_gateway(answers(row.said), {})) == row.missing);
    }
}

TEST_CASE("setup: a broken rule names the option that broke it, and its value unless it is secret") {
    struct Row {
        std::string flag, text;
    };
    for (const Row& row : std::vector<Row>{
             {"--admin-token", "change-me-hunter2-hunter2"},
             {"--admin-token", "hunter2"},
             {"--opencode-url", "http://user:hunter2@127.0.0.1"},
             {"--opencode-url", "http://hunter3.example.com"},
             {"--opencode-url", "http://169.254.169.254"},
             {"--opencode-url", "http://127.0.0.1\\@hunter3"},
             {"--runtime-root", "hunter3"},
             {"--runtime-root", "/hunter3/.."},
             {"--database-url", "mysql://u:hunter2@h/db"},
             {"--store", "hunter3"},
             {"--webhook-delivery-url", "http://hunter3.example.com/"},
             {"--telegram-mode", "hunter3"},
             {"--public-url", "https://u:hunter2@h/"},
             {"--deployment-mode", "Team"},
             {"--host", "hunter3.example.com"},
             {"--port", "hunter3"},
             {"--port", "70000"},
             {"--telegram-bot-token", "hunter2"},
             {"--telegram-webhook-secret", "hunter2"},
             {"--allow-private-dns", "on"},
         }) {
        CAPTURE(row.flag, row.text);
        Said said{{"--telegram-bot-token", telegram},
                  {"--database-url", database},
                  {"--webhook-shared-secret", "Zq8WnR4vYx2BkM7cUj5H"},
                  {"--webhook-delivery-url", "https://h/x"}};
        std::erase_if(said, [&](const auto& pair) { return pair.first == row.flag; });
        said.emplace_back(row.flag, row.text);
        const auto plan = plan_gateway(answers(said), {});
        CHECK(messages(plan) == std::vector<std::string>{row.flag});
        // The value is shown, unless it is a secret or holds one.
        const auto options = gateway_only_options();
        const auto option =
            std::find_if(options.begin(), options.end(), [&](const auto& o) { return o.flag == row.flag; });
        REQUIRE_FALSE(plan);
        const bool shown = plan.error()[0].message.find("'" + row.text + "'") != std::string::npos;
        CHECK(shown == (!option->secret() && row.text.find('@') == std::string::npos));
    }
}

TEST_CASE("setup: values of the file that is there are kept, options and the environment win") {
    const config::Config existing = existing_file({{"ADMIN_TOKEN", "the-old-admin-token"},
                                                   {"DATABASE_URL", database},
                                                   {"TELEGRAM_BOT_TOKEN", telegram},
                                                   {"PORT", "9000"},
                                                   {"HOST", "10.0.0.1"},
                                                   {"+MY_OWN_KEY", "kept"},
                                                   {"PUBLIC_URL", ""}});
    const std::string admin = gateway_key("ADMIN_TOKEN"), host = gateway_key("HOST");
    const config::Environment environment{{admin, "the-environments-token"}, {host, "127.0.0.1"}};
    const auto plan = plan_gateway(answers({{"--port", "9001"}}), {&environment, &existing, false});
    REQUIRE(plan);
    CHECK(value(*plan, "ADMIN_TOKEN") == "the-environments-token");
    CHECK(origin(*plan, "ADMIN_TOKEN") == Origin::environment);
    CHECK(value(*plan, "PORT") == "9001");
    // Only secrets are taken from the environment.
    CHECK(value(*plan, "HOST") == "10.0.0.1");
    CHECK(origin(*plan, "HOST") == Origin::existing);
    CHECK(value(*plan, "DATABASE_URL") == database);
    REQUIRE(file_of(*plan).find("MY_OWN_KEY") != nullptr);
    CHECK(file_of(*plan).find("MY_OWN_KEY")->value.reveal() == "kept");
    CHECK(value(*plan, "PUBLIC_URL") == "(none)");
}

TEST_CASE("setup: a rule broken by the file that is there names its line") {
    const config::Config existing = existing_file({{"TELEGRAM_BOT_TOKEN", telegram},
                                                   {"DATABASE_URL", database},
                                                   {"ADMIN_TOKEN", "hunter2"},
                                                   {"PROT", "1"}});
    const auto plan = plan_gateway(answers({}), {nullptr, &existing, false});
    CHECK(messages(plan) == std::vector<std::string>{"old.env:3"});
    // What the service does not know stays, and is said.
    const config::Config unknown =
        existing_file({{"TELEGRAM_BOT_TOKEN", telegram}, {"STORE", "memory"}, {"PROT", "1"}});
    const auto kept = plan_gateway(answers({}), {nullptr, &unknown, false});
    REQUIRE(kept);
    CHECK(value(*kept, "PROT") == "1");
    REQUIRE(kept->notes.size() == 1);
    CHECK(kept->notes[0].text.find("old.env:3") != std::string::npos);
    CHECK(kept->notes[0].remedy.find("PORT") != std::string::npos);
}

TEST_CASE("setup: a memory store drops the database of the file that is there") {
    const config::Config existing =
        existing_file({{"DATABASE_URL", database}, {"TELEGRAM_BOT_TOKEN", telegram}});
    for (const char* store : {"memory", "Memory", "in-memory"}) {
        const auto plan = plan_gateway(answers({{"--store", store}}), {nullptr, &existing, false});
        REQUIRE(plan);
        CHECK(value(*plan, "DATABASE_URL") == "(none)");
    }
    const config::Config memory = existing_file({{"STORE", "memory"}, {"TELEGRAM_BOT_TOKEN", telegram}});
    const auto back = plan_gateway(answers({{"--database-url", database}}), {nullptr, &memory, false});
    REQUIRE(back);
    CHECK(value(*back, "DATABASE_URL") == database);
    CHECK_FALSE(rules::view_gateway(file_of(*back).as_config()).memory_store);
}

TEST_CASE("setup: a team deployment gets verified TLS to its database") {
    for (const char* mode : {"team", "enterprise"}) {
        const auto plan = plan_gateway(answers({{"--telegram-bot-token", telegram},
                                                {"--database-url", database},
                                                {"--deployment-mode", mode}}),
                                       {});
        REQUIRE(plan);
        CHECK(value(*plan, "DATABASE_SSL") == "true");
        CHECK(value(*plan, "DATABASE_SSL_REJECT_UNAUTHORIZED") == "true");
        const config::Config off = existing_file({{"DATABASE_SSL", "false"}});
        CHECK(messages(plan_gateway(answers({{"--telegram-bot-token", telegram},
                                             {"--database-url", database},
                                             {"--deployment-mode", mode}}),
                                    {nullptr, &off, false})) == std::vector<std::string>{"old.env:1"});
    }
}

TEST_CASE("setup: whoever names the database's certificate gets TLS") {
    const auto plan = plan_gateway(answers({{"--telegram-bot-token", telegram},
                                            {"--database-url", database},
                                            {"--database-ca", "/etc/ssl/ca.pem"}}),
                                   {});
    REQUIRE(plan);
    CHECK(value(*plan, "DEPLOYMENT_MODE") == "solo");
    CHECK(value(*plan, "DATABASE_SSL") == "true");
    CHECK(value(*plan, "DATABASE_SSL_REJECT_UNAUTHORIZED") == "true");
}

TEST_CASE("setup: webhook mode takes the public URL for Telegram as well") {
    const auto plan = plan_gateway(answers({{"--telegram-bot-token", telegram},
                                            {"--store", "memory"},
                                            {"--telegram-mode", "webhook"},
                                            {"--telegram-webhook-secret", "Zq8WnR4vYx2BkM7cUj5H"},
                                            {"--public-url", "https://gateway.example.com"}}),
                                   {});
    REQUIRE(plan);
    CHECK(value(*plan, "TELEGRAM_PUBLIC_URL") == "https://gateway.example.com");
}

TEST_CASE("setup: the same answer twice leaves one value") {
    const auto plan = plan_gateway(
        answers(
            {{"--telegram-bot-token", telegram}, {"--store", "memory"}, {"--port", "1"}, {"--port", "2"}}),
        {});
    REQUIRE(plan);
    CHECK(std::count_if(file_of(*plan).values.begin(), file_of(*plan).values.end(),
                        [](const auto& planned) { return planned.key == gateway_key("PORT"); }) == 1);
    CHECK(value(*plan, "PORT") == "2");
}

TEST_CASE("setup: what is rendered reads back as planned, in every dialect") {
    const auto plan = plan_gateway(answers({{"--telegram-bot-token", telegram},
                                            {"--database-url", database},
                                            {"--webhook-shared-secret", "Zq8WnR4vYx2BkM7cUj5H"},
                                            {"--webhook-delivery-url", "https://h/x"}}),
                                   {});
    REQUIRE(plan);
    for (const auto dialect : config::all_dialects) {
        CAPTURE(to_string(dialect));
        const auto text = render_new(file_of(*plan), dialect, "1.2.3");
        REQUIRE(text);
        const auto file = config::parse_env_file(text->reveal(), "f.env");
        CHECK(file.by_cowork);
        CHECK(file.dialect == dialect);
        CHECK(file.diagnostics.empty());
        REQUIRE(file.entries.size() == file_of(*plan).values.size());
        for (std::size_t i = 0; i < file.entries.size(); ++i) {
            CHECK(file.entries[i].key == file_of(*plan).values[i].key);
            CHECK(file.entries[i].value.reveal() == file_of(*plan).values[i].value.reveal());
        }
    }
}

TEST_CASE("setup: a value that a dialect cannot hold is refused by its key") {
    const auto plan = plan_gateway(answers({{"--telegram-bot-token", telegram},
                                            {"--store", "memory"},
                                            {"--runtime-root", "/srv/two words hunter2"}}),
                                   {});
    REQUIRE(plan);
    const auto text = render_new(file_of(*plan), config::Dialect::portable, "1.2.3");
    REQUIRE_FALSE(text);
    CHECK(text.error().code == ErrorCode::refused);
    CHECK(text.error().message.find("RUNTIME_ROOT") != std::string::npos);
    CHECK(text.error().message.find("hunter2") == std::string::npos);
}
