#include "checks/json_answers.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "smoke/gateway_leftovers.hpp"
#include "smoke/gateway_prompt.hpp"
#include "smoke/groups.hpp"
#include "smoke/webhook_signature.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>

// A prompt on its way in: through the signed webhook, OpenCode and its model, until its answer comes back to
// where the gateway is told to deliver. There cowork itself listens.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

constexpr std::array listening_own{
    Reason{"delivery.not-loopback", Status::unknown,
           "the delivery URL is not plain http on this machine, so cowork cannot listen there",
           "prove the round trip with the receiver that listens there"},
    Reason{"delivery.port-in-use", Status::unknown, "another program listens where the gateway delivers",
           "stop the receiver for as long as smoke runs, or leave out --as", catalogue::Safety::disruptive},
    Reason{"delivery.port-forbidden", Status::unknown, "this user may not listen on the delivery URL's port",
           "run smoke as the user of the receiver"},
    Reason{"delivery.no-listener", Status::unknown, "listening on the delivery URL's port failed",
           "look at the evidence"},
};
constexpr auto listening_reasons =
    checks::joined(checks::transport_reasons, webhook_place_reasons, user_reasons, listening_own);

Finding not_listening(Layers& layers, const Run& run, probes::ListenFailure failure, const SafeText& where) {
    switch (failure) {
        case probes::ListenFailure::not_loopback:
            return layers.broke("policy", Status::unknown, "delivery.not-loopback",
                                run.context.redactor.text("{} is not an address of loopback", where));
        case probes::ListenFailure::in_use:
            return layers.broke("listen", Status::unknown, "delivery.port-in-use",
                                run.context.redactor.text("another program listens at {}", where));
        case probes::ListenFailure::forbidden:
            return layers.broke("listen", Status::unknown, "delivery.port-forbidden",
                                run.context.redactor.text("this user may not listen at {}", where));
        case probes::ListenFailure::other:
            break;
    }
    return layers.broke("listen", Status::unknown, "delivery.no-listener",
                        run.context.redactor.text("cowork could not listen at {}", where));
}

Finding listening(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    const rules::GatewayView view = rules::view_gateway(run.context.config);
    const auto url = net::parse_url(view.delivery_url);
    const SafeText where = run.context.redactor.clean(url ? url->origin() : "the delivery URL");
    if (!url || url->secure() || net::classify_host(url->host) != net::HostClass::loopback)
        return not_listening(layers, run, probes::ListenFailure::not_loopback, where);
    auto listener = probes::listen_for_deliveries(url->host, url->port, url->path);
    if (!listener) return not_listening(layers, run, listener.error(), where);
    run.facts<PromptFacts>().listener = std::move(*listener);
    return layers.ready(run.context.redactor.text("cowork listens at {}", where));
}

constexpr std::array accepted_own{
    Reason{"webhook.signature-refused", Status::action_required,
           "the gateway refuses a message that is signed with the configured secret",
           "restart the gateway with this configuration, and compare both clocks",
           catalogue::Safety::disruptive},
};
// What the gateway's records tell of a prompt.
constexpr std::array told_own{
    Reason{"prompt.denied", Status::action_required, "the gateway does not let that user prompt",
           "name an active owner, admin or member with --as"},
    Reason{"prompt.failed", Status::action_required, "OpenCode did not come to an answer",
           "look at the gateway's and OpenCode's log, and at the model's provider"},
};
constexpr auto accepted_reasons =
    checks::joined(gateway_reasons, webhook_place_reasons, user_reasons, accepted_own, told_own);

std::string prompt_text(const Run& run) {
    const std::string wish =
        run.wishes.prompt.empty() ? "Answer with the single word pong." : run.wishes.prompt;
    return fmt::format("{} ({})", wish, run.mark());
}

// Why no answer can come, as far as the gateway's records tell.
std::optional<Finding> told_by_records(Layers& layers, Run& run) {
    const PromptFacts& facts = run.facts<PromptFacts>();
    const Budget moment = Budget::lasting(2s, run.context.run.stop());
    const Records records = open_records(run, moment);
    if (!records.session) return std::nullopt;
    // The gateway dates its records, and its clock need not be the database's.
    constexpr auto clocks = 60s;
    const auto since =
        std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - facts.sent_at);
    const auto denial = denial_of(*records.session, facts.message.user_id, since + clocks, moment);
    if (denial && *denial)
        return layers.broke("prompt", Status::action_required, "prompt.denied",
                            run.context.redactor.text("the gateway does not let {} prompt: {}",
                                                      facts.message.user_id, **denial));
    const auto sessions = marked_sessions(*records.session, moment);
    if (!sessions) return std::nullopt;
    for (const ChatSession& session : *sessions)
        if (session.chat_id == facts.message.chat_id && session.status == "failed")
            return layers.broke("prompt", Status::action_required, "prompt.failed",
                                "the gateway says that the prompt failed"_safe);
    return std::nullopt;
}

