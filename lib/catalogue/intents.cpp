#include "catalogue/intents.hpp"

#include <algorithm>
#include <array>

namespace cowork::catalogue {
namespace {

using Check = std::string_view;

constexpr WrittenFile user_layer(std::string_view when) {
    return {"~/.config/open-cowork/config.json", when};
}
// Desktop reads the .jsonc and ignores the .json beside it (health center, section 8.1).
constexpr WrittenFile user_layer_with_comments{"~/.config/open-cowork/config.jsonc",
                                               "in its place, if it is there"};

constexpr Step command(std::string_view arguments) { return {Step::Kind::command, arguments}; }
constexpr Step words(std::string_view text) { return {Step::Kind::words, text}; }

namespace desktop_local {
constexpr std::array planes{ControlPlane::desktop_local_store};
constexpr std::array surfaces{Surface::desktop_local};
constexpr std::array ready_when{Check("desktop.runtime.ready"), Check("desktop.credentials.configured"),
                                Check("workspace.authority.declared")};
constexpr std::array writes{user_layer("only when an option asks for it"), user_layer_with_comments};
constexpr std::array steps{command("setup desktop-local"),
                           words("start Desktop, and choose a provider and a model in it"),
                           command("doctor desktop-local")};
}  // namespace desktop_local

namespace gateway_only {
constexpr std::array planes{ControlPlane::gateway_postgres};
constexpr std::array surfaces{Surface::gateway_standalone};
constexpr std::array ready_when{Check("gateway.private_opencode.reachable"),
                                Check("gateway.provider.healthy"), Check("gateway.operator_auth.configured")};
constexpr std::array writes{WrittenFile{".env.standalone-gateway", ""}};
constexpr std::array steps{command("setup gateway-only --evaluate"),
                           words("start OpenCode and the gateway: setup ends with the commands"),
                           command("doctor gateway-only")};
}  // namespace gateway_only

namespace cloud_connect {
constexpr std::array planes{ControlPlane::cloud_control_plane};
constexpr std::array surfaces{Surface::desktop_cloud, Surface::cloud_web};
constexpr std::array ready_when{Check("workspace.cloud.authenticated"),
                                Check("workspace.cloud.sync.reachable"), Check("cloud.database.migrated"),
                                Check("cloud.object_store.configured")};
constexpr std::array writes{
    user_layer(""), user_layer_with_comments, WrittenFile{".env.cloud", "with --server"},
    WrittenFile{".env.cloud.ROLE", "in its place, when --role names several, such as .env.cloud.web"}};
constexpr std::array steps{command("setup cloud-connect --cloud-url URL"),
                           words("sign in to the organisation, in Desktop or in Cloud Web"),
                           command("doctor cloud-connect")};
}  // namespace cloud_connect

namespace desktop_pairing {
constexpr std::array planes{ControlPlane::desktop_local_store, ControlPlane::pairing_broker};
constexpr std::array surfaces{Surface::desktop_paired};
constexpr std::array ready_when{Check("pairing.connection.active"), Check("pairing.remote_policy.scoped"),
                                Check("desktop.runtime.ready")};
constexpr std::array steps{
    command("setup desktop-pairing --broker-url URL"),
    words("create the pairing in Desktop's settings, and let approvals be confirmed at the Desktop"),
    command("doctor desktop-pairing")};
}  // namespace desktop_pairing

namespace full_hybrid {
constexpr std::array planes{ControlPlane::desktop_local_store, ControlPlane::cloud_control_plane,
                            ControlPlane::gateway_postgres, ControlPlane::pairing_broker};
constexpr std::array surfaces{Surface::desktop_local,      Surface::desktop_cloud,
                              Surface::cloud_web,          Surface::cloud_channel_gateway,
                              Surface::gateway_standalone, Surface::desktop_paired};
constexpr std::array ready_when{Check("workspace.authority.declared"),
                                Check("workspace.cloud.sync.reachable"), Check("gateway.provider.healthy"),
                                Check("cloud.backup_posture.configured"),
                                Check("pairing.remote_policy.scoped")};
constexpr std::array writes{user_layer("for Desktop, when an option asks for it"),
                            user_layer_with_comments,
                            WrittenFile{".env.standalone-gateway", "for a Standalone Gateway"},
                            WrittenFile{".env.gateway", "for a Cloud Channel Gateway"},
                            WrittenFile{".env.cloud", "for a Cloud server"},
                            WrittenFile{".env.cloud.ROLE", "in its place, when --role names several"}};
constexpr std::array steps{
    command("setup full-hybrid --evaluate --dry-run --cloud-url URL --service-token prompt "
            "--broker-url URL"),
    words("on a terminal, cowork setup full-hybrid asks for each part in turn"),
    words("follow what each part needs, until doctor finds it ready"), command("doctor full-hybrid")};
}  // namespace full_hybrid

namespace cloud_gateway {
constexpr std::array planes{ControlPlane::cloud_control_plane};
constexpr std::array surfaces{Surface::cloud_web, Surface::cloud_channel_gateway};
// Not the product's: design, cli.md.
constexpr std::array ready_when{Check("gateway.provider.healthy"), Check("gateway.operator_auth.configured"),
                                Check("workspace.cloud.sync.reachable")};
constexpr std::array writes{WrittenFile{".env.gateway", ""}};
constexpr std::array steps{
    command("setup cloud-gateway --cloud-url URL --service-token prompt --telegram-bot-token prompt"),
    words("start the gateway with that file"), command("doctor cloud-gateway")};
}  // namespace cloud_gateway

constexpr std::array rows{
    IntentRow{.intent = Intent::desktop_local,
              .id = "desktop-local",
              .label = "Run Desktop locally",
              .topology = "desktop-only",
              .authority = Authority::desktop_local,
              .control_planes = desktop_local::planes,
              .when = "one person, one machine: Desktop runs the agents and keeps the threads",
              .env_file = "",
              .surfaces = desktop_local::surfaces,
              .ready_when = desktop_local::ready_when,
              .writes = desktop_local::writes,
              .steps = desktop_local::steps},
    IntentRow{.intent = Intent::gateway_only,
              .id = "gateway-only",
              .label = "Deploy Gateway",
              .topology = "gateway-only",
              .authority = Authority::gateway_standalone,
              .control_planes = gateway_only::planes,
              .when = "chat with your own OpenCode from Telegram or a signed webhook, on one server",
              .env_file = ".env.standalone-gateway",
              .surfaces = gateway_only::surfaces,
              .ready_when = gateway_only::ready_when,
              .writes = gateway_only::writes,
              .steps = gateway_only::steps},
    IntentRow{.intent = Intent::cloud_connect,
              .id = "cloud-connect",
              .label = "Connect Cloud",
              .topology = "cloud-only",
              .authority = Authority::cloud_worker,
              .control_planes = cloud_connect::planes,
              .when = "an organisation's Cloud runs the agents; Desktop and browsers connect to it",
              .env_file = ".env.cloud",
              .surfaces = cloud_connect::surfaces,
              .ready_when = cloud_connect::ready_when,
              .writes = cloud_connect::writes,
              .steps = cloud_connect::steps},
    IntentRow{.intent = Intent::desktop_pairing,
              .id = "desktop-pairing",
              .label = "Pair Desktop",
              .topology = "desktop-gateway",
              .authority = Authority::desktop_paired,
              .control_planes = desktop_pairing::planes,
              .when = "reach the Desktop at home from elsewhere; it still runs the agents itself",
              .env_file = "",
              .surfaces = desktop_pairing::surfaces,
              .ready_when = desktop_pairing::ready_when,
              .writes = {},
              .steps = desktop_pairing::steps},
    IntentRow{.intent = Intent::full_hybrid,
              .id = "full-hybrid",
              .label = "Connect all surfaces",
              .topology = "full-hybrid",
              .authority = Authority::mixed,
              .control_planes = full_hybrid::planes,
              .when = "all surfaces together, each thread still under one authority",
              .env_file = "",
              .surfaces = full_hybrid::surfaces,
              .ready_when = full_hybrid::ready_when,
              .writes = full_hybrid::writes,
              .steps = full_hybrid::steps},
    IntentRow{.intent = Intent::cloud_gateway,
              .id = "cloud-gateway",
              .label = "Connect channels to Cloud",
              .topology = "cloud-channel-gateway",
              .authority = Authority::cloud_worker,
              .control_planes = cloud_gateway::planes,
              .when = "chat channels as a client of an organisation's Cloud",
              .env_file = ".env.gateway",
              .surfaces = cloud_gateway::surfaces,
              .ready_when = cloud_gateway::ready_when,
              .writes = cloud_gateway::writes,
              .steps = cloud_gateway::steps},
};
static_assert(rows.size() == 6);

}  // namespace

std::span<const IntentRow> intents() { return rows; }

const IntentRow& row(Intent intent) {
    return *std::find_if(rows.begin(), rows.end(), [&](const IntentRow& r) { return r.intent == intent; });
}

std::optional<Intent> parse_intent(std::string_view id) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const IntentRow& r) { return r.id == id; });
    if (found == rows.end()) return std::nullopt;
    return found->intent;
}

}  // namespace cowork::catalogue
