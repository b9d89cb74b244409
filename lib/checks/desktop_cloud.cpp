#include "checks/cloud_target.hpp"
#include "checks/desktop_inventory.hpp"

namespace cowork::checks {

std::vector<std::string> cloud_urls_of_desktop(const Context& context) {
    if (!context.present.desktop) return {};
    const auto desktop = find_desktop(context);
    if (!desktop) return {};
    std::vector<std::string> urls;
    for (auto& remote : read_workspaces(context, *desktop).remotes)
        if (remote.kind == rules::RemoteKind::cloud) urls.push_back(std::move(remote.base_url));
    return urls;
}

}  // namespace cowork::checks
