#include "checks/json_answers.hpp"
#include "secrets/hmac.hpp"
#include "smoke/gateway_leftovers.hpp"
#include "smoke/gateway_prompt.hpp"
#include "smoke/groups.hpp"
#include "smoke/webhook_signature.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>

// What came back of a prompt: the delivery's signature and id, what the gateway keeps, and that the same
// event sent again is known as the same.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using probes::Delivery;
using namespace std::chrono_literals;

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
constexpr auto signed_reasons =
    checks::joined(user_reasons, webhook_place_reasons, checks::transport_reasons, signed_own);

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
    if (auto broken = post_message(layers, run, place, again, answer, wait_of(run)))
        return std::move(*broken);
    if (answer.status != 202)
        return layers.broke(
            "accepted", Status::action_required, "duplicate.refused",
            run.context.redactor.text("the repeated event is answered with status {}", answer.status));
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

constexpr std::array needs_delivered{std::string_view{"gateway.prompt.delivered"}};
constexpr std::array needs_identified{std::string_view{"gateway.delivery.identified"}};

auto make_steps() {
    Step sign = prompt_step("gateway.delivery.signed", "The delivery is signed");
    sign.needs = needs_delivered;
    sign.sends = "nothing: verifies the delivery";
    sign.expects = "a signature of now with the shared secret";
    sign.reasons = signed_reasons;
    sign.run = delivery_signed;

    Step identify = prompt_step("gateway.delivery.identified", "The delivery has its id");
    identify.needs = needs_delivered;
    identify.sends = "nothing: reads the delivery";
    identify.expects = "the same id in header and body, made of the event's";
    identify.reasons = identified_reasons;
    identify.run = delivery_identified;

    Step store = prompt_step("gateway.prompt.stored", "Session and events stored");
    store.needs = needs_delivered;
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
    return std::array{sign, identify, store, repeat};
}

}  // namespace

std::span<const Step> gateway_delivery_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
