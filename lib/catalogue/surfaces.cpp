#include "catalogue/surfaces.hpp"

#include <array>

namespace cowork::catalogue {
namespace {

constexpr std::array rows{
    SurfaceRow{Surface::desktop_local, "Desktop, on the threads of its own machine"},
    SurfaceRow{Surface::desktop_cloud, "Desktop, on the threads of a Cloud"},
    SurfaceRow{Surface::cloud_web, "a browser, on the threads of a Cloud"},
    SurfaceRow{Surface::cloud_channel_gateway, "a chat channel, on the threads of a Cloud"},
    SurfaceRow{Surface::gateway_standalone, "a chat channel, on the threads of a Standalone Gateway"},
    SurfaceRow{Surface::desktop_paired, "another device, on the threads of a paired Desktop"},
    SurfaceRow{Surface::admin_operator, "the pages and endpoints for operators"},
};
static_assert(rows.size() == 7);

}  // namespace

std::span<const SurfaceRow> surfaces() { return rows; }

std::string_view to_string(Surface surface) {
    switch (surface) {
        case Surface::desktop_local:
            return "desktop_local";
        case Surface::desktop_cloud:
            return "desktop_cloud";
        case Surface::cloud_web:
            return "cloud_web";
        case Surface::cloud_channel_gateway:
            return "cloud_channel_gateway";
        case Surface::gateway_standalone:
            return "gateway_standalone";
        case Surface::desktop_paired:
            return "desktop_paired";
        case Surface::admin_operator:
            return "admin_operator";
    }
    return "";
}

}  // namespace cowork::catalogue
