#include "matrix/groups.hpp"
#include "matrix/transport_faults.hpp"
#include "support/fake_channel_gateway.hpp"
#include "support/fake_cloud.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <ctime>

namespace cowork::test::matrix {
namespace {

constexpr const char* provider_check = "gateway.provider.healthy";
constexpr const char* operator_check = "gateway.operator_auth.configured";
constexpr const char* configuration_check = "gateway.configuration.valid";
const std::string bot_token = "1234567890:AAH-bot-Tok_3f9c1d7a8b2e4056c7";

// Telegram's Bot API, as far as cowork asks it.
struct BotApi {
    FakeServer server{{}, nullptr_handler()};
    static FakeServer::Handler nullptr_handler() {
        return [](const httplib::Request&, httplib::Response&) {};
    }
    [[nodiscard]] std::vector<RecordedRequest> requests() const { return server.requests(); }
    void answer(const std::string& method, CannedAnswer canned) {
        const std::lock_guard lock(server.mutex());
        server.options().overrides["/bot" + bot_token + "/" + method] = std::move(canned);
    }
};

// A Channel Gateway with a Telegram bot, and its Cloud.
class ChannelWorld : public World {
  public:
    ChannelWorld()
        : cloud(serve(std::make_shared<FakeCloud>(FakeCloudOptions{.scopes = {"gateway"}}))),
          gateway(serve(
              std::make_shared<FakeChannelGateway>(FakeChannelGatewayOptions{.cloud_url = cloud->url()}))),
          telegram(serve(std::make_shared<BotApi>())) {
        path = "cloud-gateway";
        values = {{"OPEN_COWORK_CLOUD_BASE_URL", cloud->url()},
                  {"OPEN_COWORK_GATEWAY_SERVICE_TOKEN", FakeCloudOptions{}.token},
                  {"OPEN_COWORK_GATEWAY_ADMIN_TOKEN", FakeChannelGatewayOptions{}.admin_token},
                  {"OPEN_COWORK_GATEWAY_HOST", "127.0.0.1"},
                  {"OPEN_COWORK_GATEWAY_PORT", std::to_string(gateway->port())},
                  {"OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN", bot_token}};
        secrets = {FakeCloudOptions{}.token, FakeChannelGatewayOptions{}.admin_token, bot_token};
        telegram->answer("getMe", {.body = R"({"ok":true,"result":{"id":1,"username":"cowork_bot"}})"});
        webhook(nlohmann::json{{"url", ""}, {"pending_update_count", 0}});
    }
    void webhook(const nlohmann::json& info) {
        telegram->answer("getWebhookInfo", {.body = nlohmann::json{{"ok", true}, {"result", info}}.dump()});
    }
    void online() {
        arguments.insert(arguments.end(), {"--online", "--telegram-api-url", telegram->server.url()});
    }
    void by_webhook() {
        values["OPEN_COWORK_GATEWAY_TELEGRAM_MODE"] = "webhook";
        values["OPEN_COWORK_GATEWAY_TELEGRAM_WEBHOOK_SECRET"] = "WEBHOOK-sig-8b2e40563f9c1d7a";
        values["OPEN_COWORK_GATEWAY_PUBLIC_URL"] = "https://bots.example.com";
        online();
    }

    std::shared_ptr<FakeCloud> cloud;
    std::shared_ptr<FakeChannelGateway> gateway;
    std::shared_ptr<BotApi> telegram;
    std::map<std::string, std::string> values;

