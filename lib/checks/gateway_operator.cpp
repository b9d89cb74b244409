#include "checks/channel.hpp"
#include "checks/combine.hpp"
#include "checks/gateway.hpp"
#include "checks/gateway_target.hpp"
#include "checks/operator_doors.hpp"
#include "rules/standalone_gateway.hpp"

#include <nlohmann/json.hpp>

#include <array>
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

bool shows_report(const probes::HttpAnswer& answer) {
    // Whatever it calls itself: a report under another media type is as open.
    const auto document = object_in(answer.body);
    return document && document->contains("doctorChecks");
}

// Closed to others, /ready is the short answer that anybody gets.
bool short_answer(const probes::HttpAnswer&) { return true; }

constexpr std::array doors{OperatorDoor{"/metrics", succeeded, refused_token, succeeded},
                           OperatorDoor{"/dashboard", succeeded, refused_token, succeeded},
                           OperatorDoor{"/ready", shows_report, short_answer, shows_report, true}};

Finding standalone_operator_auth(const Context& context) {
    Layers layers;
    Target target;
    if (auto broken = gateway_policy(layers, context, target)) return std::move(*broken);
    if (auto broken = judge_admin_token(layers, context, target, rules::gateway_key("ADMIN_TOKEN")))
        return std::move(*broken);
    if (auto broken = judge_doors(layers, context, target, doors, false)) return std::move(*broken);
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