Finding accepted(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    PromptFacts& facts = run.facts<PromptFacts>();
    // A chat of its own, so that nobody's conversation gets the prompt.
    facts.message = {run.mark() + "-prompt", run.mark(), run.wishes.as_user, prompt_text(run)};
    facts.sent = signed_message(place.secret, facts.message, unix_time());
    run.undo.push(undo_of_chat(run, facts.message.chat_id));
    facts.sent_at = std::chrono::steady_clock::now();
    probes::HttpAnswer answer;
    // The gateway may answer only when the prompt is done.
    if (auto broken = post_message(layers, run, place, facts.sent, answer, run.context.run))
        return std::move(*broken);
    if (answer.status == 401)
        return layers.broke("accepted", Status::action_required, "webhook.signature-refused",
                            "the gateway refuses a correctly signed message"_safe);
    if (answer.status == 500)
        if (auto failed = told_by_records(layers, run)) return std::move(*failed);
    if (answer.status != 202)
        return layers.broke(
            "http", Status::action_required, "gateway.http-status",
            run.context.redactor.text("a correctly signed prompt is answered with status {}", answer.status));
    layers.passed("accepted", "the gateway takes the prompt"_safe, answer.timing.total);
    return layers.ready("the gateway takes a signed prompt"_safe);
}

constexpr std::array delivered_own{
    Reason{"prompt.not-delivered", Status::action_required,
           "no delivery of the answer came within the step's time",
           "look at the gateway's log; --timeout does not change it, the model may need longer"},
    Reason{"delivery.other-chat", Status::action_required, "the answer was delivered for another chat",
           "update the gateway"},
};
constexpr auto delivered_reasons = checks::joined(user_reasons, told_own, delivered_own);

std::int64_t milliseconds_between(std::chrono::steady_clock::time_point from,
                                  std::chrono::steady_clock::time_point to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

std::string chat_of(const nlohmann::json& body) {
    const auto target = body.find("target");
    return target != body.end() && target->is_object() ? checks::text_at(*target, "chatId") : std::string{};
}

Finding delivered(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    PromptFacts& facts = run.facts<PromptFacts>();
    const Budget whole = wait_of(run);
    // In between the gateway's records are asked, which may tell that no answer will come.
    while (!(facts.delivery = facts.listener->next(whole.part(1s)))) {
        if (auto told = told_by_records(layers, run)) return std::move(*told);
        if (run.context.run.stopped()) return checks::out_of_time(layers, run.context, "delivery");
        if (whole.spent())
            return layers.broke("delivery", Status::action_required, "prompt.not-delivered",
                                "no answer was delivered in time"_safe);
    }
    const auto took = facts.delivery->at - facts.sent_at;
    layers.evidence("round_trip_ms", milliseconds_between(facts.sent_at, facts.delivery->at));
    const auto body = checks::object_in(facts.delivery->body);
    if (!body || chat_of(*body) != facts.message.chat_id)
        return layers.broke("delivery", Status::action_required, "delivery.other-chat",
                            "something was delivered, but not for the chat of the prompt"_safe);
    layers.passed("delivered", "the answer came back"_safe,
                  std::chrono::duration_cast<std::chrono::microseconds>(took));
    return layers.ready(run.context.redactor.text("the prompt came back after {} ms",
                                                  milliseconds_between(facts.sent_at, facts.delivery->at)));
}

constexpr std::array needs_listening{std::string_view{"gateway.health.answers"},
                                     std::string_view{"gateway.opencode.reachable"}};
constexpr std::array needs_accepted{std::string_view{"gateway.prompt.accepted"},
                                    std::string_view{"gateway.delivery.listening"}};
constexpr std::array needs_listener{std::string_view{"gateway.delivery.listening"}};

auto make_steps() {
    Step listen = prompt_step("gateway.delivery.listening", "cowork listens for the delivery");
    listen.needs = needs_listening;
    listen.sends = "nothing: listens at WEBHOOK_DELIVERY_URL while the prompt runs (with --as)";
    listen.expects = "the port is free";
    listen.reasons = listening_reasons;
    listen.run = listening;

    Step accept = prompt_step("gateway.prompt.accepted", "Signed prompt accepted");
    accept.needs = needs_listener;
    accept.budget = 120s;
    accept.sends = "POST /webhooks/ID, correctly signed, of the user of --as";
    accept.creates = "a session of the gateway and one of OpenCode, and a call of the model";
    accept.removes = "DELETE /session/ID of OpenCode, and the gateway's rows of that chat in Postgres";
    accept.expects = "202";
    accept.reasons = accepted_reasons;
    accept.run = accepted;

    Step deliver = prompt_step("gateway.prompt.delivered", "The answer comes back");
    deliver.needs = needs_accepted;
    deliver.budget = 120s;
    deliver.sends = "nothing: waits for the delivery";
    deliver.expects = "a delivery for the chat of the prompt";
    deliver.reasons = delivered_reasons;
    deliver.run = delivered;

    return std::array{listen, accept, deliver};
}

}  // namespace

std::optional<Finding> no_user(Layers& layers, const Run& run) {
    if (!run.wishes.as_user.empty()) return std::nullopt;
    Finding finding = layers.broke("policy", Status::unknown, "prompt.no-user",
                                   "not made: --as USER names who prompts"_safe);
    finding.required = false;
    return finding;
}

Budget wait_of(const Run& run) { return run.context.run.part(run.context.run.remaining() - 2500ms); }

Step prompt_step(std::string_view id, std::string_view label) {
    return Step{.id = id,
                .label = label,
                .authority = catalogue::Authority::gateway_standalone,
                .control_plane = std::nullopt,
                .scenarios = gateway_scenarios,
                .effect = Effect::creates,
                .needs = {},
                .sends = "",
                .creates = "",
                .removes = "",
                .expects = "",
                .reasons = {},
                .run = nullptr};
}

std::span<const Step> gateway_prompt_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
