#include "checks/cloud_target.hpp"
#include "checks/desktop_inventory.hpp"

namespace cowork::checks {

std::vector<std::string> cloud_urls_of_desktop(const Context& context) {
    if (!context.present.desktop) return {};
    const auto desktop = find_desktop(context);
    return desktop ? read_workspaces(context, *desktop).cloud_urls : std::vector<std::string>{};
}

}  // namespace cowork::checks
