#include "rules/channel_gateway.hpp"
#include "secrets/strength.hpp"
#include "setup/cloud/gateway.hpp"
#include "setup/env_text.hpp"
#include "setup/paths.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::setup;

namespace {

using Said = std::vector<std::pair<std::string, std::string>>;  // option, value; else a key for --set

const std::string hidden = "Zq8WnR4vYx2BkM7cUj5H";
const std::string bot = "123456:" + hidden;
const Said remote{{"--cloud-url", "https://cloud.example.com"}, {"--service-token", hidden}};

std::string key(const std::string& name) { return rules::channel_gateway().full_name(name); }

Said operator+(Said said, const Said& more) {
    said.insert(said.end(), more.begin(), more.end());
    return said;
}

struct Where {
    Said environment;  // keys
    Said existing;     // keys
    bool evaluate = false;
    std::string output, directory;
};

config::Config config_of(const Said& values) {
    config::Config config;
    int line = 0;
    for (const auto& [name, text] : values)
        config.set(key(name), Secret(text), {"old.env", ++line, 1, key(name)});
    return config;
}

Planned plan_of(const Said& said, const Where& where = {}) {
    Answers answers;
    answers.evaluate = where.evaluate;
    for (const auto& [flag, value] : said) {
        if (flag.starts_with("--")) {
            REQUIRE(find_option(*find_path(catalogue::Intent::cloud_gateway), flag) != nullptr);
            answers.add(flag, Secret(value));
        } else {
            answers.set(key(flag), Secret(value));
        }
    }
    std::vector<std::string> names;
    names.reserve(where.environment.size());
    config::Environment environment;
    for (const auto& [name, value] : where.environment)
        environment.emplace_back(names.emplace_back(key(name)), value);
    Surroundings surroundings{&environment,
                              false,
                              where.output,
                              where.directory,
                              [&](const std::string&) { return config_of(where.existing); },
                              {}};
    return plan_cloud_gateway(answers, surroundings);
}

const EnvFile& file_of(const Planned& plan) {
    if (!plan)
        for (const Error& error : plan.error()) UNSCOPED_INFO(error.where.file << ": " << error.message);
    REQUIRE(plan);
    REQUIRE(plan->env_files.size() == 1);
    // Whatever is planned is accepted by the gateway as it stands, and says every key once.
    const EnvFile& file = plan->env_files.front();
    for (const auto& violation : rules::check_channel_gateway(file.as_config())) {
        CAPTURE(violation.message);
        CHECK(violation.key.empty());
    }
    CHECK(rules::check_channel_gateway(file.as_config()).empty());
    std::set<std::string> keys;
    for (const PlannedValue& value : file.values) {
        CAPTURE(value.key);
        CHECK(keys.insert(value.key).second);
        if (const auto* row = rules::channel_gateway().find(value.key)) CHECK(value.secret == row->secret());
    }
    return file;
}

std::string value(const Planned& plan, const std::string& name) {
    const PlannedValue* planned = file_of(plan).find(key(name));
    return planned == nullptr ? "(none)" : std::string(planned->value.reveal());
}

// The options that the refusals name. No text holds a secret, and each text names its option.
std::vector<std::string> refused(const Said& said, const Where& where = {}) {
    std::vector<std::string> options;
    const auto plan = plan_of(said, where);
    if (plan) return options;
    for (const Error& error : plan.error()) {
        CAPTURE(error.message, error.remedy);
        CHECK(error.code == ErrorCode::usage);
        CHECK(error.message.find(hidden) == std::string::npos);
        CHECK(error.remedy.find(hidden) == std::string::npos);
        CHECK(error.message.find(error.where.file) != std::string::npos);
        options.push_back(error.where.file);
    }
    return options;
}

std::string kinds(const Planned& plan) {
    std::string text;
    for (const auto& provider : rules::view_channel_gateway(file_of(plan).as_config()).providers)
        text += fmt::format("{}{}:{}", text.empty() ? "" : " ", to_string(provider.kind), provider.binding);
    return text;
}

bool has_step(const Planned& plan, const std::string& part) {
    return std::any_of(plan->steps.begin(), plan->steps.end(), [&](const Step& step) {
        CHECK(step.text.find(hidden) == std::string::npos);
        return step.text.find(part) != std::string::npos;
    });
}

bool has_note(const Planned& plan, const std::string& part) {
    return std::any_of(plan->notes.begin(), plan->notes.end(),
                       [&](const Note& note) { return note.text.find(part) != std::string::npos; });
}

struct Provider {
    std::string kind;
    Said needs;
};

// Every option that a provider does not start without.
std::vector<Provider> providers() {
    std::vector<Provider> all{
        {"telegram", {{"--telegram-bot-token", bot}}},
        {"slack", {{"--slack-bot-token", "xoxb-" + hidden}, {"--slack-signing-secret", hidden}}},
        {"email",
         {{"--email-inbound-secret", hidden},
          {"--email-from", "gateway@example.com"},
          {"--email-smtp-host", "smtp.example.com"}}}};
    for (const char* kind : {"webhook", "discord", "whatsapp", "signal"})
        all.push_back({kind,
                       {{fmt::format("--{}-delivery-url", kind), "https://hooks.example.com/in"},
                        {fmt::format("--{}-shared-secret", kind), hidden}}});
    all.push_back({"cli", {}});
    all.push_back({"fake", {}});
    return all;
}

}  // namespace

