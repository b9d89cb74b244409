#include "cowork/commands/reference_pages.hpp"

#include "cowork/commands/capabilities_page.hpp"
#include "cowork/commands/explain.hpp"
#include "cowork/commands/setup_pages.hpp"
#include "cowork/commands/smoke_pages.hpp"
#include "cowork/commands/topologies_page.hpp"
#include "cowork/commands/validate_pages.hpp"
#include "cowork/commands/workspaces_page.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/standalone_gateway.hpp"

#include <array>

namespace cowork::app {

std::span<const Page> reference_pages() {
    static constexpr std::array pages{
        Page{"reference/checks.md", reference_page},
        Page{"reference/smoke.md", smoke_page},
        Page{"reference/validate.md", rules_page},
        Page{"reference/capabilities.md", capabilities_page},
        Page{"reference/topologies.md", topologies_page},
        Page{"reference/workspaces.md", workspaces_page},
        Page{"reference/setup-options.md", setup_options_page},
        Page{"reference/gateway-keys.md", [] { return keys_page(rules::standalone_gateway()); }},
        Page{"reference/channel-gateway-keys.md", [] { return keys_page(rules::channel_gateway()); }},
        Page{"reference/cloud-keys.md", [] { return keys_page(rules::cloud_server()); }},
        Page{"man/cowork-setup.1", setup_manual},
    };
    return pages;
}

}  // namespace cowork::app