  protected:
    void prepare() override {
        std::string text;
        for (const auto& [key, value] : values) text += key + "=" + value + "\n";
        (void)scratch.file(".env.gateway", text);
    }
};

using ChannelCase = Case<ChannelWorld>;

std::function<void(ChannelWorld&)> changed(std::function<void(FakeChannelGatewayOptions&)> change) {
    return [change = std::move(change)](ChannelWorld& world) { world.gateway->update(change); };
}
std::function<void(ChannelWorld&)> cloud_changed(std::function<void(FakeCloudOptions&)> change) {
    return [change = std::move(change)](ChannelWorld& world) { world.cloud->update(change); };
}
std::function<void(ChannelWorld&)> setting(std::string key, std::string value) {
    return [key = "OPEN_COWORK_GATEWAY_" + key, value = std::move(value)](ChannelWorld& world) {
        world.values[key] = value;
    };
}

void add_provider_cases(std::vector<ChannelCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(ChannelWorld&)> breaks) {
        cases.push_back(
            {{provider_check, std::string("Channel Gateway: ") + fault, status, reason, exit_code},
             std::move(breaks)});
    };
    constexpr auto degraded = Status::degraded;
    constexpr auto wrong = Status::action_required;
    add("nothing", Status::ready, "", 0, nullptr);
    add("nothing, and Telegram agrees", Status::ready, "", 0, [](ChannelWorld& w) { w.online(); });
    add("a Standalone Gateway answers", degraded, "gateway.wrong-product", 4, [](ChannelWorld& w) {
        w.gateway->override_path("/health", {.body = R"({"ok":true,"productMode":"standalone"})"});
    });
    add("the provider is down, and it says ready", degraded, "gateway.provider-down", 4, [](ChannelWorld& w) {
        w.values["OPEN_COWORK_GATEWAY_CLI_ENABLED"] = "true";
        w.cloud->update([](FakeCloudOptions& o) { o.bindings = {"telegram", "cli"}; });
        w.gateway->update([](FakeChannelGatewayOptions& o) {
            o.providers = {{.id = "telegram", .healthy = false, .error = "401: Unauthorized"}, {.id = "cli"}};
        });
    });
    add("a provider has not started", degraded, "gateway.provider-down", 4,
        changed([](FakeChannelGatewayOptions& o) { o.providers = {{.id = "telegram", .started = false}}; }));
    add("another provider runs", degraded, "gateway.configuration-drift", 4,
        changed([](FakeChannelGatewayOptions& o) { o.providers = {{.id = "slack"}}; }));
    add("its Cloud is http over a public network", wrong, "endpoint.cleartext-token", 1,
        [](ChannelWorld& w) { w.values["OPEN_COWORK_CLOUD_BASE_URL"] = "http://192.0.2.1"; });
    add("a Cloud that is down", degraded, "channel.cloud-unreachable", 4, [](ChannelWorld& w) {
        const std::string dead = "http://127.0.0.1:" + std::to_string(free_port());
        w.values["OPEN_COWORK_CLOUD_BASE_URL"] = dead;
        w.gateway->update([&](FakeChannelGatewayOptions& o) {
            o.cloud_url = dead;
            o.subscribed = false;
        });
    });
    add("it runs with another Cloud", degraded, "channel.cloud-mismatch", 4,
        changed([](FakeChannelGatewayOptions& o) { o.cloud_url = "http://127.0.0.1:9"; }));
    add("no service token", wrong, "channel.token-missing", 1,
        [](ChannelWorld& w) { w.values.erase("OPEN_COWORK_GATEWAY_SERVICE_TOKEN"); });
    add("a revoked service token, and it says ready", wrong, "channel.token-refused", 1,
        setting("SERVICE_TOKEN", "occ_tok_Wrong00000000000_0000111122223333000011112222"));
    add("a desktop's token", wrong, "channel.token-scope", 1,
        cloud_changed([](FakeCloudOptions& o) { o.scopes = {"desktop"}; }));
    add("a Cloud that takes anybody", degraded, "channel.token-proves-nothing", 4, [](ChannelWorld& w) {
        w.cloud->update([](FakeCloudOptions& o) { o.open = true; });
        w.values["OPEN_COWORK_GATEWAY_SERVICE_TOKEN"] =
            "occ_tok_Wrong00000000000_0000111122223333000011112222";
    });
    add("a binding that the token may not use", wrong, "channel.binding-missing", 1,
        setting("TELEGRAM_CHANNEL_BINDING_ID", "not-a-binding"));
    add("the Cloud answers a web page", Status::unknown, "channel.cloud-odd-answer", 3, [](ChannelWorld& w) {
        w.cloud->override_path("/auth/me", {.content_type = "text/html", .body = "<!doctype html>"});
    });
    add("the Cloud answers a web page for the binding", Status::unknown, "channel.cloud-odd-answer", 3,
        [](ChannelWorld& w) {
            w.cloud->override_path("/api/channels/deliveries",
                                   {.content_type = "text/html", .body = "<!doctype html>"});
        });
    add("no provider runs", degraded, "gateway.provider-down", 4,
        changed([](FakeChannelGatewayOptions& o) { o.providers.clear(); }));
    add("a web page", degraded, "gateway.wrong-shape", 4, [](ChannelWorld& w) {
        w.gateway->override_path("/health", {.content_type = "text/html", .body = "<!doctype html>"});
    });
    add("truncated JSON", degraded, "gateway.wrong-shape", 4,
        [](ChannelWorld& w) { w.gateway->override_path("/ready", {.body = R"({"ok":tr)"}); });
    add("deep JSON", degraded, "gateway.wrong-shape", 4,
        [](ChannelWorld& w) { w.gateway->override_path("/ready", {.body = std::string(100'000, '[')}); });
    add("/ready answers 302", degraded, "gateway.http-status", 4, [](ChannelWorld& w) {
        w.gateway->override_path("/ready", {.status = 302, .headers = {{"Location", "http://127.0.0.1:9/"}}});
    });
    add("not subscribed, and all else is well", degraded, "gateway.not-ready", 4,
        changed([](FakeChannelGatewayOptions& o) { o.subscribed = false; }));
    add("another admin token", Status::unknown, "gateway.admin-view-refused", 3,
        setting("ADMIN_TOKEN", "ANOTHER-tok-8b2e40563f9c1d7a"));
    add("its clock is 2 minutes ahead", degraded, "gateway.clock-skew", 4,
        changed([](FakeChannelGatewayOptions& o) { o.server.clock_ahead = std::chrono::seconds(120); }));
    add("its clock is 6 minutes behind", wrong, "gateway.clock-skew", 1,
        changed([](FakeChannelGatewayOptions& o) { o.server.clock_ahead = std::chrono::seconds(-360); }));
}

void add_telegram_cases(std::vector<ChannelCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(ChannelWorld&)> breaks) {
        cases.push_back({{provider_check, std::string("Telegram: ") + fault, status, reason, exit_code},
                         std::move(breaks)});
    };
    constexpr auto degraded = Status::degraded;
    const auto now = static_cast<long long>(std::time(nullptr));
    add("nothing, by webhook", Status::ready, "", 0, [](ChannelWorld& w) {
        w.by_webhook();
        w.webhook({{"url", "https://bots.example.com/webhooks/telegram"}});
    });
    add("nothing; the last error is a day old", Status::ready, "", 0, [now](ChannelWorld& w) {
        w.by_webhook();
        w.webhook({{"url", "https://bots.example.com/webhooks/telegram"}, {"last_error_date", now - 86400}});
    });
    add("nobody answers", Status::unknown, "telegram.unreachable", 3, [](ChannelWorld& w) {
        w.arguments.insert(w.arguments.end(), {"--online", "--telegram-api-url",
                                               "http://127.0.0.1:" + std::to_string(free_port())});
    });
    add("http over a public network", Status::action_required, "endpoint.cleartext-token", 1,
        [](ChannelWorld& w) {
            w.arguments.insert(w.arguments.end(), {"--online", "--telegram-api-url", "http://192.0.2.1"});
        });
    add("an error at the end of time", degraded, "telegram.webhook-errors", 4, [](ChannelWorld& w) {
        w.by_webhook();
        w.webhook({{"url", "https://bots.example.com/webhooks/telegram"},
                   {"pending_update_count", 18446744073709551615ULL},
                   {"last_error_date", 18446744073709551615ULL}});
    });
    add("status 500", Status::unknown, "telegram.odd-answer", 3, [](ChannelWorld& w) {
        w.online();
        w.telegram->answer("getMe", {.status = 500});
    });
    add("another token", Status::action_required, "telegram.token-refused", 1, [](ChannelWorld& w) {
        w.online();
        w.telegram->answer("getMe", {.status = 401, .body = R"({"ok":false,"error_code":401})"});
    });
    add("a token of no shape", Status::action_required, "telegram.token-refused", 1, [](ChannelWorld& w) {
        w.online();
        w.values["OPEN_COWORK_GATEWAY_TELEGRAM_BOT_TOKEN"] = "../no-token-of-any-shape";
    });
    add("no webhook is registered", degraded, "telegram.webhook-missing", 4,
        [](ChannelWorld& w) { w.by_webhook(); });
    add("the webhook is elsewhere", degraded, "telegram.webhook-other", 4, [](ChannelWorld& w) {
        w.by_webhook();
        w.webhook({{"url", "https://elsewhere.example.com/webhooks/telegram"}});
    });
    add("the webhook has another path", degraded, "telegram.webhook-other", 4, [](ChannelWorld& w) {
        w.by_webhook();
        w.webhook({{"url", "https://bots.example.com/elsewhere"}});
    });
    add("a webhook blocks polling", degraded, "telegram.webhook-blocks-polling", 4, [](ChannelWorld& w) {
        w.online();
        w.webhook({{"url", "https://elsewhere.example.com/webhooks/telegram"}});
    });
    add("it could not deliver", degraded, "telegram.webhook-errors", 4, [now](ChannelWorld& w) {
        w.by_webhook();
        w.webhook({{"url", "https://bots.example.com/webhooks/telegram"},
                   {"last_error_date", now - 60},
                   {"last_error_message", "SSL error, token " + bot_token}});
    });
}

void add_operator_cases(std::vector<ChannelCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(ChannelWorld&)> breaks) {
        cases.push_back(
            {{operator_check, std::string("Channel Gateway: ") + fault, status, reason, exit_code},
             std::move(breaks)});
    };
    constexpr auto wrong = Status::action_required;
    add("nothing", Status::ready, "", 0, nullptr);
    add("metrics and diagnostics switched off", Status::ready, "", 0, [](ChannelWorld& w) {
        for (const char* path : {"/metrics", "/diagnostics"})
            w.gateway->override_path(path, {.status = 404, .body = R"({"ok":false})"});
    });
    add("no admin token", wrong, "operator-auth.token-missing", 1,
        [](ChannelWorld& w) { w.values.erase("OPEN_COWORK_GATEWAY_ADMIN_TOKEN"); });
    add("a placeholder", wrong, "operator-auth.placeholder", 1,
        setting("ADMIN_TOKEN", "change-me-please-0123"));
    add("a short token", wrong, "operator-auth.short", 1, setting("ADMIN_TOKEN", "short-tok"));
    add("everything is open", wrong, "operator-auth.endpoint-open", 1,
        changed([](FakeChannelGatewayOptions& o) { o.operator_endpoints_open = true; }));
    add("the diagnostics alone are open", wrong, "operator-auth.endpoint-open", 1,
        [](ChannelWorld& w) { w.gateway->override_path("/diagnostics", {.body = "{}"}); });
    add("another token", wrong, "operator-auth.token-refused", 1,
        setting("ADMIN_TOKEN", "ANOTHER-tok-8b2e40563f9c1d7a"));
    add("nothing, with the bypass for this machine", Status::ready, "", 0, [](ChannelWorld& w) {
        w.values["OPEN_COWORK_GATEWAY_ALLOW_LOOPBACK_OPERATOR_BYPASS"] = "true";
        w.values.erase("OPEN_COWORK_GATEWAY_ADMIN_TOKEN");
        w.gateway->update([](FakeChannelGatewayOptions& o) { o.operator_endpoints_open = true; });
    });
    add("the metrics alone refuse the token", wrong, "operator-auth.token-refused", 1,
        [](ChannelWorld& w) { w.gateway->override_path("/metrics", {.status = 401, .body = "{}"}); });
    add("metrics answer 500", Status::unknown, "operator-auth.unexpected-answer", 3,
        [](ChannelWorld& w) { w.gateway->override_path("/metrics", {.status = 500}); });
}

void add_configuration_cases(std::vector<ChannelCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason,
                         std::function<void(ChannelWorld&)> breaks) {
        const int exit_code = status == Status::ready ? 0 : status == Status::degraded ? 4 : 1;
        cases.push_back(
            {{configuration_check, std::string("Channel Gateway: ") + fault, status, reason, exit_code},
             std::move(breaks)});
    };
    constexpr auto wrong = Status::action_required;
    add("nothing", Status::ready, "", nullptr);
    add("no service token", wrong, "configuration.missing-key",
        [](ChannelWorld& w) { w.values.erase("OPEN_COWORK_GATEWAY_SERVICE_TOKEN"); });
    add("a key without effect beside another", Status::degraded, "configuration.ignored-key",
        [](ChannelWorld& w) {
            w.values["OPEN_COWORK_GATEWAY_PROVIDERS"] =
                R"([{"kind":"telegram","channelBindingId":"telegram","credentials":{"botToken":")" +
                bot_token + R"("}}])";
        });
    add("the cli provider under a public URL", wrong, "configuration.public-provider", [](ChannelWorld& w) {
        w.values["OPEN_COWORK_GATEWAY_CLI_ENABLED"] = "true";
        w.values["OPEN_COWORK_GATEWAY_PUBLIC_URL"] = "https://bots.example.com";
    });
    const auto webhook = [](ChannelWorld& w, const std::string& url) {
        w.values["OPEN_COWORK_GATEWAY_WEBHOOK_DELIVERY_URL"] = url;
        w.values["OPEN_COWORK_GATEWAY_WEBHOOK_SHARED_SECRET"] = "WEBHOOK-sig-8b2e40563f9c1d7a";
    };
    add("deliveries to a host that is not allowed", wrong, "configuration.host-not-allowed",
        [webhook](ChannelWorld& w) {
            webhook(w, "https://hooks.example.com/d");
            w.values["OPEN_COWORK_GATEWAY_WEBHOOK_DELIVERY_ALLOWED_HOSTS"] = "other.example.com";
        });
    add("deliveries to a private address", wrong, "configuration.private-delivery",
        [webhook](ChannelWorld& w) { webhook(w, "https://10.0.0.5/d"); });
}