TEST_CASE("cloud gateway setup: three answers are enough and the rest passes every rule") {
    const auto plan = plan_of(remote + Said{{"--telegram-bot-token", bot}});
    CHECK(file_of(plan).path == ".env.gateway");
    CHECK(value(plan, "OPEN_COWORK_CLOUD_BASE_URL") == "https://cloud.example.com");
    CHECK(value(plan, "HOST") == "127.0.0.1");
    CHECK(value(plan, "PORT") == "8790");
    CHECK(value(plan, "PRODUCT_MODE") == "cloud_channel");
    CHECK(value(plan, "MODE") == "self-host");
    CHECK(value(plan, "METRICS_ENABLED") == "true");
    CHECK(value(plan, "TELEGRAM_MODE") == "polling");
    CHECK(value(plan, "TELEGRAM_CHANNEL_BINDING_ID") == "telegram");
    CHECK(value(plan, "ENABLE_FAKE_PROVIDER") == "(none)");
    CHECK(value(plan, "ALLOW_INSECURE_HTTP") == "(none)");
    // The product's own helper writes none in polling mode, which the gateway refuses.
    CHECK(file_of(plan).find(key("ADMIN_TOKEN"))->origin == Origin::generated);
    CHECK_FALSE(strength_problem(value(plan, "ADMIN_TOKEN")));
    CHECK(plan->intent == catalogue::Intent::cloud_gateway);
    CHECK(plan->directories.empty());
    CHECK(plan->notes.empty());
    CHECK(has_step(plan, "an active channel binding for each of telegram (telegram)"));
    CHECK(has_step(plan, "start the Cloud Channel Gateway with .env.gateway"));
}

TEST_CASE("cloud gateway setup: each provider alone, by its options and by name") {
    for (const Provider& provider : providers()) {
        CAPTURE(provider.kind);
        const Said named = remote + Said{{"--provider", provider.kind}};
        const auto plan = plan_of(named + provider.needs);
        const auto binding = provider.kind == "fake" ? "fake-binding" : provider.kind;
        CHECK(kinds(plan) == provider.kind + ":" + binding);
        if (!provider.needs.empty()) CHECK(kinds(plan_of(remote + provider.needs)) == kinds(plan));
        // Each need, left out, is named by its option; all of them at once.
        std::vector<std::string> all;
        for (const auto& need : provider.needs) {
            Said rest = provider.needs;
            std::erase(rest, need);
            CHECK(refused(named + rest) == std::vector<std::string>{need.first});
            all.push_back(need.first);
        }
        auto missing = refused(named);
        std::sort(missing.begin(), missing.end());
        std::sort(all.begin(), all.end());
        CHECK(missing == all);
        // One of several says that the provider is wanted.
        if (provider.needs.size() > 1)
            CHECK(refused(remote + Said{provider.needs.front()}).size() == provider.needs.size() - 1);
    }
}

