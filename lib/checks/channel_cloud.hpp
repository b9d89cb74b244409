#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "rules/channel_gateway.hpp"

#include <array>
#include <optional>
#include <string>

namespace cowork::checks {

inline constexpr std::array channel_cloud_reasons{
    Reason{"channel.cloud-unreachable", Status::degraded, "the gateway's Cloud cannot be reached from here",
           "mend workspace.cloud.sync.reachable first"},
    Reason{"channel.cloud-mismatch", Status::degraded,
           "the running gateway talks to another Cloud than the configured one",
           "restart the gateway with this configuration", catalogue::Safety::disruptive},
    Reason{"channel.token-missing", Status::action_required, "the gateway has no service token",
           "run cowork setup cloud-gateway --service-token prompt"},
    Reason{"channel.token-refused", Status::action_required, "the Cloud does not accept the service token",
           "have a token made with the scope gateway and its channel bindings, and restart the gateway",
           catalogue::Safety::disruptive},
    Reason{"channel.token-scope", Status::action_required, "the service token lacks the scope gateway",
           "have a token made with the scope gateway and its channel bindings, and restart the gateway",
           catalogue::Safety::disruptive},
    Reason{"channel.token-proves-nothing", Status::degraded,
           "the Cloud takes anybody for its owner, so the service token is not looked at",
           "set AUTH_MODE on the Cloud to oidc or header", catalogue::Safety::disruptive},
    Reason{"channel.binding-missing", Status::action_required,
           "the service token may not use a channel binding of the gateway",
           "create the binding in the Cloud and grant it to the token, or correct the binding's id"},
    Reason{"channel.cloud-odd-answer", Status::unknown,
           "the Cloud answers the service token in no way that is known",
           "check which service answers at the Cloud's URL"},
};

// Asks the Cloud with the gateway's service token who that is, and whether it may use each binding; ends the
// check with what is wrong, because the gateway itself does not say.
[[nodiscard]] std::optional<Finding> channel_cloud(Layers& layers, const Context& context,
                                                   const rules::ChannelGatewayView& view,
                                                   const std::string& running_cloud_url);

}  // namespace cowork::checks
