#include "rules/channel_gateway.hpp"
#include "unit/rules/channel_gateway_rows.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace cowork;
using namespace cowork::rules;
using namespace cowork::test;

namespace {

std::string providers(const ChannelGatewayView& view) {
    std::string text;
    for (const EnabledProvider& provider : view.providers)
        text += std::string(to_string(provider.kind)) + ":" + provider.id + ":" + provider.binding + ":" +
                provider.workspace + " ";
    return text;
}

std::string providers(const Changes& changes) {
    return providers(view_channel_gateway(channel_configured(changes)));
}

}  // namespace

TEST_CASE("channel gateway view: as the service would understand it") {
    const ChannelGatewayView plain = view_channel_gateway(channel_configured({}));
    CHECK(plain.cloud_url == "https://cloud.example.com");
    CHECK(plain.service_token.reveal() == channel_token);
    CHECK(plain.admin_token.reveal() == channel_token);
    CHECK(plain.local_url() == "http://127.0.0.1:8790");
    CHECK(plain.self_host);
    CHECK(plain.metrics);
    CHECK(plain.diagnostics);
    CHECK_FALSE(plain.exposed);
    CHECK_FALSE(plain.loopback_bypass);
    CHECK_FALSE(plain.allow_insecure_http);
    CHECK(providers(plain) == "telegram:telegram:telegram: ");
    const ChannelGatewayView lenient =
        view_channel_gateway(channel_configured({{"OPEN_COWORK_CLOUD_BASE_URL", " https://c.example.com// "},
                                                 {"PORT", "99999"},
                                                 {"METRICS_ENABLED", "off"},
                                                 {"MODE", "Managed"},
                                                 {"ALLOW_INSECURE_HTTP", "1"},
                                                 {"PUBLIC_URL", "https://g.example.com/x/"}}));
    CHECK(lenient.cloud_url == "https://c.example.com");
    CHECK(lenient.port == 8790);
    CHECK(lenient.metrics);
    CHECK(lenient.self_host);
    CHECK(lenient.allow_insecure_http);
    CHECK(lenient.public_url == "https://g.example.com/x");
    CHECK(lenient.exposed);
    const ChannelGatewayView managed = view_channel_gateway(channel_configured({{"MODE", "managed"}}));
    CHECK_FALSE(managed.diagnostics);
    CHECK(view_channel_gateway(channel_configured({{"MODE", "managed"}, {"DIAGNOSTICS_ENABLED", "true"}}))
              .diagnostics);
}

TEST_CASE("channel gateway view: where it listens") {
    struct Row {
        std::string host, url;
        bool exposed;
    };
    for (const auto& [host, url, exposed] :
         {Row{"", "http://127.0.0.1:8790", false}, Row{"::1", "http://[::1]:8790", false},
          Row{"localhost", "http://localhost:8790", false}, Row{"127.0.0.2", "http://127.0.0.2:8790", false},
          Row{"0.0.0.0", "http://127.0.0.1:8790", true}, Row{"::", "http://[::1]:8790", true},
          Row{"192.168.1.2", "http://192.168.1.2:8790", true}, Row{"127.1", "http://127.1:8790", true},
          Row{"127.0.0.1.example.com", "http://127.0.0.1.example.com:8790", true}}) {
        CAPTURE(host);
        const ChannelGatewayView view = view_channel_gateway(channel_configured({{"HOST", host}}));
        CHECK(view.local_url() == url);
        CHECK(view.exposed == exposed);
    }
    const Changes bypass{{"ALLOW_LOOPBACK_OPERATOR_BYPASS", "true"}};
    CHECK(view_channel_gateway(channel_configured(bypass)).loopback_bypass);
}

TEST_CASE("channel gateway view: which providers it would start") {
    CHECK(providers(no_telegram({})).empty());
    CHECK(providers(Changes{{"SLACK_BOT_TOKEN", "x"},
                            {"SLACK_TEAM_ID", "T1"},
                            {"EMAIL_INBOUND_SECRET", "x"},
                            {"EMAIL_DOMAIN", "example.com"},
                            {"WEBHOOK_DELIVERY_URL", "x"},
                            {"DISCORD_DELIVERY_URL", "x"},
                            {"DISCORD_WORKSPACE_ID", "D1"},
                            {"WHATSAPP_DELIVERY_URL", "x"},
                            {"SIGNAL_DELIVERY_URL", "x"},
                            {"SIGNAL_CHANNEL_BINDING_ID", "s1"},
                            {"CLI_ENABLED", "yes"},
                            {"CLI_WORKSPACE_ID", "C1"},
                            {"ENABLE_FAKE_PROVIDER", "true"}}) ==
          "telegram:telegram:telegram: slack:slack:slack:T1 email:email:email:example.com "
          "webhook:webhook:webhook: discord:discord:discord:D1 whatsapp:whatsapp:whatsapp: "
          "signal:signal:s1: cli:cli:cli:C1 ");
    CHECK(providers(no_telegram({{"ENABLE_FAKE_PROVIDER", "1"}, {"FAKE_WORKSPACE_ID", "F1"}})) ==
          "fake:fake:fake-binding:F1 ");
    CHECK(providers(no_telegram({{"SLACK_SIGNING_SECRET", "x"}, {"CLI_ENABLED", "on"}})).empty());
    CHECK(providers(Changes{{"PROVIDERS", R"([{"kind":"slack","channelBindingId":"s"},
                                              {"kind":"cli","channelBindingId":"c","enabled":false}])"}}) ==
          "slack:slack-1:s: ");
    // A provider of the same kind in CONFIG_JSON keeps its id and binding.
    CHECK(providers(Changes{{"CONFIG_JSON", R"({"providers":[
              {"kind":"telegram","id":"telegram-prod","channelBindingId":"prod"},
              {"kind":"cli","channelBindingId":"c"}]})"}}) == "telegram:telegram-prod:prod: cli:cli-2:c: ");
    CHECK(providers(Changes{{"PROVIDERS", "not json"}}).empty());
}

TEST_CASE("channel kinds: named and found again") {
    for (const ChannelKind kind : all_channel_kinds) CHECK(parse_channel_kind(to_string(kind)) == kind);
    CHECK_FALSE(parse_channel_kind("Telegram"));
    CHECK_FALSE(parse_channel_kind(""));
}