TEST_CASE("cloud gateway setup: several providers at once") {
    Said every = remote;
    for (const Provider& provider : providers())
        if (provider.kind != "fake") every = every + provider.needs;
    const auto plan = plan_of(every + Said{{"--provider", "cli"}, {"--email-channel-binding-id", "mail"}});
    CHECK(kinds(plan) ==
          "telegram:telegram slack:slack email:mail webhook:webhook discord:discord whatsapp:whatsapp "
          "signal:signal cli:cli");
    CHECK(kinds(plan_of(remote + Said{{"--provider", "telegram,cli"}, {"--telegram-bot-token", bot}})) ==
          "telegram:telegram cli:cli");
    CHECK(refused(remote + Said{{"--provider", "slack"}, {"--provider", "signal,email"}}) ==
          std::vector<std::string>{"--slack-bot-token", "--slack-signing-secret", "--signal-delivery-url",
                                   "--signal-shared-secret", "--email-inbound-secret", "--email-from",
                                   "--email-smtp-host"});
    // The gateway would ignore fake beside another.
    CHECK(refused(remote + Said{{"--provider", "fake"}, {"--telegram-bot-token", bot}}) ==
          std::vector<std::string>{"--provider"});
}

TEST_CASE("cloud gateway setup: what is missing or wrong is named at once by its option") {
    const std::string cloud = "--cloud-url", token = "--service-token", telegram = "--telegram-bot-token";
    struct Row {
        Said said;
        std::vector<std::string> options;
    };
    const Said whole = remote + Said{{telegram, bot}};
    const Said webhook = whole + Said{{"--telegram-mode", "webhook"}};
    const std::vector<Row> rows{
        {{}, {cloud, token, telegram}},
        {{{"--mode", "remote"}}, {cloud, token, telegram}},
        {{{"--mode", "local"}}, {token, telegram}},
        {{{"--mode", "hybrid"}, {telegram, bot}}, {"--mode", cloud, token}},
        {whole + Said{{"--mode", "Local"}}, {"--mode"}},
        {{{telegram, bot}, {token, hidden}}, {cloud}},
        {{{telegram, bot}, {cloud, "https://cloud.example.com"}}, {token}},
        {remote, {telegram}},
        {remote + Said{{"--provider", "teams"}}, {"--provider"}},
        {whole + Said{{"--provider", "Telegram"}}, {"--provider"}},
        {whole + Said{{token, "replace-with-dashboard-gateway-token"}}, {token}},
        {whole + Said{{token, "short"}}, {token}},
        {whole + Said{{"--admin-token", "change-me-please-now-x"}}, {"--admin-token"}},
        {whole + Said{{telegram, "demo-token-demo-token"}}, {telegram}},
        {whole + Said{{cloud, "http://cloud.example.com"}}, {cloud}},
        {whole + Said{{cloud, "cloud.example.com"}}, {cloud}},
        {whole + Said{{cloud, "https://u:p@cloud.example.com"}}, {cloud}},
        {whole + Said{{"--port", "99999"}}, {"--port"}},
        {whole + Said{{"--host", "127.0.0.1:8790"}}, {"--host"}},
        {whole + Said{{"--public-url", "http://gateway.example.com"}}, {"--public-url"}},
        {whole + Said{{"--public-url", "https://127.0.0.1"}}, {"--public-url"}},
        {whole + Said{{"--telegram-mode", "push"}}, {"--telegram-mode"}},
        {whole + Said{{"--telegram-respond-in-groups", "never"}}, {"--telegram-respond-in-groups"}},
        {webhook, {"--telegram-webhook-secret", "--public-url"}},
        {webhook + Said{{"--public-url", "https://gateway.example.com"}}, {"--telegram-webhook-secret"}},
        {webhook + Said{{"--telegram-webhook-secret", hidden}}, {"--public-url"}},
        {webhook +
             Said{{"--telegram-webhook-secret", hidden}, {"--public-url", "http://gateway.example.com"}},
         {"--public-url"}},
        {whole + Said{{"--email-smtp-port", "0"}, {"--provider", "email"}},
         {"--email-inbound-secret", "--email-from", "--email-smtp-host"}},
        {whole + Said{{"--webhook-delivery-url", "http://10.0.0.1"}, {"--webhook-shared-secret", hidden}},
         {"--webhook-delivery-url"}},
        {whole + Said{{"--discord-delivery-url", "https://10.0.0.1"}, {"--discord-shared-secret", hidden}},
         {"--discord-delivery-url"}},
        {whole + Said{{"--signal-delivery-url", "https://169.254.169.254"},
                      {"--signal-allow-private-delivery", "true"},
                      {"--signal-shared-secret", hidden}},
         {"--signal-delivery-url"}},
        {whole + Said{{"PRODUCT_MODE", "standalone"}}, {"--set PRODUCT_MODE"}},
        {whole + Said{{"TRUST_PROXY_HEADERS", "true"}}, {"--set TRUSTED_PROXY_CIDRS"}},
        {whole + Said{{"LOG_LEVEL", "loud"}}, {"--set LOG_LEVEL"}},
        {whole + Said{{"PROVIDERS", "[]"}}, {"--provider", telegram}},
        // The fake and the cli provider are for loopback.
        {remote + Said{{"--provider", "fake"}, {"--host", "0.0.0.0"}}, {"--provider"}},
        {remote + Said{{"--provider", "fake"}, {"--public-url", "https://gateway.example.com"}},
         {"--provider"}},
        {remote + Said{{"--provider", "fake"}, {"--container", "true"}}, {"--provider"}},
        {whole + Said{{"--provider", "cli"}, {"--host", "192.168.1.2"}}, {"--provider"}},
        {whole + Said{{"--container", "true"}, {"--host", "127.0.0.1"}}, {"--host"}},
    };
    for (const Row& row : rows) {
        std::string said;
        for (const auto& [flag, text] : row.said) said.append(flag).append("=").append(text).append(" ");
        CAPTURE(said);
        CHECK(refused(row.said) == row.options);
    }
}

