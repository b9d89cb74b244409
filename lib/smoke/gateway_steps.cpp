#include "checks/gateway.hpp"
#include "checks/json_answers.hpp"
#include "checks/registry.hpp"
#include "rules/standalone_gateway.hpp"
#include "smoke/gateway_leftovers.hpp"
#include "smoke/gateway_parts.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <array>

// The Standalone Gateway answers, is ready, and opens its operator endpoints to nobody else.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;

constexpr std::array leftovers_reasons{
    Reason{"leftovers.still-there", Status::action_required,
           "something that an earlier run left could not be taken away",
           "take it away with the command that is shown"},
    Reason{"leftovers.not-looked-for", Status::unknown,
           "the gateway's database or OpenCode could not be asked what an earlier run left",
           "mend what the steps below name, then run smoke again"},
};

Finding remove_leftovers(Run& run) {
    Layers layers;
    const Sweep swept = sweep(run, run.context.run, left_behind);
    layers.evidence("removed", static_cast<std::int64_t>(swept.removed));
    if (!swept.failed.empty())
        return layers.broke("clear", Status::action_required, "leftovers.still-there", swept.failed.front(),
                            run.context.redactor.text("{}", swept.by_hand.front()));
    const bool records = swept.records_read || rules::view_gateway(run.context.config).memory_store;
    if (!records || !swept.opencode_read) {
        Finding finding =
            layers.broke("clear", Status::unknown, "leftovers.not-looked-for",
                         run.context.redactor.text("{} could not be asked",
                                                   records ? "OpenCode" : "the gateway's database"));
        finding.required = false;
        return finding;
    }
    return layers.ready(swept.removed == 0 ? "earlier runs left nothing behind"_safe
                                           : run.context.redactor.text("{} things of an earlier run are gone",
                                                                       swept.removed));
}

constexpr std::array health_own{
    Reason{"gateway.wrong-product", Status::action_required, "another gateway of the product answers there",
           "correct HOST and PORT, or give --gateway-url"},
};
constexpr auto health_reasons = with_gateway(health_own);

Finding health(Run& run) {
    Layers layers;
    checks::ServiceTarget target;
    if (auto broken = checks::gateway_policy(layers, run.context, target)) return std::move(*broken);
    probes::HttpCall call;
    call.url = "/health";
    probes::HttpAnswer answer;
    if (auto broken = ask_gateway(layers, run, target, std::move(call), answer, run.context.probe()))
        return std::move(*broken);
    if (answer.status != 200)
        return layers.broke(
            "http", Status::action_required, "gateway.http-status",
            run.context.redactor.text("{} answers status {} on /health", target.where, answer.status));
    const auto document = checks::object_of(answer);
    if (!document || !checks::true_at(*document, "ok"))
        return layers.broke(
            "content", Status::action_required, "gateway.wrong-shape",
            run.context.redactor.text("{} does not answer as the gateway does", target.where));
    const std::string mode = checks::text_at(*document, "productMode");
    if (mode != "standalone")
        return layers.broke(
            "content", Status::action_required, "gateway.wrong-product",
            run.context.redactor.text("{} is a gateway in mode '{}', not standalone", target.where, mode));
    return layers.ready(run.context.redactor.text("a Standalone Gateway answers at {}", target.where));
}

// Steps that prove what a check of doctor proves are that check.
const checks::Check& readiness_check() { return *checks::find_check("gateway.provider.healthy"); }
const checks::Check& operator_check() { return *checks::find_check("gateway.operator_auth.configured"); }

// The check may name another as the cause; that one is no step.
Finding as_step(Finding finding) {
    finding.because = {};
    return finding;
}
Finding readiness(Run& run) { return as_step(readiness_check().run(run.context)); }
Finding guarded(Run& run) { return as_step(operator_check().run(run.context)); }

constexpr std::array needs_health{std::string_view{"gateway.health.answers"}};

// Made at its first use: its reasons are those of checks in other files.
auto make_steps() {
    return std::array{
        Step{.id = "gateway.leftovers.removed",
             .label = "What earlier runs left is gone",
             .authority = catalogue::Authority::gateway_standalone,
             .control_plane = catalogue::ControlPlane::gateway_postgres,
             .scenarios = gateway_scenarios,
             .effect = Effect::clears,
             .budget = std::chrono::milliseconds{15'000},
             .needs = {},
             .sends = "looks for sessions with the mark of a run that has ended, in Postgres and OpenCode",
             .creates = "",
             .removes = "those sessions",
             .expects = "none is left",
             .reasons = leftovers_reasons,
             .run = remove_leftovers},
        Step{.id = "gateway.health.answers",
             .label = "Gateway answers",
             .authority = catalogue::Authority::gateway_standalone,
             .control_plane = std::nullopt,
             .scenarios = gateway_scenarios,
             .load = Load::gateway,
             .needs = {},
             .sends = "GET /health",
             .creates = "",
             .removes = "",
             .expects = "200, a Standalone Gateway",
             .reasons = health_reasons,
             .run = health},
        Step{.id = "gateway.readiness.complete",
             .label = "Gateway and its providers ready",
             .authority = catalogue::Authority::gateway_standalone,
             .control_plane = std::nullopt,
             .scenarios = gateway_scenarios,
             .load = Load::gateway,
             .needs = needs_health,
             .sends = "GET /health, /ready and /metrics with the admin token",
             .creates = "",
             .removes = "",
             .expects = "ready, every configured channel active",
             .reasons = readiness_check().reasons,
             .run = readiness},
        Step{
            .id = "gateway.operator.guarded",
            .label = "Operator endpoints open to the admin token only",
            .authority = catalogue::Authority::gateway_standalone,
            .control_plane = std::nullopt,
            .scenarios = gateway_scenarios,
            .needs = needs_health,
            .sends =
                "GET /metrics, /dashboard and /ready without a token, with a wrong one, with the admin token",
            .creates = "",
            .removes = "",
            .expects = "closed, closed, open",
            .reasons = operator_check().reasons,
            .run = guarded},
    };
}

}  // namespace

std::span<const Step> gateway_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
