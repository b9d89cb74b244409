#include "checks/gateway_target.hpp"

#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/standalone_gateway.hpp"

namespace cowork::checks {

namespace {

bool is_near(const net::Url& url) {
    const auto host_class = net::classify_host(url.host);
    return host_class == net::HostClass::loopback || host_class == net::HostClass::private_range ||
           host_class == net::HostClass::docker_host || host_class == net::HostClass::private_suffix;
}

// `local_url` is where the settings say that it listens; `admin_token` what the service makes of its setting.
std::optional<Finding> policy(Layers& layers, const Context& context, const std::string& local_url,
                              std::string_view admin_token, Target& target) {
    target.base = context.wishes.gateway_url.empty() ? local_url : context.wishes.gateway_url;
    while (target.base.ends_with('/')) target.base.pop_back();
    const auto verdict = net::check_service_endpoint(target.base);
    if (!verdict.ok())
        return layers.broke("policy", Status::action_required, net::reason_code(verdict.problem),
                            context.redactor.text("the gateway's URL {}", net::describe(verdict.problem)));
    target.where = context.redactor.clean(verdict.url->origin());
    layers.evidence("url", target.where);
    if (!verdict.url->secure() && !is_near(*verdict.url))
        return layers.broke(
            "policy", Status::action_required, "endpoint.cleartext-token",
            context.redactor.text("{} is http over a public network: the token is not sent", target.where));
    if (!admin_token.empty()) {
        // As the service reads it: without the blanks around it.
        target.trimmed_token = Secret(admin_token);
        target.token = &target.trimmed_token;
    }
    layers.passed("policy", context.redactor.text("the gateway is expected at {}", target.where));
    return std::nullopt;
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

probes::HttpRequest gateway_request(const Context& context, const Target& target, std::string_view path,
                                    const Secret* bearer) {
    probes::HttpRequest made;
    made.url = target.base + std::string(path);
    made.bearer = bearer;
    made.ca_file = context.wishes.ca_file;
    return made;
}

}  // namespace cowork::checks