TEST_CASE("cloud gateway setup: a public webhook has https and its secret and an operator's token") {
    const auto plan = plan_of(remote + Said{{"--telegram-bot-token", bot},
                                            {"--telegram-mode", "webhook"},
                                            {"--telegram-webhook-secret", hidden},
                                            {"--public-url", "https://gateway.example.com/"}});
    CHECK(value(plan, "PUBLIC_URL") == "https://gateway.example.com/");
    CHECK(value(plan, "TELEGRAM_PUBLIC_URL") == "(none)");
    CHECK(value(plan, "HOST") == "127.0.0.1");  // the reverse proxy is on this machine
    CHECK_FALSE(strength_problem(value(plan, "ADMIN_TOKEN")));
    CHECK(has_step(plan, "https://gateway.example.com/webhooks/telegram"));
    CHECK(plan->notes.empty());
    const auto own = plan_of(remote + Said{{"--telegram-bot-token", bot},
                                           {"--telegram-mode", "webhook"},
                                           {"--telegram-webhook-secret", hidden},
                                           {"TELEGRAM_PUBLIC_URL", "https://bot.example.com"}});
    CHECK(has_step(own, "https://bot.example.com/webhooks/telegram"));
    CHECK(own->notes.empty());
    const auto slack =
        plan_of(remote + Said{{"--slack-bot-token", "xoxb-" + hidden}, {"--slack-signing-secret", hidden}});
    CHECK(has_note(slack, "no public URL leads to the gateway, which is called from outside for slack"));
    CHECK(has_step(slack, "https://HOST/webhooks/slack"));
    const auto others = plan_of(remote + providers()[2].needs + providers()[3].needs);
    CHECK(others->notes.empty());
    CHECK(has_step(others, "http://127.0.0.1:8790/webhooks/email with the inbound secret"));
    CHECK(has_step(others, "the other side of webhook post to http://127.0.0.1:8790/webhooks/webhook"));
}

