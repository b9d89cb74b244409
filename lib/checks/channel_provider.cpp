#include "checks/channel.hpp"
#include "checks/channel_cloud.hpp"
#include "checks/clock.hpp"
#include "checks/gateway_target.hpp"
#include "checks/telegram.hpp"
#include "rules/channel_gateway.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace cowork::checks {
namespace {

using nlohmann::json;

// Whether the answer is the Channel Gateway's /health.
std::optional<Finding> health(Layers& layers, const Context& context, const Target& target,
                              const probes::HttpAnswer& answer) {
    const bool html = answer.media_type() == "text/html";
    if (answer.status != 200 && !html)
        return layers.broke(
            "http", Status::degraded, "gateway.http-status",
            context.redactor.text("{} answers status {} on /health", target.where, answer.status));
    const auto document = object_of(answer);
    if (html || !document || !true_at(*document, "ok"))
        return layers.broke("content", Status::degraded, "gateway.wrong-shape",
                            context.redactor.text("{} does not answer as the gateway does", target.where));
    if (!text_at(*document, "productMode").empty() || !document->contains("cloudBaseUrl"))
        return layers.broke("version", Status::degraded, "gateway.wrong-product",
                            context.redactor.text("{} is no Cloud Channel Gateway", target.where));
    layers.passed("content", "a Cloud Channel Gateway"_safe);
    return std::nullopt;
}

const json* find_provider(const json& providers, const std::string& id) {
    const auto found = std::find_if(providers.begin(), providers.end(), [&](const json& provider) {
        return provider.is_object() && text_at(provider, "id") == id;
    });
    return found == providers.end() ? nullptr : &*found;
}

// Each configured provider by name: the gateway calls itself ready as long as one of them works.
std::optional<Finding> providers(Layers& layers, const Context& context,
                                 const rules::ChannelGatewayView& view, const json& running) {
    std::string down;
    std::string missing;
    if (running.empty())
        return layers.broke("providers", Status::degraded, "gateway.provider-down", "no provider runs"_safe);
    // Providers that a file of JSON configures are known to the running gateway alone.
    for (const json& state : running)
        if (view.providers.empty() &&
            !(state.is_object() && true_at(state, "started") && true_at(state, "healthy")))
            down +=
                (down.empty() ? "" : ", ") + (state.is_object() ? text_at(state, "id") : std::string("?"));
    for (const rules::EnabledProvider& provider : view.providers) {
        const json* state = find_provider(running, provider.id);
        if (state == nullptr) {
            missing += (missing.empty() ? "" : ", ") + provider.id;
            continue;
        }
        const bool well = true_at(*state, "started") && true_at(*state, "healthy");
        layers.evidence("provider", context.redactor.text("{}: {}{}", provider.id, well ? "healthy" : "down ",
                                                          well ? std::string{} : text_at(*state, "error")));
        if (!well) down += (down.empty() ? "" : ", ") + provider.id;
    }
    if (!down.empty())
        return layers.broke("providers", Status::degraded, "gateway.provider-down",
                            context.redactor.text("not healthy: {}", down));
    if (!missing.empty() || (!view.providers.empty() && running.size() != view.providers.size()))
        return layers.broke(
            "providers", Status::degraded, "gateway.configuration-drift",
            missing.empty()
                ? context.redactor.text("the running gateway has {} provider(s), the configuration {}",
                                        running.size(), view.providers.size())
                : context.redactor.text("configured, but not running: {}", missing));
    return std::nullopt;
}

// The report behind the admin token; null when the gateway does not show it.
json report_of(const probes::HttpAnswer& answer) {
    const auto document = object_of(answer);
    return document && document->contains("status") ? *document : json(nullptr);
}

}  // namespace

Finding channel_provider_healthy(const Context& context) {
    Layers layers;
    layers.evidence("gateway", "channel"_safe);
    Target target;
    if (auto broken = channel_policy(layers, context, target)) return std::move(*broken);
    const rules::ChannelGatewayView view = rules::view_channel_gateway(context.config);
    const std::array asked{service_request(target, context, "/health", nullptr),
                           service_request(target, context, "/ready", target.token)};
    const auto answers = context.http.fetch(asked, context.probe());
    for (const auto& answer : answers)
        if (auto broken = judge_gateway_transport(layers, context, target, answer, Status::offline))
            return std::move(*broken);
    if (auto broken = health(layers, context, target, answers[0])) return std::move(*broken);
    if (answers[1].status != 200 && answers[1].status != 503)
        return layers.broke(
            "http", Status::degraded, "gateway.http-status",
            context.redactor.text("{} answers status {} on /ready", target.where, answers[1].status));
    const json report = report_of(answers[1]);
    if (!report.is_object())
        return layers.broke(
            "content", Status::degraded, "gateway.wrong-shape",
            context.redactor.text("{} does not answer /ready as the gateway does", target.where));
    const bool ready =
        answers[1].status == 200 && true_at(report, "ok") && text_at(report, "status") == "ready";
    layers.evidence("ready", ready);
    // The token is asked of the Cloud even when the gateway calls itself ready: just started, it does not
    // know yet.
    if (auto broken = channel_cloud(layers, context, view, text_at(report, "cloudBaseUrl")))
        return std::move(*broken);
    const auto running = report.find("providers");
    if (running == report.end() || !running->is_array()) {
        if (!ready)
            return layers.broke(
                "readiness", Status::degraded, "gateway.not-ready",
                "the gateway is not ready, and without the admin token does not say more"_safe);
        return target.token == nullptr
                   ? layers.broke("authority", Status::unknown, "gateway.token-missing",
                                  "without the admin token the gateway's providers cannot be seen"_safe)
                   : layers.broke("authority", Status::unknown, "gateway.admin-view-refused",
                                  "the gateway is ready, but does not accept the admin token"_safe);
    }
    if (auto broken = providers(layers, context, view, *running)) return std::move(*broken);
    if (!ready)
        return layers.broke("readiness", Status::degraded, "gateway.not-ready",
                            "the gateway is not ready, although its token and its providers are well"_safe);
    if (auto broken = ask_telegram(layers, context, rules::channel_gateway())) return std::move(*broken);
    if (auto broken = judge_clock(layers, context, answers[0], "gateway.clock-skew", target.where))
        return std::move(*broken);
    if (auto broken = judge_expiry(layers, context, answers[0], tls_codes<"gateway">(), target.where))
        return std::move(*broken);
    return layers.ready(context.redactor.text("the gateway at {} is ready with {} healthy provider(s)",
                                              target.where, running->size()));
}

}  // namespace cowork::checks
