#include "unit/smoke/channel_world.hpp"

#include "rules/secret_names.hpp"
#include "support/httplib_config.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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

FakeChannelGatewayOptions gateway_options(const ChannelWorldOptions& options, const std::string& cloud_url) {
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

ChannelWorld::ChannelWorld(const ChannelWorldOptions& options)
    : probe_(probes::make_http_probe()), client_(probes::make_http_client()) {
    SmokeCloudOptions cloud;
    cloud.open = options.open_cloud;
    cloud_ = std::make_unique<SmokeCloud>(cloud);
    gateway_ = std::make_unique<FakeChannelGateway>(gateway_options(options, cloud_->url()));
    set("OPEN_COWORK_GATEWAY_ADMIN_TOKEN", admin_token);
    set("OPEN_COWORK_CLOUD_BASE_URL", cloud_->url());
    set("OPEN_COWORK_CLOUD_TOKEN", cloud.admin_token);
    if (!options.ingress) set("OPEN_COWORK_GATEWAY_CLI_ENABLED", "true");
    for (const Provider& provider : providers)
        for (const auto& [key, value] : provider.settings)
            if (key != nullptr && options.ingress) set(std::string("OPEN_COWORK_GATEWAY_") + key, value);
    world_.wishes.gateway_url = gateway_->url();
    world_.wishes.cloud_url = cloud_->url();
    world_.present = {.channel_gateway = true, .cloud = true};
    world_.timeout = std::chrono::seconds(5);
    prepare_cloud();
    rules::learn_secrets(world_.redactor, world_.config);
    before_ = cloud_->state();
    cloud_->update([&](SmokeCloudOptions& now) { now.faults = options.cloud_faults; });
}

void ChannelWorld::set(const std::string& key, const std::string& value) {
    world_.config.set(key, Secret(value), {".env.gateway", 1, 1, key});
}

// What the gateway itself needs there: an agent, a binding for each provider, its service token.
void ChannelWorld::prepare_cloud() {
    ask(*cloud_, "/api/channels/agents", {{"agentId", "desk"}, {"name", "Desk"}});
    json granted = json::array({"cli"});
    ask(*cloud_, "/api/channels/bindings",
        {{"bindingId", "cli"}, {"agentId", "desk"}, {"provider", "cli"}, {"displayName", "cli"}});
    for (const Provider& provider : providers) {
        ask(*cloud_, "/api/channels/bindings",
            {{"bindingId", provider.id},
             {"agentId", "desk"},
             {"provider", provider.id},
             {"displayName", provider.id}});
        granted.push_back(provider.id);
    }
    const json token = ask(*cloud_, "/api/api-tokens",
                           {{"name", "gateway"}, {"scopes", {"gateway"}}, {"channelBindingIds", granted}});
    set("OPEN_COWORK_GATEWAY_SERVICE_TOKEN", token.at("plaintext"));
}

std::unique_ptr<smoke::Run> ChannelWorld::make_run(const std::string& id) {
    checks::Context context{world_.config,      world_.redactor,  *probe_,
                            world_.postgres,    world_.files,     Budget::lasting(std::chrono::seconds(60)),
                            world_.timeout,     world_.env_files, world_.diagnostics,
                            world_.environment, world_.wishes,    world_.present};
    return std::make_unique<smoke::Run>(std::move(context), *client_, world_.redactor, smoke::SmokeWishes{},
                                        id);
}

smoke::Outcome ChannelWorld::exercise(const std::string& id) {
    const auto run = make_run(id);
    const auto steps = smoke::steps_of(catalogue::Intent::cloud_gateway);
    return smoke::run_steps({steps, std::vector<bool>(steps.size(), true)}, *run, {});
}

void ChannelWorld::exercise_and_die(std::size_t steps) {
    const auto run = make_run(dead_run_id());
    const auto all = smoke::steps_of(catalogue::Intent::cloud_gateway);
    for (std::size_t i = 0; i < steps; ++i) (void)all.at(i)->run(*run);
    // Nobody takes its undo stack.
}

const report::Row& row_of(const smoke::Outcome& outcome, std::string_view id) {
    const auto found = std::find_if(outcome.rows.begin(), outcome.rows.end(),
                                    [&](const report::Row& row) { return row.id == id; });
    if (found == outcome.rows.end()) throw std::runtime_error("no row " + std::string(id));
    return *found;
}

std::string dead_run_id() {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child < 0 || waitpid(child, nullptr, 0) != child)
        throw std::runtime_error("no process could be made");
    std::string id = smoke::new_run_id();
    const auto from = id.find('-') + 1;
    return id.replace(from, id.find('-', from) - from, fmt::format("{:x}", static_cast<unsigned>(child)));
}

}  // namespace cowork::test