TEST_CASE("cloud gateway setup: a Cloud on this machine needs its token all the same") {
    const Said token{{"--service-token", hidden}, {"--telegram-bot-token", bot}};
    const auto local = plan_of(token + Said{{"--mode", "local"}});
    CHECK(value(local, "OPEN_COWORK_CLOUD_BASE_URL") == "http://127.0.0.1:8787");
    CHECK(value(local, "ALLOW_INSECURE_HTTP") == "(none)");
    const auto other = plan_of(token + Said{{"--mode", "local"}, {"--cloud-url", "http://localhost:9000"}});
    CHECK(value(other, "OPEN_COWORK_CLOUD_BASE_URL") == "http://localhost:9000");
    const auto container = plan_of(token + Said{{"--mode", "local"}, {"--container", "true"}});
    CHECK(value(container, "OPEN_COWORK_CLOUD_BASE_URL") == "http://open-cowork-cloud:8787");
    CHECK(value(container, "ALLOW_INSECURE_HTTP") == "true");
    CHECK(value(container, "HOST") == "0.0.0.0");
    CHECK(has_note(container, "in clear"));
    const auto told = plan_of({{"--mode", "local"}, {"--telegram-bot-token", bot}});
    REQUIRE_FALSE(told);
    REQUIRE(told.error().size() == 1);
    CHECK_THAT(told.error()[0].message, Catch::Matchers::Contains("API token with the scope gateway"));
    CHECK_THAT(told.error()[0].message, Catch::Matchers::Contains("no placeholder"));
}

TEST_CASE("cloud gateway setup: --evaluate fills in all but the service token") {
    Where evaluate;
    evaluate.evaluate = true;
    CHECK(refused({}, evaluate) == std::vector<std::string>{"--service-token"});
    evaluate.environment = {{"SERVICE_TOKEN", hidden}};
    const auto plan = plan_of({}, evaluate);
    CHECK(kinds(plan) == "fake:fake-binding");
    CHECK(value(plan, "OPEN_COWORK_CLOUD_BASE_URL") == "http://127.0.0.1:8787");
    CHECK(value(plan, "ENABLE_FAKE_PROVIDER") == "true");
    CHECK(value(plan, "HOST") == "127.0.0.1");
    CHECK(value(plan, "ALLOW_LOOPBACK_OPERATOR_BYPASS") == "(none)");
    CHECK(file_of(plan).find(key("SERVICE_TOKEN"))->origin == Origin::environment);
    CHECK(has_note(plan, "the fake provider takes calls from anybody"));
    CHECK(kinds(plan_of({{"--telegram-bot-token", bot}}, evaluate)) == "telegram:telegram");
    const auto remote_trial = plan_of({{"--cloud-url", "https://cloud.example.com"}}, evaluate);
    CHECK(value(remote_trial, "OPEN_COWORK_CLOUD_BASE_URL") == "https://cloud.example.com");
    CHECK(refused({{"--mode", "remote"}}, evaluate) == std::vector<std::string>{"--cloud-url"});
    CHECK(refused({{"--container", "true"}}, evaluate) == std::vector<std::string>{"--provider"});
}

