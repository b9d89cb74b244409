#include "support/channel_place.hpp"

#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <stdexcept>

namespace cowork::test {
namespace {

using nlohmann::json;

constexpr const char* admin_token = "cgw-admin-77b1e0c9d2aa55";

struct Provider {
    const char* id;
    const char* secret;
    std::array<std::array<const char*, 2>, 5> settings;  // keys without their prefix
};

// One of each way to prove a sender.
constexpr std::array providers{
    Provider{"webhook",
             "whsec-4d1f0a9b7c63e2",
             {{{"WEBHOOK_DELIVERY_URL", "https://chat.example.test/deliver"},
               {"WEBHOOK_SHARED_SECRET", "whsec-4d1f0a9b7c63e2"}}}},
    Provider{"discord",
             "dcsec-9a77c1d203bb41",
             {{{"DISCORD_DELIVERY_URL", "https://discord.example.test/deliver"},
               {"DISCORD_SHARED_SECRET", "dcsec-9a77c1d203bb41"}}}},
    Provider{"slack",
             "slsig-51c0d9e8f7a6b5",
             {{{"SLACK_BOT_TOKEN", "xoxb-loopback-0000"}, {"SLACK_SIGNING_SECRET", "slsig-51c0d9e8f7a6b5"}}}},
    Provider{"telegram",
             "tgsec_77aa10bc9d3e4f",
             {{{"TELEGRAM_BOT_TOKEN", "1234567:loopback-bot-token-000000000000"},
               {"TELEGRAM_MODE", "webhook"},
               {"TELEGRAM_WEBHOOK_SECRET", "tgsec_77aa10bc9d3e4f"},
               {"TELEGRAM_PUBLIC_URL", "https://gateway.example.test"}}}},
    Provider{"email",
             "emsec-08f1e2d3c4b5a6",
             {{{"EMAIL_INBOUND_SECRET", "emsec-08f1e2d3c4b5a6"},
               {"EMAIL_FROM", "bot@example.test"},
               {"EMAIL_SMTP_HOST", "smtp.example.test"}}}},
};

json ask(const SmokeCloud& cloud, const std::string& path, const json& body) {
    httplib::Client client("127.0.0.1", cloud.port());
    const auto answer = client.Post(path, {{"Authorization", "Bearer " + SmokeCloudOptions{}.admin_token}},
                                    body.dump(), "application/json");
    if (!answer || answer->status != 201)
        throw std::runtime_error("the Cloud could not be prepared: " + path);
    return json::parse(answer->body);
}

FakeChannelGatewayOptions gateway_options(const ChannelPlaceOptions& options, const std::string& cloud_url) {
    FakeChannelGatewayOptions made;
    made.admin_token = admin_token;
    made.cloud_url = cloud_url;
    made.operator_endpoints_open = options.operator_endpoints_open;
    made.faults = options.gateway_faults;
    made.providers.clear();
    if (!options.ingress) made.providers.push_back({.id = "cli"});
    for (const Provider& provider : providers)
        if (options.ingress)
            made.providers.push_back({.id = provider.id,
                                      .healthy = options.unhealthy != provider.id,
                                      .kind = provider.id,
                                      .secret = provider.secret});
    return made;
}

}  // namespace

ChannelPlace::ChannelPlace(const ChannelPlaceOptions& options) {
    SmokeCloudOptions made;
    made.open = options.open_cloud;
    made.server.delay = options.cloud_delay;
    cloud = std::make_unique<SmokeCloud>(made);
    gateway = std::make_unique<FakeChannelGateway>(gateway_options(options, cloud->url()));
    settings["OPEN_COWORK_GATEWAY_ADMIN_TOKEN"] = admin_token;
    settings["OPEN_COWORK_CLOUD_BASE_URL"] = cloud->url();
    settings["OPEN_COWORK_CLOUD_TOKEN"] = made.admin_token;
    if (!options.ingress) settings["OPEN_COWORK_GATEWAY_CLI_ENABLED"] = "true";
    for (const Provider& provider : providers)
        for (const auto& [key, value] : provider.settings)
            if (key != nullptr && options.ingress)
                settings[std::string("OPEN_COWORK_GATEWAY_") + key] = value;
    prepare_cloud();
    before = cloud->state();
    cloud->update([&](SmokeCloudOptions& now) { now.faults = options.cloud_faults; });
}

// What the gateway itself needs there: an agent, a binding for each provider, its service token.
void ChannelPlace::prepare_cloud() {
    ask(*cloud, "/api/channels/agents", {{"agentId", "desk"}, {"name", "Desk"}});
    json granted = json::array({"cli"});
    ask(*cloud, "/api/channels/bindings",
        {{"bindingId", "cli"}, {"agentId", "desk"}, {"provider", "cli"}, {"displayName", "cli"}});
    for (const Provider& provider : providers) {
        ask(*cloud, "/api/channels/bindings",
            {{"bindingId", provider.id},
             {"agentId", "desk"},
             {"provider", provider.id},
             {"displayName", provider.id}});
        granted.push_back(provider.id);
    }
    const json token = ask(*cloud, "/api/api-tokens",
                           {{"name", "gateway"}, {"scopes", {"gateway"}}, {"channelBindingIds", granted}});
    settings["OPEN_COWORK_GATEWAY_SERVICE_TOKEN"] = token.at("plaintext").get<std::string>();
}

std::string ChannelPlace::text() const {
    std::string lines;
    for (const auto& [key, value] : settings) lines.append(key).append("=").append(value).append("\n");
    return lines;
}

}  // namespace cowork::test
