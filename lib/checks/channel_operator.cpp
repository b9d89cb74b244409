#include "checks/channel.hpp"
#include "checks/gateway_target.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway.hpp"
#include "secrets/strength.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace cowork::checks {
namespace {

constexpr std::size_t shortest_token = 16;

std::optional<Finding> token_policy(Layers& layers, const Context& context, const Target& target) {
    const std::string key = rules::channel_gateway().full_name("ADMIN_TOKEN");
    if (const auto* setting = context.config.find(key)) layers.source(setting->source);
    if (target.token == nullptr)
        return layers.broke("policy", Status::action_required, "operator-auth.token-missing",
                            context.redactor.text("{} is not set", key));
    if (is_placeholder(target.token->reveal()))
        return layers.broke("policy", Status::action_required, "operator-auth.placeholder",
                            context.redactor.text("{} is still a placeholder", key));
    if (target.token->size() < shortest_token)
        return layers.broke("policy", Status::action_required, "operator-auth.short",
                            context.redactor.text("{} has fewer than 16 characters", key));
    layers.passed("policy", "an admin token is configured"_safe);
    return std::nullopt;
}

// What only somebody with the token may get. Metrics and diagnostics are 404 where they are switched off.
bool shows(const probes::HttpAnswer& answer) {
    return answer.ok() && answer.status >= 200 && answer.status < 300;
}
bool shows_providers(const probes::HttpAnswer& answer) {
    const auto document = answer.ok() ? object_in(answer.body) : std::nullopt;
    return document && document->contains("providers");
}

struct Endpoint {
    std::string_view path;
    bool (*opened)(const probes::HttpAnswer&);
};
constexpr std::array endpoints{Endpoint{"/metrics", shows}, Endpoint{"/diagnostics", shows},
                               Endpoint{"/deliveries", shows}, Endpoint{"/ready", shows_providers}};

bool is_closed(std::string_view path, const probes::HttpAnswer& answer) {
    if (path == "/ready") return answer.status == 200 || answer.status == 503;
    return answer.status == 401 || answer.status == 403 || answer.status == 404;
}

// Whether the gateway lets everybody on its machine in, which counts only where it is asked from there.
bool open_to_this_machine(const Context& context, const Target& target) {
    const auto url = net::parse_url(target.base);
    return rules::view_channel_gateway(context.config).loopback_bypass && url &&
           net::classify_host(url->host) == net::HostClass::loopback;
}

// What the configured token opens: metrics and diagnostics may be switched off, deliveries need the Cloud.
std::optional<Finding> opened(Layers& layers, const Context& context,
                              std::span<const probes::HttpAnswer> answers) {
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const auto& answer = answers[i];
        const std::string_view path = endpoints.at(i).path;
        const bool refused = answer.status == 401 || answer.status == 403;
        if (refused || (path == "/ready" && !shows_providers(answer)))
            return layers.broke("open", Status::action_required, "operator-auth.token-refused",
                                context.redactor.text("{} refuses the configured admin token", path));
        const bool may_be_off = path == "/metrics" || path == "/diagnostics";
        if (may_be_off && answer.status != 200 && answer.status != 404)
            return layers.broke("open", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} to the configured admin token",
                                                      path, answer.status));
    }
    return std::nullopt;
}

}  // namespace

Finding channel_operator_auth(const Context& context) {
    Layers layers;
    layers.evidence("gateway", "channel"_safe);
    Target target;
    if (auto broken = channel_policy(layers, context, target)) return std::move(*broken);
    const bool bypass = open_to_this_machine(context, target);
    layers.evidence("loopback_bypass", bypass);
    // With the bypass the gateway starts without a token.
    if (!bypass || target.token != nullptr)
        if (auto broken = token_policy(layers, context, target)) return std::move(*broken);
    const Secret wrong = generate_secret();
    const std::array<const Secret*, 3> keys{nullptr, &wrong, target.token};
    std::vector<probes::HttpRequest> asked;
    for (const Secret* key : keys)
        for (const Endpoint& endpoint : endpoints)
            asked.push_back(service_request(target, context, endpoint.path, key));
    const auto answers = context.http.fetch(asked, context.probe());
    const std::size_t n = endpoints.size();
    for (std::size_t i = 0; i < 2 * n; ++i)
        if (!bypass && endpoints.at(i % n).opened(answers[i]))
            return layers.broke("closed", Status::action_required, "operator-auth.endpoint-open",
                                context.redactor.text("{} opens {}", endpoints.at(i % n).path,
                                                      i < n ? "without a token" : "with a wrong token"));
    for (const auto& answer : answers)
        if (!answer.ok()) return *judge_gateway_transport(layers, context, target, answer, Status::unknown);
    for (std::size_t i = 0; i < 2 * n; ++i)
        if (!bypass && !is_closed(endpoints.at(i % n).path, answers[i]))
            return layers.broke("closed", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} without the right token",
                                                      endpoints.at(i % n).path, answers[i].status));
    layers.passed("closed", bypass ? "open to this machine, as configured"_safe
                                   : "closed without a token and with a wrong one"_safe);
    if (auto broken = opened(layers, context, std::span(answers).last(n))) return std::move(*broken);
    return layers.ready(bypass ? "operator endpoints are open to this machine alone, as configured"_safe
                               : "operator endpoints are closed to all but the admin token"_safe);
}

}  // namespace cowork::checks
