#include "checks/gateway_target.hpp"

#include "rules/channel_gateway.hpp"
#include "rules/standalone_gateway.hpp"

namespace cowork::checks {

namespace {

// `local_url` is where the settings say that it listens.
std::optional<Finding> policy(Layers& layers, const Context& context, const std::string& local_url,
                              std::string_view admin_token, Target& target) {
    return service_policy(layers, context, "the gateway"_safe,
                          context.wishes.gateway_url.empty() ? local_url : context.wishes.gateway_url,
                          admin_token, target);
}

}  // namespace

Finding no_gateway() {
    Layers layers;
    return layers.broke("policy", Status::unknown, "gateway.not-set-up", "no gateway is set up here"_safe);
}

std::optional<Finding> gateway_policy(Layers& layers, const Context& context, Target& target) {
    const rules::GatewayView view = rules::view_gateway(context.config);
    return policy(layers, context, view.local_url(), view.admin_token, target);
}

std::optional<Finding> channel_policy(Layers& layers, const Context& context, Target& target) {
    const rules::ChannelGatewayView view = rules::view_channel_gateway(context.config);
    return policy(layers, context, view.local_url(), view.admin_token.reveal(), target);
}

std::optional<Finding> judge_gateway_transport(Layers& layers, const Context& context, const Target& target,
                                               const probes::HttpAnswer& answer, Status failing) {
    if (auto broken = judge_certificate(layers, context, answer, tls_codes<"gateway">(), target.where))
        return broken;
    return judge_transport(layers, context, answer, http_reasons<"gateway">(failing), "the gateway"_safe,
                           target.where);
}

}  // namespace cowork::checks
