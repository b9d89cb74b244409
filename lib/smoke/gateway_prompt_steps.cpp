#include "checks/database_layers.hpp"
#include "checks/json_answers.hpp"
#include "core/pause.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "probes/delivery_listener.hpp"
#include "secrets/hmac.hpp"
#include "smoke/gateway_leftovers.hpp"
#include "smoke/gateway_parts.hpp"
#include "smoke/groups.hpp"
#include "smoke/webhook_signature.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>

// A prompt on its way: in through the signed webhook, through OpenCode and its model, and back as a signed
// delivery, to which cowork itself listens where the gateway is told to deliver.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using probes::Delivery;
using namespace std::chrono_literals;

// What the steps of the prompt tell each other.
struct PromptFacts {
    std::unique_ptr<probes::DeliveryListener> listener;
    SignedMessage sent;
    Message message;
    std::chrono::steady_clock::time_point sent_at;
    std::optional<Delivery> delivery;
    std::string delivery_id;
    std::string opencode_id;
};

constexpr std::array user_reasons{
    Reason{"prompt.no-user", Status::unknown, "without --as no prompt is sent",
           "name a user who may prompt: --as USER"},
};

// Without a user who may prompt these steps say nothing about the deployment.
std::optional<Finding> no_user(Layers& layers, const Run& run) {
    if (!run.wishes.as_user.empty()) return std::nullopt;
    Finding finding = layers.broke("policy", Status::unknown, "prompt.no-user",
                                   "not made: --as USER names who prompts"_safe);
    finding.required = false;
    return finding;
}

