#include "checks/presence.hpp"

#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/standalone_gateway.hpp"

namespace cowork::checks {

Presence presence_in(const config::Config& config) {
    // Of the Channel Gateway, which is the Cloud's client.
    constexpr std::string_view cloud_base_url = "OPEN_COWORK_CLOUD_BASE_URL";
    Presence present;
    for (const config::Setting& setting : config.settings()) {
        const std::string_view key = setting.key;
        if (key.starts_with(rules::gateway_prefix)) {
            present.standalone_gateway = true;
        } else if (key.starts_with(rules::channel_gateway_prefix) || key == cloud_base_url) {
            present.channel_gateway = present.cloud = true;
        } else if (key == cloud_url_key || key == cloud_token_key) {
            present.cloud = true;
        } else if (key.starts_with(rules::cloud_prefix)) {
            present.cloud_server = present.cloud = true;
        }
    }
    return present;
}

}  // namespace cowork::checks
