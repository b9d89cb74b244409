#include "catalogue/catalogue.hpp"

#include <algorithm>
#include <array>

namespace cowork::catalogue {
namespace {

constexpr std::array desktop_store{ControlPlane::desktop_local_store};
constexpr std::array gateway_store{ControlPlane::gateway_postgres};
constexpr std::array cloud_store{ControlPlane::cloud_control_plane};
constexpr std::array paired_store{ControlPlane::desktop_local_store, ControlPlane::pairing_broker};
constexpr std::array every_store{ControlPlane::desktop_local_store, ControlPlane::gateway_postgres,
                                 ControlPlane::cloud_control_plane, ControlPlane::pairing_broker};

constexpr std::array rows{
    IntentRow{Intent::desktop_local, "desktop-local", "Run Desktop locally", "desktop-only",
              Authority::desktop_local, desktop_store,
              "one person, one machine: Desktop runs the agents and keeps the threads", "", false},
    IntentRow{Intent::gateway_only, "gateway-only", "Deploy Gateway", "gateway-only",
              Authority::gateway_standalone, gateway_store,
              "chat with your own OpenCode from Telegram or a signed webhook, on one server",
              ".env.standalone-gateway", true},
    IntentRow{Intent::cloud_connect, "cloud-connect", "Connect Cloud", "cloud-only", Authority::cloud_worker,
              cloud_store, "an organisation's Cloud runs the agents; Desktop and browsers connect to it",
              ".env.cloud", false},
    IntentRow{Intent::desktop_pairing, "desktop-pairing", "Pair Desktop", "desktop-gateway",
              Authority::desktop_paired, paired_store,
              "reach the Desktop at home from elsewhere; it still runs the agents itself", "", false},
    IntentRow{Intent::full_hybrid, "full-hybrid", "Connect all surfaces", "full-hybrid", Authority::mixed,
              every_store, "all surfaces together, each thread still under one authority", "", false},
    IntentRow{Intent::cloud_gateway, "cloud-gateway", "Connect channels to Cloud", "cloud-channel-gateway",
              Authority::cloud_worker, cloud_store, "chat channels as a client of an organisation's Cloud",
              ".env.gateway", false},
};

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

std::string_view to_string(Authority authority) {
    switch (authority) {
        case Authority::desktop_local:
            return "desktop_local";
        case Authority::desktop_paired:
            return "desktop_paired";
        case Authority::cloud_worker:
            return "cloud_worker";
        case Authority::gateway_standalone:
            return "gateway_standalone";
        case Authority::mixed:
            return "mixed";
    }
    return "mixed";
}

std::string_view to_string(ControlPlane plane) {
    switch (plane) {
        case ControlPlane::desktop_local_store:
            return "desktop_local_store";
        case ControlPlane::gateway_postgres:
            return "gateway_postgres";
        case ControlPlane::cloud_control_plane:
            return "cloud_control_plane";
        case ControlPlane::pairing_broker:
            return "pairing_broker";
    }
    return "";
}

}  // namespace cowork::catalogue
