#pragma once

#include <span>
#include <string_view>

namespace cowork::catalogue {

// What owns durable state: the names that topology profiles use (cloud, section 15). An authority's contract
// has names of its own for it, see AuthorityRow::state_owner.
enum class ControlPlane { desktop_local_store, gateway_postgres, cloud_control_plane, pairing_broker };

struct ControlPlaneRow {
    ControlPlane plane;
    std::string_view meaning;
};

[[nodiscard]] std::span<const ControlPlaneRow> control_planes();
[[nodiscard]] std::string_view to_string(ControlPlane plane);

}  // namespace cowork::catalogue