TEST_CASE("cloud gateway setup: a file that is there is kept and mended") {
    // As the product's own helper writes it, with a token for the operator.
    const Said helper{{"OPEN_COWORK_CLOUD_BASE_URL", "https://cloud.example.com"},
                      {"SERVICE_TOKEN", hidden},
                      {"ADMIN_TOKEN", hidden + "x"},
                      {"HOST", "127.0.0.1"},
                      {"MODE", "managed"},
                      {"METRICS_ENABLED", "false"},
                      {"ENABLE_FAKE_PROVIDER", "false"},
                      {"TELEGRAM_BOT_TOKEN", bot}};
    const auto kept = plan_of({}, {{}, helper, false, {}, {}});
    CHECK(value(kept, "ADMIN_TOKEN") == hidden + "x");
    CHECK(value(kept, "MODE") == "managed");
    CHECK(value(kept, "METRICS_ENABLED") == "false");
    CHECK(value(kept, "PORT") == "(none)");
    const auto container = plan_of({{"--container", "true"}}, {{}, helper, false, {}, {}});
    CHECK(value(container, "HOST") == "0.0.0.0");
    const auto second = plan_of({{"--slack-bot-token", "xoxb-" + hidden}, {"--slack-signing-secret", hidden}},
                                {{}, helper, false, {}, {}});
    CHECK(kinds(second) == "telegram:telegram slack:slack");
    // From a trial to a real channel: fake goes, one line says so.
    Said trial(helper.begin(), helper.end() - 2);
    const Said fake = trial + Said{{"ENABLE_FAKE_PROVIDER", "true"}};
    CHECK(kinds(plan_of({}, {{}, fake, false, {}, {}})) == "fake:fake-binding");
    const auto real = plan_of({{"--telegram-bot-token", bot}}, {{}, fake, false, {}, {}});
    CHECK(kinds(real) == "telegram:telegram");
    CHECK(file_of(real).absent == std::vector<std::string>{key("ENABLE_FAKE_PROVIDER")});
    // And back, where the helper left a false.
    const auto back = plan_of({{"--provider", "fake"}},
                              {{}, trial + Said{{"ENABLE_FAKE_PROVIDER", "false"}}, false, {}, {}});
    CHECK(kinds(back) == "fake:fake-binding");
    CHECK(value(back, "ENABLE_FAKE_PROVIDER") == "true");
    const auto moved = plan_of({{"--mode", "local"}}, {{}, helper, false, {}, {}});
    CHECK(value(moved, "OPEN_COWORK_CLOUD_BASE_URL") == "https://cloud.example.com");
    CHECK(has_note(moved, "--mode local changes nothing"));
    // A placeholder is refused where it stands.
    const auto line = refused(
        {},
        {{}, trial + Said{{"SERVICE_TOKEN", "replace-with-x"}, {"TELEGRAM_BOT_TOKEN", bot}}, false, {}, {}});
    CHECK(line.size() == 1);
}

TEST_CASE("cloud gateway setup: providers may be said as JSON or in a configuration file") {
    const std::string json =
        R"([{"kind":"telegram","channelBindingId":"t","credentials":{"botToken":")" + bot + R"("}}])";
    const auto plan = plan_of(remote + Said{{"PROVIDERS", json}});
    CHECK(kinds(plan) == "telegram:t");
    CHECK(has_step(plan, "t (telegram-1)"));
    CHECK(kinds(plan_of(remote + Said{{"CONFIG", "/etc/open-cowork/gateway.json"}})).empty());
    CHECK(refused(remote + Said{{"PROVIDERS", json}, {"--provider", "cli"}}) ==
          std::vector<std::string>{"--provider"});
    CHECK(refused(remote + Said{{"PROVIDERS", "{"}}) == std::vector<std::string>{"--set PROVIDERS"});
}

TEST_CASE("cloud gateway setup: options are those of keys and each flag is there once") {
    std::set<std::string_view> flags;
    std::set<std::string_view> keys;
    for (const Option& option : cloud_gateway_options()) {
        CAPTURE(option.flag);
        CHECK(flags.insert(option.flag).second);
        CHECK_FALSE(option.meaning.empty());
        if (option.key.empty()) continue;
        CHECK(keys.insert(option.key).second);
        const auto* row = rules::channel_gateway().find(key(std::string(option.key)));
        REQUIRE(row != nullptr);
        CHECK(option.secret() == row->secret());
        CHECK((option.takes == Takes::nothing) == (row->kind == rules::KeyKind::boolean));
    }
    const Path* path = find_path(catalogue::Intent::cloud_gateway);
    REQUIRE(path != nullptr);
    CHECK(path->options.size() == flags.size());
}

TEST_CASE("cloud gateway setup: the file's place") {
    const Said whole = remote + Said{{"--telegram-bot-token", bot}};
    CHECK(file_of(plan_of(whole, {{}, {}, false, {}, "/etc/open-cowork"})).path ==
          "/etc/open-cowork/.env.gateway");
    CHECK(file_of(plan_of(whole, {{}, {}, false, "my.env", {}})).path == "my.env");
}
