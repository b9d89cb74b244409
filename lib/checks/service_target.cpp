#include "checks/service_target.hpp"

#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"

namespace cowork::checks {

bool stays_private(const net::Url& url) {
    const auto host_class = net::classify_host(url.host);
    return host_class == net::HostClass::loopback || host_class == net::HostClass::private_range ||
           host_class == net::HostClass::docker_host || host_class == net::HostClass::private_suffix;
}

std::optional<Finding> service_policy(Layers& layers, const Context& context, const SafeText& what,
                                      std::string url, std::string_view token, ServiceTarget& target) {
    target.base = std::move(url);
    while (target.base.ends_with('/')) target.base.pop_back();
    const auto verdict = net::check_service_endpoint(target.base);
    if (!verdict.ok())
        return layers.broke("policy", Status::action_required, net::reason_code(verdict.problem),
                            context.redactor.text("the URL of {} {}", what, net::describe(verdict.problem)));
    target.where = context.redactor.clean(verdict.url->origin());
    target.in_clear = !verdict.url->secure();
    layers.evidence("url", target.where);
    if (!token.empty()) {
        target.trimmed_token = Secret(token);
        target.token = &target.trimmed_token;
    }
    if (target.token != nullptr && target.in_clear && !stays_private(*verdict.url))
        return layers.broke(
            "policy", Status::action_required, "endpoint.cleartext-token",
            context.redactor.text("{} is http over a public network: the token is not sent", target.where));
    layers.passed("policy", context.redactor.text("{} is expected at {}", what, target.where));
    return std::nullopt;
}

probes::HttpRequest service_request(const ServiceTarget& target, const Context& context,
                                    std::string_view path, const Secret* bearer) {
    probes::HttpRequest made;
    made.url = target.base + std::string(path);
    made.bearer = bearer;
    made.ca_file = context.wishes.ca_file;
    // A name that sounds private must be so: what it resolves to decides whether a token goes there in clear.
    if (bearer != nullptr && target.in_clear) made.addresses = net::AddressRule::private_only;
    return made;
}

}  // namespace cowork::checks
