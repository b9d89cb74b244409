#include "rules/channel_gateway_delivery.hpp"

#include "core/text.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"

namespace cowork::rules {
namespace {

// The three hosts that plain http, the allow-list and the private ranges make an exception for.
bool is_this_machine(std::string_view host) {
    return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

bool matches(std::string_view host, std::string_view pattern) {
    if (!pattern.starts_with("*.")) return host == pattern;
    const auto suffix = pattern.substr(1);
    return host.ends_with(suffix) && host.size() > suffix.size();
}

bool is_allowed(std::string_view host, std::string_view allowed_hosts) {
    bool any = false;
    while (!allowed_hosts.empty()) {
        const auto comma = allowed_hosts.find(',');
        std::string pattern = lowered(trimmed(allowed_hosts.substr(0, comma)));
        if (pattern.starts_with('[')) pattern.erase(0, 1);
        if (pattern.ends_with(']')) pattern.pop_back();
        any = any || !pattern.empty();
        if (!pattern.empty() && matches(host, pattern)) return true;
        allowed_hosts =
            comma == std::string_view::npos ? std::string_view{} : allowed_hosts.substr(comma + 1);
    }
    return !any;
}

}  // namespace

std::optional<DeliveryProblem> delivery_problem(std::string_view url, std::string_view allowed_hosts,
                                                bool allow_private) {
    const auto verdict = net::check_service_endpoint(url);
    if (!verdict.ok())
        return DeliveryProblem{net::reason_code(verdict.problem), std::string(net::describe(verdict.problem)),
                               "use https, or http on loopback"};
    const std::string_view host = verdict.url->host;
    if (is_this_machine(host)) return std::nullopt;
    if (!verdict.url->secure())
        return DeliveryProblem{"configuration.insecure-url", "is http and not on localhost",
                               "use https, or http on localhost"};
    if (!is_allowed(host, allowed_hosts))
        return DeliveryProblem{"configuration.host-not-allowed",
                               "names a host that the allow-list does not have",
                               "add its host to the allowed hosts, or correct it"};
    if (!allow_private && net::is_private_or_reserved(host))
        return DeliveryProblem{"configuration.private-delivery",
                               "names a private or reserved address while private delivery is not allowed",
                               "name a public host, or allow private delivery"};
    return std::nullopt;
}

}  // namespace cowork::rules