constexpr std::array listening_own{
    Reason{"delivery.not-loopback", Status::unknown,
           "the delivery URL is not plain http on this machine, so cowork cannot listen there",
           "prove the round trip with the receiver that listens there"},
    Reason{"delivery.port-in-use", Status::unknown,
           "another program listens where the gateway delivers",
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
constexpr auto accepted_reasons =
    checks::joined(gateway_reasons, webhook_place_reasons, user_reasons, accepted_own);

std::string prompt_text(const Run& run) {
    const std::string wish =
        run.wishes.prompt.empty() ? "Answer with the single word pong." : run.wishes.prompt;
    return fmt::format("{} ({})", wish, run.mark());
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
    if (answer.status != 202)
        return layers.broke(
            "http", Status::action_required, "gateway.http-status",
            run.context.redactor.text("a correctly signed prompt is answered with status {}", answer.status));
    layers.passed("accepted", "the gateway takes the prompt"_safe, answer.timing.total);
    return layers.ready("the gateway takes a signed prompt"_safe);
}

constexpr std::array delivered_own{
    Reason{"prompt.denied", Status::action_required, "the gateway does not let that user prompt",
           "name an active owner, admin or member with --as"},
    Reason{"prompt.failed", Status::action_required, "OpenCode did not come to an answer",
           "look at the gateway's and OpenCode's log, and at the model's provider"},
    Reason{"prompt.not-delivered", Status::action_required,
           "no delivery of the answer came within the step's time",
           "look at the gateway's log; --timeout does not change it, the model may need longer"},
    Reason{"delivery.other-chat", Status::action_required, "the answer was delivered for another chat",
           "update the gateway"},
};
constexpr auto delivered_reasons = checks::joined(user_reasons, delivered_own);

// Why nothing came, as far as the gateway's records tell.
Finding why_not_delivered(Layers& layers, Run& run) {
    const PromptFacts& facts = run.facts<PromptFacts>();
    // The step's own time is over: this takes a moment of its own.
    const Budget moment = Budget::lasting(2s, run.context.run.stop());
    const Records records = open_records(run, moment);
    if (records.session) {
        const auto denial = denial_of(*records.session, facts.message.user_id, moment);
        if (denial && *denial)
            return layers.broke("prompt", Status::action_required, "prompt.denied",
                                run.context.redactor.text("the gateway does not let {} prompt: {}",
                                                          facts.message.user_id, **denial));
        const auto sessions = marked_sessions(*records.session, moment);
        if (sessions)
            for (const ChatSession& session : *sessions)
                if (session.chat_id == facts.message.chat_id && session.status == "failed")
                    return layers.broke("prompt", Status::action_required, "prompt.failed",
                                        "the gateway says that the prompt failed"_safe);
    }
    if (run.context.run.stopped()) return checks::out_of_time(layers, run.context, "delivery");
    return layers.broke("delivery", Status::action_required, "prompt.not-delivered",
                        "no answer was delivered in time"_safe);
}

std::int64_t milliseconds_between(std::chrono::steady_clock::time_point from,
                                  std::chrono::steady_clock::time_point to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

std::string chat_of(const nlohmann::json& body) {
    const auto target = body.find("target");
    return target != body.end() && target->is_object() ? checks::text_at(*target, "chatId") : std::string{};
}

// Waiting for an answer ends a little before the step does, so that there is time to say why none came.
Budget wait_of(const Run& run) { return run.context.run.part(run.context.run.remaining() - 2500ms); }

Finding delivered(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    PromptFacts& facts = run.facts<PromptFacts>();
    facts.delivery = facts.listener->next(wait_of(run));
    if (!facts.delivery) return why_not_delivered(layers, run);
    const auto took = facts.delivery->at - facts.sent_at;
    layers.evidence("round_trip_ms", milliseconds_between(facts.sent_at, facts.delivery->at));
    const auto body = checks::object_in(facts.delivery->body);
    if (!body || chat_of(*body) != facts.message.chat_id)
        return layers.broke("delivery", Status::action_required, "delivery.other-chat",
                            "something was delivered, but not for the chat of the prompt"_safe);
    layers.passed("delivered", "the answer came back",
                  std::chrono::duration_cast<std::chrono::microseconds>(took));
    return layers.ready(run.context.redactor.text("the prompt came back after {} ms",
                                                  milliseconds_between(facts.sent_at, facts.delivery->at)));
}

std::string header_of(const Delivery& delivery, std::string_view name) {
    for (const auto& [key, value] : delivery.headers)
        if (key == name) return value;
    return {};
}

constexpr std::array signed_own{
    Reason{"delivery.unsigned", Status::action_required, "the delivery has no signature",
           "update the gateway: a receiver cannot tell it from a forgery"},
    Reason{"delivery.signature-mismatch", Status::action_required,
           "the delivery's signature does not fit the configured secret",
           "restart the gateway with this configuration", catalogue::Safety::disruptive},
    Reason{"delivery.timestamp-stale", Status::action_required,
           "the delivery's timestamp is more than five minutes off",
           "switch time synchronisation on, on both machines"},
};
constexpr auto signed_reasons = checks::joined(user_reasons, webhook_place_reasons,
                                               checks::transport_reasons, signed_own);

std::int64_t number_in(const std::string& text) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? number : 0;
}

Finding delivery_signed(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    const Delivery& delivery = *run.facts<PromptFacts>().delivery;
    const std::string timestamp = header_of(delivery, timestamp_header);
    const std::string signature = header_of(delivery, signature_header);
    if (timestamp.empty() || signature.empty())
        return layers.broke("signature", Status::action_required, "delivery.unsigned",
                            "the delivery has no signature"_safe);
    if (!equal_in_constant_time(signature, webhook_signature(place.secret, timestamp, delivery.body)))
        return layers.broke("signature", Status::action_required, "delivery.signature-mismatch",
                            "the delivery's signature does not fit the configured secret"_safe);
    const std::int64_t off = std::abs(number_in(timestamp) - unix_time());
    if (off > signature_tolerance.count())
        return layers.broke("signature", Status::action_required, "delivery.timestamp-stale",
                            run.context.redactor.text("the delivery's timestamp is {} s off", off));
    return layers.ready("the delivery is signed with the configured secret"_safe);
}

constexpr std::array identified_own{
    Reason{"delivery.no-id", Status::action_required, "the delivery has no id in its header",
           "update the gateway: a receiver cannot tell a repetition from a new answer"},
    Reason{"delivery.id-mismatch", Status::action_required,
           "the delivery's id in the header is not that of its body, or not of this message",
           "update the gateway"},
};
constexpr auto identified_reasons = checks::joined(user_reasons, identified_own);

Finding delivery_identified(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    PromptFacts& facts = run.facts<PromptFacts>();
    const std::string id = header_of(*facts.delivery, delivery_id_header);
    if (id.empty())
        return layers.broke("id", Status::action_required, "delivery.no-id",
                            "the delivery has no id in its header"_safe);
    const auto body = checks::object_in(facts.delivery->body);
    if (!body || checks::text_at(*body, "deliveryId") != id ||
        id.find(facts.message.event_id) == std::string::npos)
        return layers.broke("id", Status::action_required, "delivery.id-mismatch",
                            run.context.redactor.text("the delivery calls itself {}", id));
    facts.delivery_id = id;
    layers.evidence("delivery_id", run.context.redactor.clean(id));
    return layers.ready("the delivery is known by its id"_safe);
}

constexpr std::array stored_own{
    Reason{"store.memory", Status::unknown, "the memory store cannot be looked into",
           "use Postgres before anybody relies on it"},
    Reason{"store.session-missing", Status::action_required, "the gateway's Postgres has no such session",
           "check that the gateway uses this database"},
    Reason{"store.events-missing", Status::action_required,
           "the session lacks the user's message or the answer", "look at the gateway's log"},
    Reason{"store.sequence-gap", Status::action_required, "the session's events have a gap in their numbers",
           "look at the gateway's log; a reader's cursor would wait forever"},
    Reason{"store.not-readable", Status::unknown, "the gateway's Postgres could not be asked",
           "run cowork doctor gateway-only, which says why"},
};
constexpr auto stored_reasons = checks::joined(user_reasons, stored_own);

Finding not_readable(Layers& layers, Run& run, const probes::PostgresFailure& failure) {
    layers.evidence("detail", run.context.redactor.clean(failure.detail));
    return layers.broke("connect", Status::unknown, "store.not-readable",
                        "the gateway's Postgres could not be asked"_safe);
}

// The numbers count from one on without a gap, and both sides of the conversation are there.
Finding judge_events(Layers& layers, const Run& run, const std::vector<SessionEvent>& events) {
    const auto of_type = [&](std::string_view type) {
        return std::find_if(events.begin(), events.end(),
                            [&](const SessionEvent& event) { return event.type == type; });
    };
    const auto question = of_type("user.message");
    const auto answer = of_type("assistant.message");
    layers.evidence("events", static_cast<std::int64_t>(events.size()));
    if (question == events.end() || answer == events.end())
        return layers.broke("events", Status::action_required, "store.events-missing",
                            "the session lacks the user's message or the answer"_safe);
    for (std::size_t i = 1; i < events.size(); ++i)
        if (events[i].sequence != events[i - 1].sequence + 1)
            return layers.broke("events", Status::action_required, "store.sequence-gap",
                                run.context.redactor.text("after event {} comes event {}",
                                                          events[i - 1].sequence, events[i].sequence));
    layers.passed("executed", "from the user's message to the answer, as the gateway wrote them down"_safe,
                  answer->since_first - question->since_first);
    return layers.ready(run.context.redactor.text("the session and its {} events are stored", events.size()));
}

Finding stored(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    PromptFacts& facts = run.facts<PromptFacts>();
    const Records records = open_records(run, run.context.probe());
    if (records.absence == RecordsAbsence::memory_store || records.absence == RecordsAbsence::no_url) {
        Finding finding = layers.broke("policy", Status::unknown, "store.memory",
                                       "the gateway keeps its sessions where cowork cannot look"_safe);
        finding.required = records.absence == RecordsAbsence::no_url;
        return finding;
    }
    if (!records.session) return not_readable(layers, run, records.failure);
    const auto sessions = marked_sessions(*records.session, run.context.probe());
    if (!sessions) return not_readable(layers, run, sessions.error());
    const auto ours = std::find_if(sessions->begin(), sessions->end(), [&](const ChatSession& session) {
        return session.chat_id == facts.message.chat_id;
    });
    if (ours == sessions->end())
        return layers.broke("session", Status::action_required, "store.session-missing",
                            "the gateway's Postgres has no session of the prompt"_safe);
    facts.opencode_id = ours->opencode_id;
    layers.passed("session", "the session is there"_safe);
    const auto events = events_of(*records.session, ours->id, run.context.probe());
    if (!events) return not_readable(layers, run, events.error());
    return judge_events(layers, run, *events);
}

constexpr std::array duplicate_own{
    Reason{"duplicate.refused", Status::action_required,
           "the same event, signed anew, is refused: a sender that repeats it would give up",
           "update the gateway"},
    Reason{"duplicate.delivered-anew", Status::action_required,
           "the repeated event is answered under a new id, so that a receiver takes it for another answer",
           "update the gateway"},
    Reason{"duplicate.executed-twice", Status::action_required, "OpenCode was prompted twice",
           "update the gateway, or OpenCode"},
};
constexpr auto duplicate_reasons =
    checks::joined(gateway_reasons, webhook_place_reasons, user_reasons, duplicate_own);

// How long a second delivery is waited for.
constexpr std::chrono::milliseconds second_delivery = 1500ms;

Finding duplicate_recognised(Run& run) {
    Layers layers;
    if (auto broken = no_user(layers, run)) return std::move(*broken);
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    PromptFacts& facts = run.facts<PromptFacts>();
    // The same event at another second: the signature differs, so it is no replay.
    const SignedMessage again =
        signed_message(place.secret, facts.message, number_in(facts.sent.timestamp) + 1);
    probes::HttpAnswer answer;
    if (auto broken = post_message(layers, run, place, again, answer, wait_of(run))) return std::move(*broken);
    if (answer.status != 202)
        return layers.broke("accepted", Status::action_required, "duplicate.refused",
                            run.context.redactor.text("the repeated event is answered with status {}",
                                                      answer.status));
    const auto second = facts.listener->next(run.context.run.part(second_delivery));
    if (second && header_of(*second, delivery_id_header) != facts.delivery_id)
        return layers.broke("delivery", Status::action_required, "duplicate.delivered-anew",
                            "the repeated event is answered under a new id"_safe);
    layers.passed("delivery", second ? "answered again under the same id"_safe : "not answered again"_safe);
    if (facts.opencode_id.empty()) return layers.ready("a repeated event is known as the same"_safe);
    const auto marks = OpencodeApi(run, run.context.run).user_marks(facts.opencode_id);
    if (marks && marks->size() > 1)
        return layers.broke("executed", Status::action_required, "duplicate.executed-twice",
                            run.context.redactor.text("OpenCode was prompted {} times", marks->size()));
    if (marks) layers.passed("executed", "OpenCode was prompted once"_safe);
    return layers.ready("a repeated event is known as the same"_safe);
}

constexpr std::array needs_listening{std::string_view{"gateway.health.answers"},
                                     std::string_view{"gateway.opencode.reachable"}};
constexpr std::array needs_accepted{std::string_view{"gateway.prompt.accepted"},
                                    std::string_view{"gateway.delivery.listening"}};
constexpr std::array needs_listener{std::string_view{"gateway.delivery.listening"}};
constexpr std::array needs_delivered{std::string_view{"gateway.prompt.delivered"}};
constexpr std::array needs_identified{std::string_view{"gateway.delivery.identified"}};

constexpr Step prompt_step(std::string_view id, std::string_view label) {
    Step step{.id = id,
              .label = label,
              .authority = catalogue::Authority::gateway_standalone,
              .control_plane = std::nullopt,
              .scenarios = gateway_scenarios,
              .effect = Effect::creates,
              .needs = needs_delivered,
              .sends = "",
              .creates = "",
              .removes = "",
              .expects = "",
              .reasons = {},
              .run = nullptr};
    return step;
}

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

    Step sign = prompt_step("gateway.delivery.signed", "The delivery is signed");
    sign.sends = "nothing: verifies the delivery";
    sign.expects = "a signature of now with the shared secret";
    sign.reasons = signed_reasons;
    sign.run = delivery_signed;

    Step identify = prompt_step("gateway.delivery.identified", "The delivery has its id");
    identify.sends = "nothing: reads the delivery";
    identify.expects = "the same id in header and body, made of the event's";
    identify.reasons = identified_reasons;
    identify.run = delivery_identified;

    Step store = prompt_step("gateway.prompt.stored", "Session and events stored");
    store.control_plane = catalogue::ControlPlane::gateway_postgres;
    store.sends = "SELECT of the session and its events in the gateway's Postgres";
    store.expects = "both sides of the conversation, without a gap";
    store.reasons = stored_reasons;
    store.run = stored;

    Step repeat = prompt_step("gateway.prompt.duplicate_recognised", "A repeated event is recognised");
    repeat.needs = needs_identified;
    repeat.budget = 60s;
    repeat.sends = "the same event again, signed anew";
    repeat.expects = "202, and no answer under a new id, nor a second prompt";
    repeat.reasons = duplicate_reasons;
    repeat.run = duplicate_recognised;
    return std::array{listen, accept, deliver, sign, identify, store, repeat};
}

}  // namespace

std::span<const Step> gateway_prompt_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
