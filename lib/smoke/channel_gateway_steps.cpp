#include "checks/channel.hpp"
#include "checks/registry.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/secret_names.hpp"
#include "secrets/encodings.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/gateway_parts.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

// The running Cloud Channel Gateway answers, is ready with every provider, opens its operator endpoints to
// nobody else, and tells an operator no secret.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;

constexpr std::array health_own{
    Reason{"gateway.wrong-product", Status::action_required, "another gateway of the product answers there",
           "correct HOST and PORT, or give --gateway-url"},
};
constexpr auto health_reasons = with_gateway(health_own);

Finding health(Run& run) {
    Layers layers;
    checks::Target target;
    if (auto broken = checks::channel_policy(layers, run.context, target)) return std::move(*broken);
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
    // The Standalone Gateway tells its mode, this one its Cloud.
    if (!document->contains("cloudBaseUrl"))
        return layers.broke("content", Status::action_required, "gateway.wrong-product",
                            run.context.redactor.text("{} is no Cloud Channel Gateway", target.where));
    return layers.ready(run.context.redactor.text("a Cloud Channel Gateway answers at {}", target.where));
}

// Steps that prove what a check of doctor proves are that check.
const checks::Check& provider_check() { return *checks::find_check("gateway.provider.healthy"); }
const checks::Check& operator_check() { return *checks::find_check("gateway.operator_auth.configured"); }

// The check may name another as the cause; that one is no step.
Finding as_step(Finding finding) {
    finding.because = {};
    return finding;
}
Finding ready(Run& run) { return as_step(checks::channel_provider_healthy(run.context)); }
Finding guarded(Run& run) { return as_step(checks::channel_operator_auth(run.context)); }

constexpr std::array diagnostics_own{
    Reason{"gateway.admin-token-missing", Status::unknown, "no admin token of the gateway is at hand",
           "give it with --admin-token env:NAME"},
    Reason{"gateway.admin-token-refused", Status::action_required,
           "the gateway does not accept the admin token", "correct the token, or restart the gateway with it",
           catalogue::Safety::disruptive},
    Reason{"diagnostics.off", Status::unknown, "the gateway's diagnostics are switched off",
           "nothing is wrong with that; DIAGNOSTICS_ENABLED switches them on"},
    Reason{"diagnostics.shows-secret", Status::action_required,
           "the gateway's diagnostics hold a secret of its configuration",
           "switch DIAGNOSTICS_ENABLED off, make new secrets, and update the gateway",
           catalogue::Safety::disruptive},
};
constexpr auto diagnostics_reasons = with_gateway(diagnostics_own);

// The first key whose secret value the text holds, as it is or in an encoding; empty when it holds none.
std::string_view key_shown(const config::Config& config, std::string_view text) {
    constexpr std::size_t shortest = 8;  // a shorter one could be there by chance
    for (const config::Setting& setting : config.settings()) {
        const std::string_view value = setting.value.reveal();
        if (value.size() < shortest || !rules::is_secret_key(setting.key)) continue;
        for (const std::string& spelling : spellings_of(value))
            if (text.find(spelling) != std::string_view::npos) return setting.key;
    }
    return {};
}

Finding diagnostics_redacted(Run& run) {
    Layers layers;
    checks::Target target;
    if (auto broken = checks::channel_policy(layers, run.context, target)) return std::move(*broken);
    if (target.token == nullptr)
        return layers.broke("policy", Status::unknown, "gateway.admin-token-missing",
                            "no admin token of the gateway is at hand"_safe);
    probes::HttpCall call;
    call.url = "/diagnostics";
    call.bearer = target.token;
    probes::HttpAnswer answer;
    if (auto broken = ask_gateway(layers, run, target, std::move(call), answer, run.context.probe()))
        return std::move(*broken);
    if (answer.status == 401)
        return layers.broke("sign-in", Status::action_required, "gateway.admin-token-refused",
                            "the gateway does not accept the admin token"_safe);
    if (answer.status == 404) {
        Finding finding = layers.broke("http", Status::unknown, "diagnostics.off",
                                       "the gateway's diagnostics are switched off"_safe);
        finding.required = false;
        return finding;
    }
    if (answer.status != 200)
        return layers.broke(
            "http", Status::action_required, "gateway.http-status",
            run.context.redactor.text("{} answers status {} on /diagnostics", target.where, answer.status));
    if (const auto key = key_shown(run.context.config, answer.body); !key.empty())
        return layers.broke("content", Status::action_required, "diagnostics.shows-secret",
                            run.context.redactor.text("the diagnostics hold the value of {}", key));
    return layers.ready("the diagnostics hold no secret of the configuration"_safe);
}

constexpr std::array needs_health{std::string_view{"channel.gateway.answers"}};

Step row(std::string_view id, std::string_view label, std::string_view sends, std::string_view expects,
         Finding (*run)(Run&), std::span<const Reason> reasons, std::span<const std::string_view> needs) {
    return Step{.id = id,
                .label = label,
                .authority = catalogue::Authority::cloud_worker,
                .control_plane = std::nullopt,
                .scenarios = channel_scenarios,
                .load = Load::gateway,
                .needs = needs,
                .sends = sends,
                .creates = "",
                .removes = "",
                .expects = expects,
                .reasons = reasons,
                .run = run};
}

// Made at its first use: its reasons are those of checks in other files.
auto make_steps() {
    return std::array{
        row("channel.gateway.answers", "Channel Gateway answers", "GET /health of the gateway",
            "200, a Cloud Channel Gateway", health, health_reasons, {}),
        row("channel.gateway.ready", "Channel Gateway ready with every provider",
            "GET /health and /ready of the gateway, and its service token to the Cloud",
            "ready, every configured provider healthy, every binding granted", ready,
            provider_check().reasons, needs_health),
        row("channel.operator.guarded", "Operator endpoints open to the admin token only",
            "GET /metrics, /diagnostics, /deliveries and /ready without a token, with a wrong one, with the "
            "admin token",
            "closed, closed, open", guarded, operator_check().reasons, needs_health),
        row("channel.diagnostics.redacted", "Diagnostics tell no secret",
            "GET /diagnostics of the gateway with the admin token",
            "200, without a secret of the configuration", diagnostics_redacted, diagnostics_reasons,
            needs_health),
    };
}

}  // namespace

std::span<const Step> channel_gateway_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
