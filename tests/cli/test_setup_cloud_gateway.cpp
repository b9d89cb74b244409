#include "config/env_file.hpp"
#include "rules/channel_gateway.hpp"
#include "support/cli_run.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

// `setup cloud-gateway` as a user runs it.
namespace {

using namespace cowork::test;
using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

const std::string secret = "HIDDEN-5d1e7c9f0b3a2846";
const Variables variables{{"T", secret}};
const Arguments remote{"--cloud-url", "https://cloud.example.com", "--service-token", "env:T"};

Arguments operator+(Arguments arguments, const Arguments& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

struct CloudGatewaySetup {
    ScratchDirectory scratch;
    std::string file = scratch / ".env.gateway";

    [[nodiscard]] ProcessResult run(const Arguments& arguments,
                                    const Variables& environment = variables) const {
        return run_cowork(Arguments{"setup", "cloud-gateway"} + arguments, scratch.path(), environment);
    }
    // The file as the gateway reads it.
    [[nodiscard]] cowork::config::Config config() const {
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        cowork::config::Config config;
        for (auto& entry : cowork::config::parse_env_file(text, file).entries) {
            CHECK(config.find(entry.key) == nullptr);  // no key twice
            config.set(entry.key, std::move(entry.value), entry.where);
        }
        return config;
    }
    [[nodiscard]] std::string value(const std::string& name) const {
        return std::string(config().text(cowork::rules::channel_gateway().full_name(name)));
    }
};

// Written, accepted by the gateway, private, and silent about its secrets.
void check_written(const CloudGatewaySetup& setup, const ProcessResult& result, const std::string& kinds) {
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    check_hidden(result, secret);
    check_printable(result);
    struct stat status {};
    REQUIRE(::stat(setup.file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600U);
    const auto config = setup.config();
    for (const auto& violation : cowork::rules::check_channel_gateway(config)) FAIL_CHECK(violation.message);
    std::string found;
    for (const auto& provider : cowork::rules::view_channel_gateway(config).providers)
        found += fmt::format("{}{}", found.empty() ? "" : " ", provider.id);
    CHECK(found == kinds);
}

struct Provider {
    const char* kind;
    Arguments needs;
};
const std::vector<Provider> providers{
    {"telegram", {"--telegram-bot-token", "env:T"}},
    {"slack", {"--slack-bot-token", "env:T", "--slack-signing-secret", "env:T"}},
    {"email",
     {"--email-inbound-secret", "generate", "--email-from", "gateway@example.com", "--email-smtp-host",
      "smtp.example.com", "--email-smtp-port", "465", "--email-smtp-secure", "--email-smtp-username",
      "gateway", "--email-smtp-password", "env:T"}},
    {"webhook", {"--webhook-delivery-url", "http://127.0.0.1:9/in", "--webhook-shared-secret", "generate"}},
    {"discord",
     {"--discord-delivery-url", "https://10.1.2.3/in", "--discord-allow-private-delivery",
      "--discord-shared-secret", "env:T"}},
    {"whatsapp",
     {"--whatsapp-delivery-url", "https://bridge.example.com", "--whatsapp-shared-secret", "env:T"}},
    {"signal", {"--signal-delivery-url", "https://bridge.example.com", "--signal-shared-secret", "env:T"}},
    {"cli", {"--provider", "cli"}},
    {"fake", {"--provider", "fake"}},
};

TEST_CASE("setup cloud-gateway: each provider alone") {
    for (const Provider& provider : providers) {
        CAPTURE(provider.kind);
        const CloudGatewaySetup setup;
        check_written(setup, setup.run(remote + provider.needs), provider.kind);
        CHECK(setup.value("ADMIN_TOKEN").size() >= 32);
        CHECK(setup.value("SERVICE_TOKEN") == secret);
        CHECK(setup.value("HOST") == "127.0.0.1");
        // A second run finds nothing to do.
        const auto again = setup.run(remote + provider.needs);
        INFO(again.out << again.err);
        CHECK(again.exit_code == 0);
    }
}

TEST_CASE("setup cloud-gateway: several providers at once and one more later") {
    const CloudGatewaySetup setup;
    Arguments all = remote;
    for (const Provider& provider : providers)
        if (std::string(provider.kind) != "fake" && std::string(provider.kind) != "signal")
            all = all + provider.needs;
    check_written(setup, setup.run(all), "telegram slack email webhook discord whatsapp cli");
    const std::string token = setup.value("ADMIN_TOKEN");
    check_written(setup, setup.run(providers[6].needs),
                  "telegram slack email webhook discord whatsapp signal cli");
    CHECK(setup.value("ADMIN_TOKEN") == token);
}

TEST_CASE("setup cloud-gateway: the command line of the product's own helper works") {
    const CloudGatewaySetup setup;
    check_written(
        setup,
        setup.run(Arguments{"--mode", "remote"} + remote +
                  Arguments{"--provider", "telegram", "--telegram-mode", "webhook", "--telegram-bot-token",
                            "env:T", "--telegram-webhook-secret", "generate", "--public-url",
                            "https://gateway.example.com", "--admin-token", "env:T", "--output", setup.file}),
        "telegram");
    CHECK(setup.value("ADMIN_TOKEN") == secret);
    CHECK(setup.value("TELEGRAM_MODE") == "webhook");
    CHECK(setup.value("TELEGRAM_WEBHOOK_SECRET").size() >= 32);
    CHECK(setup.value("HOST") == "127.0.0.1");
}

TEST_CASE("setup cloud-gateway: a Cloud on this machine and a trial") {
    const CloudGatewaySetup local;
    check_written(local,
                  local.run({"--mode", "local", "--service-token", "env:T", "--telegram-bot-token", "env:T"}),
                  "telegram");
    CHECK(local.value("OPEN_COWORK_CLOUD_BASE_URL") == "http://127.0.0.1:8787");
    const CloudGatewaySetup trial;
    const auto without = trial.run({"--evaluate"}, {});
    CHECK(without.exit_code == 2);
    CHECK(contains(without.err, "--service-token is missing"));
    CHECK(count_of(without.err, "is missing") == 1);
    CHECK(trial.scratch.entries() == 0);
    check_written(trial, trial.run({"--evaluate"}, {{"OPEN_COWORK_GATEWAY_SERVICE_TOKEN", secret}}), "fake");
    // From the trial to a channel: one option, and fake is gone.
    check_written(trial, trial.run({"--telegram-bot-token", "env:T"}), "telegram");
    CHECK(trial.value("ENABLE_FAKE_PROVIDER").empty());
    const CloudGatewaySetup container;
    check_written(container,
                  container.run({"--mode", "local", "--container", "--service-token", "env:T",
                                 "--telegram-bot-token", "env:T", "--dialect", "compose"}),
                  "telegram");
    CHECK(container.value("HOST") == "0.0.0.0");
}

TEST_CASE("setup cloud-gateway: each refusal names its option and shows no value") {
    struct Row {
        Arguments arguments;
        std::vector<std::string> says;
    };
    const Arguments telegram{"--telegram-bot-token", "env:T"};
    for (const Row& row : std::vector<Row>{
             {{},
              {"--cloud-url is missing", "--service-token is missing", "--telegram-bot-token is missing"}},
             {{"--mode", "local"}, {"--service-token is missing", "--telegram-bot-token is missing"}},
             {{"--mode", "both"}, {"--mode is neither remote nor local"}},
             {remote + Arguments{"--provider", "slack"},
              {"--slack-bot-token is missing", "--slack-signing-secret is missing"}},
             {remote + Arguments{"--provider", "email"},
              {"--email-inbound-secret is missing", "--email-from is missing",
               "--email-smtp-host is missing"}},
             {remote + Arguments{"--provider", "webhook,discord,whatsapp,signal"},
              {"--webhook-delivery-url is missing", "--webhook-shared-secret is missing",
               "--discord-delivery-url is missing", "--discord-shared-secret is missing",
               "--whatsapp-delivery-url is missing", "--whatsapp-shared-secret is missing",
               "--signal-delivery-url is missing", "--signal-shared-secret is missing"}},
             {remote + Arguments{"--provider", "teams"}, {"--provider names a kind"}},
             {remote + telegram + Arguments{"--telegram-mode", "webhook"},
              {"--telegram-webhook-secret is missing", "--public-url is missing"}},
             {remote + telegram + Arguments{"--public-url", "http://gateway.example.com"}, {"(--public-url"}},
             {remote + telegram + Arguments{"--provider", "cli", "--host", "0.0.0.0"}, {"(--provider)"}},
             {remote + Arguments{"--provider", "fake", "--container"}, {"(--provider)"}},
             {remote + telegram +
                  Arguments{"--email-smtp-password", "env:T", "--provider", "email", "--email-inbound-secret",
                            "generate", "--email-from", "nobody", "--email-smtp-host", "h"},
              {"(--email-from"}},
             {Arguments{"--cloud-url", "http://cloud.example.com", "--service-token", "env:T"} + telegram,
              {"(--cloud-url"}},
             {Arguments{"--cloud-url", "https://cloud.example.com", "--service-token",
                        "replace-with-x-token"} +
                  telegram,
              {"(--service-token)"}},
             {remote + telegram + Arguments{"--set", "PRODUCT_MODE=hybrid"}, {"(--set PRODUCT_MODE"}},
             {remote + telegram + Arguments{"--set", "PROVIDERS=[{\"kind\":\"x\"}]"}, {"(--set PROVIDERS"}},
             {remote + telegram + Arguments{"--set", "NO_SUCH_KEY=1"}, {"NO_SUCH_KEY"}},
         }) {
        const CloudGatewaySetup setup;
        const auto result = setup.run(row.arguments);
        INFO(result.out << result.err);
        CHECK(result.exit_code == 2);
        CHECK(result.out.empty());
        CHECK(setup.scratch.entries() == 0);
        check_hidden(result, secret);
        for (const std::string& words : row.says) CHECK(count_of(result.err, words) == 1);
        const auto document = document_of(setup.run(row.arguments + Arguments{"--json"}));
        for (const std::string& words : row.says) CHECK(contains(message_of(document), words));
    }
}

TEST_CASE("setup cloud-gateway: the JSON says what was written and what a person has to do") {
    const CloudGatewaySetup setup;
    const auto result = setup.run(remote + providers[1].needs + Arguments{"--json"});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    check_hidden(result, secret);
    const auto document = document_of(result);
    CHECK(document.at("intent") == "cloud-gateway");
    CHECK(document.at("topology") == "cloud-channel-gateway");
    CHECK(document.at("executionAuthority") == "cloud_worker");
    std::string steps;
    for (const auto& step : document.at("steps")) steps += step.at("text").get<std::string>() + "\n";
    CHECK(contains(steps, "channel binding for each of slack (slack)"));
    CHECK(contains(steps, "https://HOST/webhooks/slack"));
    CHECK(contains(document.at("notes").dump(), "no public URL leads to the gateway"));
}

}  // namespace
