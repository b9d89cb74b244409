#include "checks/channel.hpp"
#include "checks/combine.hpp"
#include "checks/gateway.hpp"
#include "checks/gateway_target.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/strength.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace cowork::checks {
namespace {

constexpr std::array operator_own{
    Reason{"operator-auth.token-missing", Status::action_required, "no admin token is configured",
           "run cowork setup gateway-only, which generates one"},
    Reason{"operator-auth.placeholder", Status::action_required, "the admin token is still a placeholder",
           "rotate it: cowork setup gateway-only --admin-token generate", catalogue::Safety::disruptive},
    Reason{"operator-auth.short", Status::action_required, "the admin token has fewer than 16 characters",
           "rotate it: cowork setup gateway-only --admin-token generate", catalogue::Safety::disruptive},
    Reason{"operator-auth.endpoint-open", Status::action_required,
           "an operator endpoint answers without the token, or with a wrong one",
           "take it off the network at once, then check the gateway's version and the reverse proxy",
           catalogue::Safety::disruptive},
    Reason{"operator-auth.token-refused", Status::action_required,
           "the gateway refuses the configured admin token",
           "restart the gateway with this configuration, or use the token it was started with",
           catalogue::Safety::disruptive},
    Reason{"operator-auth.unexpected-answer", Status::unknown,
           "an operator endpoint answers neither open nor closed", "check which service listens there"},
};
constexpr auto operator_reasons = with_transport(operator_own);

std::optional<Finding> token_policy(Layers& layers, const Context& context, const Target& target) {
    const auto key = rules::gateway_key("ADMIN_TOKEN");
    if (target.token == nullptr)
        return layers.broke("policy", Status::action_required, "operator-auth.token-missing",
                            context.redactor.text("{} is not set", key));
    layers.source(context.config.find(key)->source);
    if (is_placeholder(target.token->reveal()))
        return layers.broke("policy", Status::action_required, "operator-auth.placeholder",
                            context.redactor.text("{} is still a placeholder", key));
    if (rules::view_gateway(context.config).admin_token.size() < 16)
        return layers.broke("policy", Status::action_required, "operator-auth.short",
                            context.redactor.text("{} has fewer than 16 characters", key));
    layers.passed("policy", "an admin token is configured"_safe);
    return std::nullopt;
}

// An answer that only somebody with the token may get.
bool shows_metrics(const probes::HttpAnswer& answer) { return answer.status >= 200 && answer.status < 300; }
bool shows_report(const probes::HttpAnswer& answer) {
    // Whatever it calls itself: a report under another media type is as open.
    const auto document = object_in(answer.body);
    return document && document->contains("doctorChecks");
}

struct Endpoint {
    std::string_view path;
    bool (*opened)(const probes::HttpAnswer&);
};
constexpr std::array endpoints{Endpoint{"/metrics", shows_metrics}, Endpoint{"/dashboard", shows_metrics},
                               Endpoint{"/ready", shows_report}};

Finding standalone_operator_auth(const Context& context) {
    Layers layers;
    Target target;
    if (auto broken = gateway_policy(layers, context, target)) return std::move(*broken);
    if (auto broken = token_policy(layers, context, target)) return std::move(*broken);

    // Each endpoint without a token, with a token that cannot be right, and with the configured one.
    const Secret wrong = generate_secret();
    const std::array<const Secret*, 3> keys{nullptr, &wrong, target.token};
    std::vector<probes::HttpRequest> asked;
    for (const Secret* key : keys)
        for (const Endpoint& endpoint : endpoints)
            asked.push_back(service_request(target, context, endpoint.path, key));
    const auto answers = context.http.fetch(asked, context.probe());

    // An open door is told first, whatever became of the other requests.
    const std::size_t n = endpoints.size();
    for (std::size_t i = 0; i < 2 * n; ++i)
        if (endpoints.at(i % n).opened(answers[i]))
            return layers.broke("closed", Status::action_required, "operator-auth.endpoint-open",
                                context.redactor.text("{} opens {}", endpoints.at(i % n).path,
                                                      i < n ? "without a token" : "with a wrong token"));
    // Nobody answering is no proof of open or closed doors, so those ends are unknown here;
    // gateway.provider.healthy tells that the gateway is offline.
    for (const auto& answer : answers)
        if (!answer.ok()) return *judge_gateway_transport(layers, context, target, answer, Status::unknown);
    layers.passed("connect", context.redactor.text("connected to {}", answers.front().remote_address),
                  answers.front().timing.connect);

    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, n, n + 1})
        if (answers[i].status != 401 && answers[i].status != 403)
            return layers.broke("closed", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} without the right token",
                                                      endpoints.at(i % n).path, answers[i].status));
    layers.passed("closed", "closed without a token and with a wrong one"_safe);
    for (std::size_t i = 0; i < n; ++i) {
        const auto& answer = answers[2 * n + i];
        if (answer.status == 401 || answer.status == 403 ||
            (endpoints.at(i).path == "/ready" && !endpoints.at(i).opened(answer)))
            return layers.broke(
                "open", Status::action_required, "operator-auth.token-refused",
                context.redactor.text("{} refuses the configured admin token", endpoints.at(i).path));
        if (!endpoints.at(i).opened(answer))
            return layers.broke("open", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} to the configured admin token",
                                                      endpoints.at(i).path, answer.status));
    }
    layers.passed("open", "open with the configured token"_safe);
    return layers.ready("operator endpoints are closed to all but the admin token"_safe);
}

// Whichever of the two gateways are there. That nobody answers is another check's trouble.
Finding operator_auth(const Context& context) {
    std::vector<Finding> findings;
    if (context.present.standalone_gateway) findings.push_back(standalone_operator_auth(context));
    if (context.present.channel_gateway) findings.push_back(channel_operator_auth(context));
    if (findings.empty()) return no_gateway();
    Finding worst = worst_of(std::move(findings));
    if (worst.reason_code.starts_with("gateway.")) worst.because = "gateway.provider.healthy";
    return worst;
}

constexpr std::array ready_when{catalogue::Intent::gateway_only, catalogue::Intent::cloud_gateway};
constexpr std::array shown_for{catalogue::Intent::full_hybrid};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{.id = "gateway.operator_auth.configured",
          .label = "Gateway operator auth configured",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "The admin token of each gateway that is set up, and that its operator endpoints stay "
                      "closed without it and with a wrong one, and open with it.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = operator_reasons,
          .run = operator_auth,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> gateway_operator_checks() { return rows; }

}  // namespace cowork::checks
