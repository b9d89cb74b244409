#include "checks/channel.hpp"
#include "checks/operator_doors.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace cowork::checks {
namespace {

using probes::HttpAnswer;

bool shows_providers(const HttpAnswer& answer) {
    const auto document = answer.ok() ? object_in(answer.body) : std::nullopt;
    return document && document->contains("providers");
}

// Metrics and diagnostics are 404 where they are switched off.
bool closed_or_off(const HttpAnswer& answer) { return refused_token(answer) || answer.status == 404; }
bool shown_or_off(const HttpAnswer& answer) { return answer.status == 200 || answer.status == 404; }
bool ready_or_not(const HttpAnswer& answer) { return answer.status == 200 || answer.status == 503; }
// Deliveries need the Cloud, whose troubles other checks tell.
bool whatever(const HttpAnswer&) { return true; }

constexpr std::array doors{OperatorDoor{"/metrics", succeeded, closed_or_off, shown_or_off},
                           OperatorDoor{"/diagnostics", succeeded, closed_or_off, shown_or_off},
                           OperatorDoor{"/deliveries", succeeded, closed_or_off, whatever},
                           OperatorDoor{"/ready", shows_providers, ready_or_not, shows_providers, true}};

// Whether the gateway lets everybody on its machine in, which counts only where it is asked from there.
bool open_to_this_machine(const Context& context, const Target& target) {
    const auto url = net::parse_url(target.base);
    return rules::view_channel_gateway(context.config).loopback_bypass && url &&
           net::classify_host(url->host) == net::HostClass::loopback;
}

}  // namespace

Finding channel_operator_auth(const Context& context) {
    Layers layers;
    layers.evidence("gateway", "channel"_safe);
    Target target;
    if (auto broken = channel_policy(layers, context, target)) return std::move(*broken);
    const bool bypass = open_to_this_machine(context, target);
    layers.evidence("loopback_bypass", bypass);
    const std::string key = rules::channel_gateway().full_name("ADMIN_TOKEN");
    // With the bypass the gateway starts without a token.
    if (!bypass || target.token != nullptr)
        if (auto broken = judge_admin_token(layers, context, target, key)) return std::move(*broken);
    if (auto broken = judge_doors(layers, context, target, doors, bypass)) return std::move(*broken);
    return layers.ready(bypass ? "operator endpoints are open to this machine alone, as configured"_safe
                               : "operator endpoints are closed to all but the admin token"_safe);
}

}  // namespace cowork::checks
