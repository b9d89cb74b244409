#pragma once

#include "checks/http_layers.hpp"
#include "checks/json_answers.hpp"
#include "checks/service_target.hpp"
#include "checks/tls_layers.hpp"
#include "checks/transport_reasons.hpp"
#include "secrets/secret.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::checks {

// What the checks of the running gateway share: where it is, how asking it can fail, and its JSON.

// How the way to the gateway can break, whichever check walks it.
inline constexpr std::array presence_reasons{
    Reason{"gateway.not-set-up", Status::unknown, "no gateway is set up here",
           "run cowork setup gateway-only or cowork setup cloud-gateway, or leave the path out"},
};
inline constexpr auto transport_reasons =
    joined(presence_reasons, endpoint_reasons, connection_reasons<"gateway">(), tls_reasons<"gateway">());
[[nodiscard]] Finding no_gateway();

template <std::size_t N>
constexpr auto with_transport(const std::array<Reason, N>& own) {
    return joined(transport_reasons, own);
}

using Target = ServiceTarget;

// Fills in the target, or ends the check when the gateway may not be asked there: the Standalone Gateway,
// and the Cloud Channel Gateway.
[[nodiscard]] std::optional<Finding> gateway_policy(Layers& layers, const Context& context, Target& target);
[[nodiscard]] std::optional<Finding> channel_policy(Layers& layers, const Context& context, Target& target);

// Ends the check when there is no answer, the certificate's faults told apart; `failing` is the status of a
// gateway that cannot be reached.
[[nodiscard]] std::optional<Finding> judge_gateway_transport(Layers& layers, const Context& context,
                                                             const Target& target,
                                                             const probes::HttpAnswer& answer,
                                                             Status failing);

}  // namespace cowork::checks
