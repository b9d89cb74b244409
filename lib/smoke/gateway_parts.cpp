#include "smoke/gateway_parts.hpp"

#include "smoke/webhook_signature.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace cowork::smoke {

using checks::Finding;
using checks::Layers;

std::optional<Finding> ask_gateway(Layers& layers, Run& run, const checks::ServiceTarget& target,
                                   probes::HttpCall call, probes::HttpAnswer& answer, const Budget& budget) {
    const probes::HttpRequest request =
        checks::service_request(target, run.context, call.url, call.bearer);
    call.url = request.url;
    call.ca_file = request.ca_file;
    call.addresses = request.addresses;
    answer = run.client.call_one(call, budget);
    return checks::judge_gateway_transport(layers, run.context, target, answer, Status::offline);
}

std::optional<Finding> find_webhook(Layers& layers, Run& run, WebhookPlace& place) {
    const rules::GatewayView view = rules::view_gateway(run.context.config);
    if (!view.webhook) {
        Finding finding = layers.broke("policy", Status::unknown, "webhook.not-configured",
                                       "no signed webhook is configured"_safe);
        finding.required = false;
        return finding;
    }
    if (auto broken = checks::gateway_policy(layers, run.context, place.target)) return broken;
    place.path = "/webhooks/" + net::percent_encode(view.webhook_id);
    place.secret = Secret(view.webhook_secret);
    return std::nullopt;
}

std::string message_body(const Message& message) {
    const nlohmann::ordered_json body{{"id", message.event_id},
                                      {"target", {{"chatId", message.chat_id}}},
                                      {"sender", {{"userId", message.user_id}, {"displayName", "cowork smoke"}}},
                                      {"text", message.text}};
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

SignedMessage signed_message(const Secret& secret, const Message& message, std::int64_t when) {
    SignedMessage made{message_body(message), fmt::format("{}", when), {}};
    made.signature = webhook_signature(secret, made.timestamp, made.body);
    return made;
}

std::optional<Finding> post_message(Layers& layers, Run& run, const WebhookPlace& place,
                                    const SignedMessage& message, probes::HttpAnswer& answer,
                                    const Budget& budget) {
    probes::HttpCall call;
    call.method = "POST";
    call.url = place.path;
    call.body = message.body;
    if (!message.timestamp.empty()) call.headers.emplace_back(timestamp_header, message.timestamp);
    if (!message.signature.empty()) call.headers.emplace_back(signature_header, message.signature);
    if (auto broken = ask_gateway(layers, run, place.target, std::move(call), answer, budget)) return broken;
    if (answer.status != 429) return std::nullopt;
    return layers.broke("http", Status::unknown, "gateway.rate-limited",
                        run.context.redactor.text("the gateway asks to wait {} s",
                                                  answer.header("retry-after")));
}

}  // namespace cowork::smoke
