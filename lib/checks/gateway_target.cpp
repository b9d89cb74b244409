#include "checks/gateway_target.hpp"

#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "rules/standalone_gateway.hpp"

namespace cowork::checks {

std::optional<Finding> gateway_policy(Layers& layers, const Context& context, Target& target) {
    const rules::GatewayView view = rules::view_gateway(context.config);
    target.base = context.wishes.gateway_url.empty() ? view.local_url() : context.wishes.gateway_url;
    while (target.base.ends_with('/')) target.base.pop_back();
    const auto verdict = net::check_service_endpoint(target.base);
    if (!verdict.ok())
        return layers.broke("policy", Status::action_required, net::reason_code(verdict.problem),
                            context.redactor.text("the gateway's URL {}", net::describe(verdict.problem)));
    target.where = context.redactor.clean(verdict.url->origin());
    layers.evidence("url", target.where);
    const auto host_class = net::classify_host(verdict.url->host);
    const bool near = host_class == net::HostClass::loopback || host_class == net::HostClass::private_range ||
                      host_class == net::HostClass::docker_host ||
                      host_class == net::HostClass::private_suffix;
    if (!verdict.url->secure() && !near)
        return layers.broke(
            "policy", Status::action_required, "endpoint.cleartext-token",
            context.redactor.text("{} is http over a public network: the token is not sent", target.where));
    const auto* token = context.config.find(rules::gateway_key("ADMIN_TOKEN"));
    if (token != nullptr && !view.admin_token.empty()) {
        // As the service reads it: without the blanks around it.
        target.trimmed_token = Secret(view.admin_token);
        target.token = &target.trimmed_token;
    }
    layers.passed("policy", context.redactor.text("the gateway is expected at {}", target.where));
    return std::nullopt;
}

probes::HttpRequest gateway_request(const Target& target, std::string_view path, const Secret* bearer) {
    probes::HttpRequest made;
    made.url = target.base + std::string(path);
    made.bearer = bearer;
    return made;
}

}  // namespace cowork::checks
