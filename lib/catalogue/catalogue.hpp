#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace cowork::catalogue {

// Who runs an agent's turn (contract/health-center.md sections 2 and 5.2).
enum class Authority { desktop_local, desktop_paired, cloud_worker, gateway_standalone, mixed };
// What owns durable state.
enum class ControlPlane { desktop_local_store, gateway_postgres, cloud_control_plane, pairing_broker };
// The six set-up paths (design: cli.md, "Shape").
enum class Intent { desktop_local, gateway_only, cloud_connect, desktop_pairing, full_hybrid, cloud_gateway };

struct IntentRow {
    Intent intent;
    std::string_view id;  // as typed on the command line
    std::string_view label;
    std::string_view topology;  // topology profile
    Authority authority;
    std::span<const ControlPlane> control_planes;
    std::string_view when;      // when to choose it, one line
    std::string_view env_file;  // default env file; empty where the path writes none
    bool available;             // whether this version sets it up and checks it
};

[[nodiscard]] std::span<const IntentRow> intents();
[[nodiscard]] const IntentRow& row(Intent intent);
[[nodiscard]] std::optional<Intent> parse_intent(std::string_view id);

[[nodiscard]] std::string_view to_string(Authority authority);
[[nodiscard]] std::string_view to_string(ControlPlane plane);

}  // namespace cowork::catalogue
