#include "catalogue/authorities.hpp"

#include <algorithm>
#include <array>

namespace cowork::catalogue {
namespace {

constexpr std::array rows{
    AuthorityRow{.authority = Authority::desktop_local,
                 .meaning = "OpenCode on the machine of the Desktop",
                 .runtime = Authority::desktop_local,
                 .state_owner = "desktop_local_store",
                 .credential_owner = "desktop_local_store",
                 .default_surface = Surface::desktop_local,
                 .path_exposure = "local_private",
                 .pairing_state = "not_applicable",
                 .artifacts = "local_filesystem",
                 .interactions = "desktop_local",
                 .workflows = "supported"},
    AuthorityRow{.authority = Authority::gateway_standalone,
                 .meaning = "the private OpenCode of a Standalone Gateway",
                 .runtime = Authority::gateway_standalone,
                 .state_owner = "gateway_control_plane",
                 .credential_owner = "gateway_control_plane",
                 .default_surface = Surface::gateway_standalone,
                 .path_exposure = "redacted_remote",
                 .pairing_state = "not_applicable",
                 .artifacts = "gateway_artifact_store",
                 .interactions = "gateway_standalone",
                 .workflows = "supported"},
    AuthorityRow{.authority = Authority::desktop_paired,
                 .meaning = "the OpenCode of a Desktop, asked from another device",
                 .runtime = Authority::desktop_local,
                 .state_owner = "desktop_local_store",
                 .credential_owner = "desktop_local_store",
                 .default_surface = Surface::desktop_paired,
                 .path_exposure = "redacted_remote",
                 .pairing_state = "pairing_required",
                 .artifacts = "redacted_metadata_only",
                 .interactions = "remote_pairing_policy",
                 .workflows = "deferred"},
    AuthorityRow{.authority = Authority::cloud_worker,
                 .meaning = "a worker of a Cloud",
                 .runtime = Authority::cloud_worker,
                 .state_owner = "cloud_control_plane",
                 .credential_owner = "cloud_control_plane",
                 .default_surface = Surface::desktop_cloud,
                 .path_exposure = "cloud_safe_refs",
                 .pairing_state = "not_applicable",
                 .artifacts = "cloud_object_store",
                 .interactions = "cloud_control_plane",
                 .workflows = "supported"},
    AuthorityRow{.authority = Authority::cloud_channel_gateway,
                 .meaning = "a worker of a Cloud, asked from a chat channel",
                 .runtime = Authority::cloud_worker,
                 .state_owner = "cloud_control_plane",
                 .credential_owner = "cloud_channel_gateway",
                 .default_surface = Surface::cloud_channel_gateway,
                 .path_exposure = "redacted_remote",
                 .pairing_state = "not_applicable",
                 .artifacts = "channel_delivery",
                 .interactions = "cloud_control_plane",
                 .workflows = "supported"},
};
static_assert(rows.size() == 5);

}  // namespace

std::span<const AuthorityRow> authorities() { return rows; }

const AuthorityRow* find_authority(Authority authority) {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const AuthorityRow& row) { return row.authority == authority; });
    return found == rows.end() ? nullptr : &*found;
}

std::string_view to_string(Authority authority) {
    switch (authority) {
        case Authority::desktop_local:
            return "desktop_local";
        case Authority::gateway_standalone:
            return "gateway_standalone";
        case Authority::desktop_paired:
            return "desktop_paired";
        case Authority::cloud_worker:
            return "cloud_worker";
        case Authority::cloud_channel_gateway:
            return "cloud_channel_gateway";
        case Authority::mixed:
            return "mixed";
    }
    return "mixed";
}

}  // namespace cowork::catalogue
