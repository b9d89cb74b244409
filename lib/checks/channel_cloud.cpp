#include "checks/channel_cloud.hpp"

#include "checks/json_answers.hpp"
#include "checks/service_target.hpp"
#include "net/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace cowork::checks {
namespace {

using nlohmann::json;

std::string without_slashes(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

// Where the Cloud is, and the token for it; ends the check when that token may not be sent there.
std::optional<Finding> may_be_asked(Layers& layers, const Context& context,
                                    const rules::ChannelGatewayView& view, ServiceTarget& cloud) {
    if (auto broken = service_policy(layers, context, "the gateway's Cloud"_safe, view.cloud_url,
                                     view.service_token.reveal(), cloud))
        return broken;
    if (cloud.token == nullptr)
        return layers.broke("cloud-token", Status::action_required, "channel.token-missing",
                            "no service token is configured"_safe);
    return std::nullopt;
}

// Who the token is, to the Cloud.
std::optional<Finding> identity(Layers& layers, const Context& context, const probes::HttpAnswer& me) {
    if (me.status == 401)
        return layers.broke("cloud-token", Status::action_required, "channel.token-refused",
                            "the Cloud does not accept the service token"_safe);
    const auto document = me.status == 200 ? object_of(me) : std::nullopt;
    const json principal = document ? document->value("principal", json()) : json();
    if (!principal.is_object())
        return layers.broke(
            "cloud-token", Status::unknown, "channel.cloud-odd-answer",
            context.redactor.text("the Cloud answers status {} to the service token", me.status));
    layers.evidence("token_source", context.redactor.clean(text_at(principal, "authSource")));
    if (text_at(principal, "authSource") != "api_token")
        return layers.broke("cloud-token", Status::degraded, "channel.token-proves-nothing",
                            "the Cloud does not look at the service token"_safe);
    layers.evidence("token_id", context.redactor.clean(text_at(principal, "tokenId")));
    const json scopes = principal.value("tokenScopes", json::array());
    if (!scopes.is_array() || std::find(scopes.begin(), scopes.end(), "gateway") == scopes.end())
        return layers.broke("cloud-token", Status::action_required, "channel.token-scope",
                            "the service token lacks the scope gateway"_safe);
    layers.passed("cloud-token", "the Cloud accepts the service token"_safe);
    return std::nullopt;
}

}  // namespace

std::optional<Finding> channel_cloud(Layers& layers, const Context& context,
                                     const rules::ChannelGatewayView& view,
                                     const std::string& running_cloud_url) {
    ServiceTarget cloud;
    if (auto broken = may_be_asked(layers, context, view, cloud)) return broken;
    if (!running_cloud_url.empty() && without_slashes(running_cloud_url) != cloud.base)
        return layers.broke("cloud", Status::degraded, "channel.cloud-mismatch",
                            context.redactor.text("the running gateway talks to {}", running_cloud_url));
    std::vector<probes::HttpRequest> asked{service_request(cloud, context, "/auth/me", cloud.token)};
    for (const rules::EnabledProvider& provider : view.providers)
        asked.push_back(service_request(
            cloud, context,
            "/api/channels/deliveries?limit=1&channelBindingId=" + net::percent_encode(provider.binding),
            cloud.token));
    const auto answers = context.http.fetch(asked, context.probe());
    if (!answers[0].ok()) {
        if (context.run.spent())
            return layers.broke("cloud", Status::unknown,
                                context.run.stopped() ? "run.stopped" : "deadline.exceeded",
                                "the run ended before the Cloud answered"_safe);
        layers.evidence("detail", context.redactor.clean(answers[0].detail));
        Finding finding = layers.broke("cloud", Status::degraded, "channel.cloud-unreachable",
                                       "the gateway's Cloud cannot be reached"_safe);
        finding.because = "workspace.cloud.sync.reachable";
        return finding;
    }
    if (auto broken = identity(layers, context, answers[0])) return broken;
    for (std::size_t i = 0; i < view.providers.size(); ++i) {
        const auto& answer = answers[i + 1];
        const std::string& binding = view.providers[i].binding;
        const auto listed = answer.status == 200 ? object_of(answer) : std::nullopt;
        if (listed && listed->contains("deliveries") && (*listed)["deliveries"].is_array()) continue;
        if (answer.ok() && (answer.status == 403 || answer.status == 404)) {
            layers.evidence("policy_code", context.redactor.clean(policy_code(answer)));
            return layers.broke(
                "binding", Status::action_required, "channel.binding-missing",
                context.redactor.text("the service token may not use the binding '{}'", binding));
        }
        return layers.broke("binding", Status::unknown, "channel.cloud-odd-answer",
                            context.redactor.text("the Cloud answers status {} for the binding '{}'",
                                                  answer.status, binding));
    }
    layers.evidence("bindings", static_cast<std::int64_t>(view.providers.size()));
    return std::nullopt;
}

}  // namespace cowork::checks
