#include "smoke/channel_ingress.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/gateway_parts.hpp"
#include "smoke/groups.hpp"
#include "smoke/webhook_signature.hpp"

#include <algorithm>
#include <array>
#include <map>

// What each provider's ingress refuses and lets in. The gateway counts refusals by sender and provider, and
// shuts one out after twenty in a minute: four are sent to each.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;

constexpr std::array place_reasons{
    Reason{"ingress.not-configured", Status::unknown,
           "no provider is configured that takes messages in over HTTP with a secret",
           "nothing is wrong with that; polling providers are covered by channel.gateway.ready"},
    Reason{"ingress.not-there", Status::action_required,
           "the gateway does not know a provider that is configured",
           "restart the gateway with this configuration", catalogue::Safety::disruptive},
};

// Where and what to send.
struct Place {
    checks::Target target;
    std::vector<Ingress> all;
};

std::optional<Finding> find_place(Layers& layers, Run& run, Place& place, bool only_timed) {
    if (auto broken = checks::channel_policy(layers, run.context, place.target)) return broken;
    for (Ingress& ingress : ingresses(run.context.config))
        if (!only_timed || ingress.timed()) place.all.push_back(std::move(ingress));
    if (!place.all.empty()) return std::nullopt;
    Finding finding = layers.broke("policy", Status::unknown, "ingress.not-configured",
                                   "no provider that this could be tried on is configured"_safe);
    finding.required = false;
    return finding;
}

// Sends one call and says what became of it; ends the step for an answer that says nothing of that.
std::optional<Finding> send(Layers& layers, Run& run, const Place& place, const Ingress& ingress,
                            probes::HttpCall call, Admission& admitted) {
    probes::HttpAnswer answer;
    if (auto broken = ask_gateway(layers, run, place.target, std::move(call), answer, run.context.probe()))
        return broken;
    if (answer.status == 429)
        return layers.broke(
            "http", Status::unknown, "gateway.rate-limited",
            run.context.redactor.text("the gateway asks to wait {} s", answer.header("retry-after")));
    if (answer.status == 404)
        return layers.broke("http", Status::action_required, "ingress.not-there",
                            run.context.redactor.text("the running gateway has no provider {}", ingress.id));
    admitted = admission(ingress, answer, run.mark());
    if (admitted != Admission::odd) return std::nullopt;
    return layers.broke(
        "http", Status::action_required, "gateway.http-status",
        run.context.redactor.text("{} is answered with status {}", ingress.path, answer.status));
}

const Secret& wrong_secret() {
    static const Secret wrong{"cowork-smoke-no-secret-at-all"};
    return wrong;
}

// Every provider has to refuse what is sent with that proof.
Finding expect_refusal(Run& run, Proof proof, std::chrono::seconds moved, bool only_timed,
                       std::string_view reason, std::string_view what) {
    Layers layers;
    Place place;
    if (auto broken = find_place(layers, run, place, only_timed)) return std::move(*broken);
    for (const Ingress& ingress : place.all) {
        Admission admitted{};
        if (auto broken =
                send(layers, run, place, ingress,
                     ingress_call(ingress, proof, run.mark(), unix_time(moved), wrong_secret()), admitted))
            return std::move(*broken);
        if (admitted == Admission::admitted)
            return layers.broke("refused", Status::action_required, reason,
                                run.context.redactor.text("{} lets in {}", ingress.id, what));
        layers.passed("refused", run.context.redactor.text("{} refuses {}", ingress.id, what));
    }
    return layers.ready(run.context.redactor.text("every provider refuses {}", what));
}

Finding unsigned_refused(Run& run) {
    return expect_refusal(run, Proof::none, {}, false, "ingress.unsigned-accepted", "what proves nothing");
}

Finding wrong_refused(Run& run) {
    return expect_refusal(run, Proof::wrong, {}, false, "ingress.bad-proof-accepted",
                          "a wrong signature or secret");
}

Finding stale_refused(Run& run) {
    // Well outside the tolerance, whatever the two clocks' difference.
    return expect_refusal(run, Proof::right, -2 * signature_tolerance, true, "ingress.stale-accepted",
                          "what was signed ten minutes ago");
}

// The calls that were let in, for the replay.
struct AdmittedFacts {
    std::map<std::string, probes::HttpCall> calls;  // by the provider's id
};