const std::vector<ChannelCase>& cases() {
    static const std::vector<ChannelCase> all = [] {
        std::vector<ChannelCase> made;
        const std::function<void(ChannelWorld&, const std::string&)> aim = [](ChannelWorld& w,
                                                                              const std::string& url) {
            w.arguments.insert(w.arguments.end(), {"--gateway-url", url});
        };
        add_transport_cases<ChannelWorld>(made, provider_check, "gateway.", Status::offline, 1, aim);
        add_transport_cases<ChannelWorld>(made, operator_check, "gateway.", Status::unknown, 3, aim);
        for (ChannelCase& one : made) one.row.fault = "Channel Gateway: " + one.row.fault;
        add_provider_cases(made);
        add_telegram_cases(made);
        add_operator_cases(made);
        add_configuration_cases(made);
        for (ChannelCase& one : made)
            one.breaks = [check = one.row.check, breaks = one.breaks](ChannelWorld& world) {
                world.arguments = {"--only", std::string(check)};
                if (breaks) breaks(world);
            };
        return made;
    }();
    return all;
}

}  // namespace

std::vector<Row> channel_gateway_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: Cloud Channel Gateway", "[channel]") {
    run_cases(cases(), [] { return std::make_unique<ChannelWorld>(); });
}

}  // namespace cowork::test::matrix
