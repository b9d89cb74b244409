#include "catalogue/topologies.hpp"

#include <algorithm>
#include <array>

namespace cowork::catalogue {
namespace {

using A = Authority;
using C = ControlPlane;
using O = Operator;
using S = TopologySurface;
using Words = std::string_view;

namespace desktop_only {
constexpr std::array authorities{A::desktop_local};
constexpr std::array planes{C::desktop_local_store};
constexpr std::array surfaces{S::desktop};
constexpr std::array operators{O::solo, O::internal};
constexpr std::array durability{Words("Desktop's data directory"), Words("the index of local sessions"),
                                Words("the SQLite database of local workflows"),
                                Words("the operating system's keyring, where there is one")};
constexpr std::array fail_closed{Words("a connection to a Cloud without HTTPS is refused"),
                                 Words("windows see credentials masked"),
                                 Words("no local path enters a Cloud workspace by itself")};
}  // namespace desktop_only

namespace gateway_only {
constexpr std::array authorities{A::gateway_standalone};
constexpr std::array planes{C::gateway_postgres};
constexpr std::array surfaces{S::gateway, S::channel};
constexpr std::array operators{O::solo, O::internal, O::enterprise};
constexpr std::array durability{Words("the gateway's PostgreSQL"), Words("the gateway's artifacts"),
                                Words("backups of that PostgreSQL"),
                                Words("the store of the channels' credentials")};
constexpr std::array fail_closed{Words("a public address for OpenCode is refused"),
                                 Words("the endpoints for operators need the admin token"),
                                 Words("a webhook needs its shared secret or an HMAC signature"),
                                 Words("a store that does not survive a restart is refused")};
}  // namespace gateway_only

namespace cloud_only {
constexpr std::array authorities{A::cloud_worker};
constexpr std::array planes{C::cloud_control_plane};
constexpr std::array surfaces{S::cloud_web};
constexpr std::array operators{O::internal, O::enterprise, O::managed};
constexpr std::array durability{Words("PostgreSQL"), Words("the object store"),
                                Words("the key service or secret manager"), Words("the workers' checkpoints"),
                                Words("proof that backups restore")};
constexpr std::array fail_closed{Words("public_production without PostgreSQL is refused"),
                                 Words("public_production without a provider's object store is refused"),
                                 Words("a public host without sign-in is refused"),
                                 Words("more than one worker without checkpoints is refused")};
}  // namespace cloud_only

namespace cloud_channel_gateway {
constexpr std::array authorities{A::cloud_worker};
constexpr std::array planes{C::cloud_control_plane};
constexpr std::array surfaces{S::cloud_web, S::gateway, S::channel};
constexpr std::array operators{O::solo, O::internal, O::enterprise, O::managed};
constexpr std::array durability{Words("the Cloud's PostgreSQL"), Words("the Cloud's object store"),
                                Words("the gateway's delivery cursors, which the Cloud keeps"),
                                Words("the store of the channels' secrets")};
constexpr std::array fail_closed{
    Words("the endpoints for operators need the admin token"), Words("a provider's webhook must be signed"),
    Words("the fake provider works locally only"),
    Words("more than one replica is refused unless distributed ownership is turned on")};
}  // namespace cloud_channel_gateway

namespace desktop_gateway {
constexpr std::array authorities{A::desktop_local};
constexpr std::array planes{C::desktop_local_store, C::pairing_broker};
constexpr std::array surfaces{S::desktop, S::gateway, S::channel};
constexpr std::array operators{O::solo, O::internal};
constexpr std::array durability{Words("Desktop's pairing records"), Words("the broker's log of commands"),
                                Words("the broker's event cursor"), Words("Desktop's audit log")};
constexpr std::array fail_closed{
    Words("a broker beyond loopback needs HTTPS"), Words("a pairing token works once, or is stored securely"),
    Words("local paths, details of MCPs and the content of artifacts are redacted by default")};
}  // namespace desktop_gateway

namespace cloud_gateway_edge {
constexpr std::array authorities{A::cloud_worker, A::gateway_standalone};
constexpr std::array planes{C::cloud_control_plane, C::gateway_postgres};
constexpr std::array surfaces{S::cloud_web, S::gateway, S::channel};
constexpr std::array operators{O::internal, O::enterprise, O::managed};
constexpr std::array durability{
    Words("the Cloud's records of registered gateways"), Words("each gateway's PostgreSQL"),
    Words("each gateway's channel credentials"), Words("audit records on both sides")};
constexpr std::array fail_closed{Words("the Cloud cannot take over a gateway's raw runtime state"),
                                 Words("nothing runs at the edge until a policy allows it"),
                                 Words("the home of an OpenCode is never copied by itself")};
}  // namespace cloud_gateway_edge

namespace full_hybrid {
constexpr std::array authorities{A::desktop_local, A::cloud_worker, A::gateway_standalone};
constexpr std::array planes{C::desktop_local_store, C::cloud_control_plane, C::gateway_postgres,
                            C::pairing_broker};
constexpr std::array surfaces{S::desktop, S::cloud_web, S::gateway, S::channel};
constexpr std::array operators{O::enterprise, O::managed};
constexpr std::array durability{Words("the Cloud's PostgreSQL"),
                                Words("the Cloud's object store"),
                                Words("the PostgreSQL of each Standalone Gateway"),
                                Words("Desktop's data directory"),
                                Words("proof that backups restore"),
                                Words("the operators' audit logs")};
constexpr std::array fail_closed{
    Words("a workspace offers only what its authority supports"),
    Words("no secret crosses into a window, a cache or a log"),
    Words("a thread changes its authority only when a user or an administrator says so")};
}  // namespace full_hybrid

constexpr std::array rows{
    TopologyRow{"desktop-only", "Desktop Only", TopologyStatus::supported, desktop_only::authorities,
                desktop_only::planes, desktop_only::surfaces, desktop_only::operators, "desktop-local",
                "agents, files and credentials stay on one machine; no Cloud is needed",
                desktop_only::durability, desktop_only::fail_closed},
    TopologyRow{"gateway-only", "Standalone Gateway Only", TopologyStatus::supported,
                gateway_only::authorities, gateway_only::planes, gateway_only::surfaces,
                gateway_only::operators, "standalone-gateway",
                "chat channels reach a private OpenCode on one server; no Cloud is needed",
                gateway_only::durability, gateway_only::fail_closed},
    TopologyRow{"cloud-only", "Cloud Only", TopologyStatus::supported, cloud_only::authorities,
                cloud_only::planes, cloud_only::surfaces, cloud_only::operators, "cloud-worker",
                "a Cloud runs the agents; browsers and Desktops are its clients", cloud_only::durability,
                cloud_only::fail_closed},
    TopologyRow{"cloud-channel-gateway", "Cloud Plus Cloud Channel Gateway", TopologyStatus::supported,
                cloud_channel_gateway::authorities, cloud_channel_gateway::planes,
                cloud_channel_gateway::surfaces, cloud_channel_gateway::operators, "cloud-channel-gateway",
                "chat channels reach the threads of a Cloud through a gateway that runs no agent",
                cloud_channel_gateway::durability, cloud_channel_gateway::fail_closed},
    TopologyRow{"desktop-gateway", "Desktop Plus Gateway Pairing", TopologyStatus::connector_contract,
                desktop_gateway::authorities, desktop_gateway::planes, desktop_gateway::surfaces,
                desktop_gateway::operators, "desktop-pairing",
                "other devices reach a Desktop, which connects outwards and opens no port",
                desktop_gateway::durability, desktop_gateway::fail_closed},
    TopologyRow{"cloud-gateway-edge", "Cloud With Registered Edge Gateway", TopologyStatus::defined_contract,
                cloud_gateway_edge::authorities, cloud_gateway_edge::planes, cloud_gateway_edge::surfaces,
                cloud_gateway_edge::operators, "cloud-gateway-edge",
                "a Cloud lists the Standalone Gateways that others host; each still runs its own agents",
                cloud_gateway_edge::durability, cloud_gateway_edge::fail_closed},
    TopologyRow{"full-hybrid", "Full Hybrid", TopologyStatus::supported_composition, full_hybrid::authorities,
                full_hybrid::planes, full_hybrid::surfaces, full_hybrid::operators, "full-hybrid",
                "Desktop, Cloud and gateways together, once each of them works alone",
                full_hybrid::durability, full_hybrid::fail_closed},
};
static_assert(rows.size() == 7);

}  // namespace

std::span<const TopologyRow> topologies() { return rows; }

const TopologyRow* find_topology(std::string_view id) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const TopologyRow& row) { return row.id == id; });
    return found == rows.end() ? nullptr : &*found;
}

