#include "cli/wizard_turns.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cowork::test;

TEST_CASE("wizard: desktop-local writes the layer that was agreed to, and only what was answered") {
    ScratchDirectory scratch;
    WizardRun run(scratch, {"desktop-local"});
    run.answer({{"Which provider", "nobody"},
                {"--default-provider", "openai"},
                {"Which model", "gpt-5"},
                {"Turn off Cloud", "perhaps"},
                {"answer with yes or no", "<"},
                {"Which model", "gpt-5"},
                {"Turn off Cloud", "yes"},
                {"Write this?", "y"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    const std::string layer = scratch / ".config/open-cowork/config.json";
    CHECK(contains(content_of(layer), "gpt-5"));
    const auto printed = run.printed_command();
    REQUIRE(printed.size() == 1);
    CHECK(printed[0] ==
          "cowork setup desktop-local --default-provider openai --default-model gpt-5 --no-cloud");
    ScratchDirectory fresh;
    CHECK(run_printed(printed[0], fresh.path(), {}).exit_code == 0);
    CHECK(content_of(fresh / ".config/open-cowork/config.json") == content_of(layer));
}

TEST_CASE("wizard: desktop-pairing writes nothing and says what to do") {
    ScratchDirectory scratch;
    WizardRun run(scratch, {"desktop-pairing"});
    run.answer(
        {{"URL of the broker", "http://broker.example.org"}, {"--broker-url", "https://broker.example.org"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    CHECK(scratch.entries() == 0);
    CHECK_FALSE(contains(run.shown(), "Write this?"));
    CHECK(contains(run.shown(), "Next"));
    CHECK(run.printed_command() ==
          std::vector<std::string>{"cowork setup desktop-pairing --broker-url 'https://broker.example.org'"});
}

namespace {

const std::string service_token = "Zq8WnR4vYx2BkM7cUj5H-token";
const std::string bucket_secret = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYzzzzzzzz";

struct Walk {
    std::string path;
    std::vector<Turn> turns;
    std::vector<std::string> files;    // env files that it writes
    std::vector<std::string> secrets;  // typed: nothing shows them
    std::vector<std::string> layers = {};
};

const std::vector<Turn> sandbox{
    {"What is this worker called", "worker-7"},
    {"Which image does the sandbox", "opencode:1"},
    {"digest of that image", "deadbeef"},
    {"sha256", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}};

std::vector<Turn> followed(std::vector<Turn> first, const std::vector<Turn>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::vector<Walk> walks() {
    const std::vector<Turn> sign_in{{"URL of the Cloud's database", database, true},
                                    {"How do people sign in", "oidc"},
                                    {"do browsers find the Cloud", "https://cloud.example.org"},
                                    {"URL of the identity provider", "https://id.example.org"},
                                    {"Which client id", "cowork"},
                                    {"Which secret does that client", "", true}};
    const std::vector<Turn> bucket{{"Which kind of bucket", "minio"},
                                   {"Which bucket", "artifacts"},
                                   {"URL is the store reached", "https://minio.example.org"},
                                   {"Which access key id", "AKIAIOSFODNN7EXAMPLE", true},
                                   {"belongs to that access key", bucket_secret, true}};
    const std::vector<Turn> channel{{"token does the gateway call the Cloud", service_token, true},
                                    {"Which channels", "webhook,telegram"},
                                    {"token of the Telegram bot", other_bot, true},
                                    {"come from Telegram", ""},
                                    {"program receive replies", "https://bridge.example.org/in"},
                                    {"signs the calls of the webhook", "", true}};
    return {
        {"cloud-connect",
         {{"own server on this machine", ""},
          {"organisation's Cloud", "http://cloud.example.org"},
          {"--cloud-url", "https://cloud.example.org"},
          {"Desktop call it", "Example"}},
         {},
         {},
         {".config/open-cowork/config.json"}},
        {"cloud-connect",
         followed(followed(followed({{"own server on this machine", "yes"},
                                     {"What is the server for", "2"},
                                     {"Which roles", "1,2"},
                                     {"all-in-one", "worker, web"}},
                                    sign_in),
                           followed({{"be lost with it", "no"}}, bucket)),
                  sandbox),
         {".env.cloud.web", ".env.cloud.worker"},
         {password, bucket_secret, "AKIAIOSFODNN7EXAMPLE"}},
        {"cloud-connect",
         followed(followed(followed({{"own server on this machine", "y"},
                                     {"What is the server for", "public_production"},
                                     {"Which roles", ""}},
                                    sign_in),
                           bucket),
                  sandbox),
         {".env.cloud.web", ".env.cloud.worker", ".env.cloud.scheduler"},
         {password, bucket_secret}},
        {"cloud-gateway",
         followed({{"Where does the Cloud run", ""}, {"URL of the Cloud", "https://cloud.example.org"}},
                  channel),
         {".env.gateway"},
         {service_token, other_bot}},
        {"full-hybrid",
         followed({{"not wanted", "desktop-local"},
                   {"gateway-only: Where does the gateway keep", "memory"},
                   {"token of the Telegram bot", bot, true},
                   {"come from Telegram", ""},
                   {"OpenCode listen", ""},
                   {"does OpenCode work", ""},
                   {"Who uses the gateway", ""},
                   {"cloud-connect: Set up the Cloud's own server", "no"},
                   {"organisation's Cloud", "https://cloud.example.org"},
                   {"Desktop call it", ""},
                   {"desktop-pairing: What is the URL of the broker", ""}},
                  channel),
         {".env.standalone-gateway", ".env.gateway"},
         {bot, other_bot, service_token},
         {".config/open-cowork/config.json"}},
    };
}

}  // namespace

TEST_CASE("wizard: every other path to its end, and its command in a fresh directory") {
    for (const Walk& walk : walks()) {
        INFO(walk.path);
        ScratchDirectory scratch;
        WizardRun run(scratch, {walk.path});
        run.answer(walk.turns);
        run.answer({{"Write this?", "y"}});
        CHECK(run.wait() == 0);
        INFO(run.shown());
        check_never_shown(run, walk.secrets);
        for (const std::string& file : walk.files) {
            CHECK(mode_of(scratch / file) == 0600);
            for (const std::string& secret : walk.secrets) CHECK_FALSE(contains(run.shown(), secret));
        }
        const auto printed = run.printed_command();
        REQUIRE_FALSE(printed.empty());
        std::string sourced;
        for (const std::string& file : walk.files) sourced += "set -a; . '" + scratch / file + "'; set +a; ";
        ScratchDirectory fresh;
        const auto again = run_printed(sourced + printed.back(), fresh.path(), {});
        INFO(again.err);
        CHECK(again.exit_code == 0);
        for (const std::string& file : walk.files)
            CHECK(content_of(fresh / file) == content_of(scratch / file));
        for (const std::string& layer : walk.layers)
            CHECK(content_of(fresh / layer) == content_of(scratch / layer));
    }
}

TEST_CASE("wizard: a second run of cloud-gateway with Enter alone keeps its channels") {
    ScratchDirectory scratch;
    const auto walk = walks()[3];
    {
        WizardRun run(scratch, {walk.path});
        run.answer(walk.turns);
        run.answer({{"Write this?", "y"}});
        REQUIRE(run.wait() == 0);
    }
    const std::string before = fingerprint(scratch / ".env.gateway");
    WizardRun run(scratch, {walk.path});
    run.answer({{"URL of the Cloud", ""},
                {"token does the gateway call the Cloud", "", true},
                {"Which channels", ""},
                {"token of the Telegram bot", "", true},
                {"come from Telegram", ""},
                {"program receive replies", ""},
                {"signs the calls of the webhook", "", true},
                {"Write this?", "y"}});
    CHECK(run.wait() == 0);
    INFO(run.shown());
    check_never_shown(run, walk.secrets);
    CHECK(run.printed_command() == std::vector<std::string>{"cowork setup cloud-gateway"});
    CHECK(fingerprint(scratch / ".env.gateway") == before);
}
