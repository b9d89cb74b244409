#include "checks/registry.hpp"
#include "support/fake_probes.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

// What the kill matrix cannot bring about on loopback: names that sound private, and whose addresses decide
// whether a token is sent there. The rest is there.
namespace {

using namespace cowork;
using namespace cowork::test;

const std::string service_token = "occ_tok_1_0123456789abcdef";
const std::string bot_token = "123456:Zq8WnR4vYx2BkM7cUj5H";

// A Channel Gateway with a Telegram bot that says all is well.
struct ChannelWorld : FakeWorld {
    explicit ChannelWorld(const std::string& cloud_url) {
        present = {.channel_gateway = true};
        for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
                 {"OPEN_COWORK_CLOUD_BASE_URL", cloud_url},
                 {"OPEN_COWORK_GATEWAY_SERVICE_TOKEN", service_token},
                 {"OPEN_COWORK_GATEWAY_ADMIN_TOKEN", "cgw-admin-77b1e0c9d2aa55"},
                 {"OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN", bot_token}})
            config.set(key, Secret(value), {"f.env", 1, 1, key});
        http.answer = [this, cloud_url](const AskedRequest& asked) { return answered(asked, cloud_url); };
    }

    std::string reason() {
        const auto context = this->context();
        return std::string(checks::find_check("gateway.provider.healthy")->run(*context).reason_code);
    }
    // The addresses that a token was allowed to go to, one a request that carried it.
    std::vector<net::AddressRule> rules_for(const std::string& token) const {
        std::vector<net::AddressRule> rules;
        for (const AskedRequest& asked : http.asked())
            if (asked.bearer == token || asked.path.find(token) != std::string::npos)
                rules.push_back(asked.addresses);
        return rules;
    }

  private:
    static probes::HttpAnswer answered(const AskedRequest& asked, const std::string& cloud_url) {
        using nlohmann::json;
        const json gateway{{"ok", true},
                           {"status", "ready"},
                           {"cloudBaseUrl", cloud_url},
                           {"providers", {{{"id", "telegram"}, {"started", true}, {"healthy", true}}}}};
        if (asked.path == "/health" || asked.path == "/ready") return json_answer(gateway.dump());
        if (asked.path == "/auth/me")
            return json_answer(
                R"({"principal":{"authSource":"api_token","tokenId":"t","tokenScopes":["gateway"]}})");
        if (asked.path.starts_with("/api/channels/deliveries")) return json_answer(R"({"deliveries":[]})");
        return json_answer(R"({"ok":true,"result":{"username":"bot","url":""}})");
    }
};

using Rules = std::vector<net::AddressRule>;
constexpr auto closed = net::AddressRule::private_only;
constexpr auto usual = net::AddressRule::not_forbidden;

}  // namespace

TEST_CASE("channel gateway: its service token goes to the Cloud encrypted, or nowhere public") {
    for (const std::string url : {"http://cloud.lan", "HTTP://cloud.lan", "http://127.0.0.1:8787"}) {
        CAPTURE(url);
        ChannelWorld world(url);
        CHECK(world.reason().empty());
        CHECK(world.rules_for(service_token) == Rules{closed, closed});
    }
    ChannelWorld encrypted("https://cloud.example.com");
    CHECK(encrypted.reason().empty());
    CHECK(encrypted.rules_for(service_token) == Rules{usual, usual});
    for (const std::string url : {"http://cloud.example.com", "HTTP://8.8.8.8"}) {
        CAPTURE(url);
        ChannelWorld open(url);
        CHECK(open.reason() == "endpoint.cleartext-token");
        CHECK(open.rules_for(service_token).empty());
    }
}

TEST_CASE("telegram: the bot's token goes to the Bot API encrypted, or nowhere public") {
    const auto asked = [](const std::string& url, const std::string& reason) {
        CAPTURE(url);
        ChannelWorld world("https://cloud.example.com");
        world.wishes.online = true;
        world.wishes.telegram_api_url = url;
        CHECK(world.reason() == reason);
        return world.rules_for(bot_token);
    };
    CHECK(asked("https://api.telegram.org", "") == Rules{usual, usual});
    CHECK(asked("http://bots.lan", "") == Rules{closed, closed});
    CHECK(asked("HTTP://bots.lan/", "") == Rules{closed, closed});
    CHECK(asked("http://api.telegram.org", "endpoint.cleartext-token").empty());
    CHECK(asked("http://8.8.8.8", "endpoint.cleartext-token").empty());
}