Finding right_admitted(Run& run) {
    Layers layers;
    Place place;
    if (auto broken = find_place(layers, run, place, false)) return std::move(*broken);
    for (const Ingress& ingress : place.all) {
        const probes::HttpCall call =
            ingress_call(ingress, Proof::right, run.mark(), unix_time(), wrong_secret());
        // Its secrets are the step's, so only what is signed is kept.
        if (ingress.timed()) run.facts<AdmittedFacts>().calls[ingress.id] = call;
        Admission admitted{};
        if (auto broken = send(layers, run, place, ingress, call, admitted)) return std::move(*broken);
        if (admitted == Admission::refused)
            return layers.broke("admitted", Status::action_required, "ingress.right-proof-refused",
                                run.context.redactor.text("{} refuses the configured secret", ingress.id));
        layers.passed("admitted", run.context.redactor.text("{} knows the configured secret", ingress.id));
    }
    return layers.ready("every provider knows its configured secret"_safe);
}

Finding replay_refused(Run& run) {
    Layers layers;
    Place place;
    if (auto broken = find_place(layers, run, place, true)) return std::move(*broken);
    auto& sent = run.facts<AdmittedFacts>().calls;
    for (const Ingress& ingress : place.all) {
        Admission admitted{};
        if (auto broken = send(layers, run, place, ingress, sent[ingress.id], admitted))
            return std::move(*broken);
        if (admitted == Admission::admitted)
            return layers.broke("refused", Status::action_required, "ingress.replay-accepted",
                                run.context.redactor.text("{} lets in the same request twice", ingress.id));
        layers.passed("refused", run.context.redactor.text("{} refuses it the second time", ingress.id));
    }
    return layers.ready("every provider refuses what was sent before"_safe);
}

template <std::size_t N>
constexpr auto one_more(const char (&code)[N], std::string_view meaning, std::string_view recovery) {
    return checks::joined(
        gateway_reasons, place_reasons,
        std::array{Reason{code, Status::action_required, meaning, recovery, catalogue::Safety::disruptive}});
}
constexpr std::string_view take_off = "take the gateway off the network, then check its version";
constexpr auto unsigned_reasons =
    one_more("ingress.unsigned-accepted", "a provider takes in what proves nothing", take_off);
constexpr auto wrong_reasons =
    one_more("ingress.bad-proof-accepted", "a provider takes in a wrong signature or secret", take_off);
constexpr auto stale_reasons =
    one_more("ingress.stale-accepted", "a provider takes in what was signed long ago", take_off);
constexpr auto right_reasons =
    one_more("ingress.right-proof-refused", "a provider refuses the secret that is configured here",
             "restart the gateway with this configuration, and compare both clocks");
constexpr auto replay_reasons =
    one_more("ingress.replay-accepted", "a provider takes in the same request twice", take_off);

constexpr std::array needs_gateway{std::string_view{"channel.gateway.answers"}};
constexpr std::array needs_unsigned{std::string_view{"channel.ingress.unsigned_refused"}};
constexpr std::array needs_right{std::string_view{"channel.ingress.proof_admitted"}};

constexpr Step row(std::string_view id, std::string_view label, std::string_view sends,
                   std::string_view expects, Finding (*run)(Run&), std::span<const Reason> reasons,
                   std::span<const std::string_view> needs) {
    return Step{.id = id,
                .label = label,
                .authority = catalogue::Authority::cloud_worker,
                .control_plane = std::nullopt,
                .scenarios = channel_scenarios,
                .needs = needs,
                .sends = sends,
                .creates = "",
                .removes = "",
                .expects = expects,
                .reasons = reasons,
                .run = run};
}

constexpr std::array steps{
    row("channel.ingress.unsigned_refused", "Ingress without proof refused",
        "POST /webhooks/ID of each provider, without signature or secret", "401", unsigned_refused,
        unsigned_reasons, needs_gateway),
    row("channel.ingress.bad_proof_refused", "Ingress with a wrong proof refused",
        "the same with the signature of other bytes, or a wrong secret", "401", wrong_refused, wrong_reasons,
        needs_gateway),
    row("channel.ingress.stale_refused", "Stale ingress refused", "the same, signed ten minutes ago", "401",
        stale_refused, stale_reasons, needs_gateway),
    row("channel.ingress.proof_admitted", "Ingress with the right proof let in",
        "the same with the configured secret, and no message in it",
        "let in: Slack's challenge comes back, the rest is dropped or found to be no message", right_admitted,
        right_reasons, needs_unsigned),
    row("channel.ingress.replay_refused", "Replayed ingress refused",
        "what was let in once more, byte by byte", "401", replay_refused, replay_reasons, needs_right),
};

}  // namespace

std::span<const Step> channel_ingress_steps() { return steps; }

}  // namespace cowork::smoke
