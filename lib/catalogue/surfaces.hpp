#pragma once

#include <span>
#include <string_view>

namespace cowork::catalogue {

// Where a person meets the threads: the product's seven surfaces (health center, section 5.2).
enum class Surface {
    desktop_local,
    desktop_cloud,
    cloud_web,
    cloud_channel_gateway,
    gateway_standalone,
    desktop_paired,
    admin_operator
};

struct SurfaceRow {
    Surface surface;
    std::string_view meaning;
};

[[nodiscard]] std::span<const SurfaceRow> surfaces();
[[nodiscard]] std::string_view to_string(Surface surface);

}  // namespace cowork::catalogue
