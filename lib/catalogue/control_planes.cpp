#include "catalogue/control_planes.hpp"

#include <array>

namespace cowork::catalogue {
namespace {

constexpr std::array rows{
    ControlPlaneRow{ControlPlane::desktop_local_store, "Desktop's data directory on one machine"},
    ControlPlaneRow{ControlPlane::gateway_postgres, "the PostgreSQL of a Standalone Gateway"},
    ControlPlaneRow{ControlPlane::cloud_control_plane,
                    "a Cloud's PostgreSQL and object store, behind its API"},
    ControlPlaneRow{ControlPlane::pairing_broker,
                    "what carries commands and events between a paired Desktop and other devices"},
};
static_assert(rows.size() == 4);

}  // namespace

std::span<const ControlPlaneRow> control_planes() { return rows; }

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
