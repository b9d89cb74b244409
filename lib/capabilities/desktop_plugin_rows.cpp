#include "capabilities/desktop_parts.hpp"
#include "capabilities/plugin_name.hpp"

#include <nlohmann/json.hpp>

namespace cowork::capabilities {
namespace {

using Json = nlohmann::ordered_json;

// The one entry for plugins in the product's registry of what it assumes of OpenCode. Not of mode
// desktop-local, so it is never critical on a Desktop.
void add_registry_row(const DesktopWorld& world) {
    auto& row = world.row("plugin.product-mode-unsupported", "opencode-plugin-remote-fail-closed",
                          "opencode-compatibility-registry"_safe, {});
    row.product_mode = "desktop-cloud,cloud-web,cloud-channel-gateway,paired-desktop,headless-host";
    row.evidence.emplace_back("owner", "capabilities"_safe);
    row.evidence.emplace_back("tests", std::vector<SafeText>{"tests/capability-bundle-policy.test.ts"_safe});
}

}  // namespace

void add_plugins(const DesktopWorld& world) {
    add_registry_row(world);
    const auto document = read_document(world, world.opencode_directory() + "/opencode");
    const Json* plugins = document ? document->find("/plugin") : nullptr;
    if (plugins == nullptr || !plugins->is_array()) return;
    for (std::size_t i = 0; i < plugins->size(); ++i) {
        // A text, or a text and its options, which nobody is shown.
        const Json* spec = &(*plugins)[i];
        if (spec->is_array() && !spec->empty()) spec = &spec->front();
        if (!spec->is_string()) continue;
        const std::string name = plugin_name(spec->get_ref<const std::string&>());
        if (name.empty()) continue;
        const SourceRef where = document->where(config::child_pointer("/plugin", std::to_string(i)));
        const ConfigOrigin origin{"custom:machine", where};
        static_cast<void>(world.row("plugin.declared", name, "custom"_safe, origin.place(world.redactor)));
    }
}

}  // namespace cowork::capabilities