std::string_view to_string(TopologyStatus status) {
    switch (status) {
        case TopologyStatus::supported:
            return "supported";
        case TopologyStatus::connector_contract:
            return "connector-contract";
        case TopologyStatus::defined_contract:
            return "defined-contract";
        case TopologyStatus::supported_composition:
            return "supported-composition";
    }
    return "";
}

std::string_view meaning(TopologyStatus status) {
    switch (status) {
        case TopologyStatus::supported:
            return "the product supports it as it is";
        case TopologyStatus::connector_contract:
            return "the product has Desktop's side; the broker between the two is the operator's";
        case TopologyStatus::defined_contract:
            return "the product says what it has to be, and does not have all of it yet";
        case TopologyStatus::supported_composition:
            return "several supported topologies side by side";
    }
    return "";
}

std::string_view to_string(Operator who) {
    switch (who) {
        case Operator::solo:
            return "solo";
        case Operator::internal:
            return "internal";
        case Operator::enterprise:
            return "enterprise";
        case Operator::managed:
            return "managed";
    }
    return "";
}

std::string_view to_string(TopologySurface surface) {
    switch (surface) {
        case TopologySurface::desktop:
            return "desktop";
        case TopologySurface::cloud_web:
            return "cloud_web";
        case TopologySurface::gateway:
            return "gateway";
        case TopologySurface::channel:
            return "channel";
    }
    return "";
}

}  // namespace cowork::catalogue
