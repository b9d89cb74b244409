#include "core/pause.hpp"
#include "smoke/gateway_leftovers.hpp"
#include "smoke/gateway_metrics.hpp"
#include "smoke/gateway_parts.hpp"
#include "smoke/groups.hpp"
#include "smoke/webhook_signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

// What the signed webhook refuses, and that an unknown user's message comes to nothing. Five bad signatures
// in all: the gateway shuts out a source after twenty in a minute.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

template <std::size_t N>
constexpr auto with_webhook(const std::array<Reason, N>& own) {
    return checks::joined(gateway_reasons, webhook_place_reasons, own);
}

// Even if it is accepted, a message of nobody must do nothing; and nothing to the chat of the prompt.
Message message_of_nobody(const Run& run, std::string_view what) {
    const std::string nobody = run.mark() + "-nobody";
    return {fmt::format("{}-{}", run.mark(), what), nobody, nobody,
            fmt::format("cowork smoke: please ignore ({})", run.mark())};
}

// Sends what has to be refused with 401.
Finding expect_refusal(Layers& layers, Run& run, const WebhookPlace& place, const SignedMessage& message,
                       std::string_view accepted, std::string_view what) {
    probes::HttpAnswer answer;
    if (auto broken = post_message(layers, run, place, message, answer, run.context.probe()))
        return std::move(*broken);
    if (answer.status == 401) return layers.ready(run.context.redactor.text("{} is refused", what));
    if (answer.status >= 200 && answer.status < 300)
        return layers.broke("refused", Status::action_required, accepted,
                            run.context.redactor.text("{} is accepted with status {}", what, answer.status));
    return layers.broke("http", Status::action_required, "gateway.http-status",
                        run.context.redactor.text("{} is answered with status {}", what, answer.status));
}

Finding unsigned_refused(Run& run) {
    Layers layers;
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    const SignedMessage bare{message_body(message_of_nobody(run, "unsigned")), {}, {}};
    return expect_refusal(layers, run, place, bare, "webhook.unsigned-accepted",
                          "a message without signature");
}

Finding bad_signature_refused(Run& run) {
    Layers layers;
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    SignedMessage message = signed_message(place.secret, message_of_nobody(run, "forged"), unix_time());
    // Signed, but of other bytes.
    message.body += ' ';
    return expect_refusal(layers, run, place, message, "webhook.bad-signature-accepted",
                          "a message with the signature of another");
}

// Well outside the tolerance, whatever the two clocks' difference.
constexpr std::chrono::seconds outside = 2 * signature_tolerance;

Finding stale_refused(Run& run) {
    Layers layers;
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    return expect_refusal(layers, run, place,
                          signed_message(place.secret, message_of_nobody(run, "stale"), unix_time(-outside)),
                          "webhook.stale-accepted", "a message signed ten minutes ago");
}

Finding future_refused(Run& run) {
    Layers layers;
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    return expect_refusal(layers, run, place,
                          signed_message(place.secret, message_of_nobody(run, "future"), unix_time(outside)),
                          "webhook.future-accepted", "a message signed in ten minutes");
}

// The message of an unknown user as it was sent, for the replay.
struct SentFacts {
    SignedMessage message;
};

constexpr std::array unknown_own{
    Reason{"webhook.signature-refused", Status::action_required,
           "the gateway refuses a message that is signed with the configured secret",
           "restart the gateway with this configuration, and compare both clocks",
           catalogue::Safety::disruptive},
    Reason{"webhook.unknown-user-executed", Status::action_required,
           "a message of a user that nobody knows began a session",
           "stop the gateway and check which version runs there", catalogue::Safety::disruptive},
    Reason{"webhook.unknown-user-unproven", Status::unknown,
           "neither the database nor the dashboard tells what became of the message",
           "give the admin token or the database URL"},
};
constexpr auto unknown_reasons = with_webhook(unknown_own);

// Whether a session of OpenCode that began just now holds a message with that mark.
bool opencode_has(Run& run, const std::string& mark) {
    OpencodeApi opencode(run, run.context.run);
    for (const OpencodeSession& session : opencode.list().list) {
        if (session.age > 60s) continue;
        const auto marks = opencode.user_marks(session.id);
        if (marks && std::find(marks->begin(), marks->end(), mark) != marks->end()) return true;
    }
    return false;
}

// Whether the gateway's records, or else its dashboard and metrics, say that it was denied. The gateway may
// answer before it has looked, so they are asked again for a while.
Finding judge_denial(Layers& layers, Run& run, const Message& message, const GatewayCounts& before) {
    const std::string& user = message.user_id;
    const Budget patience = run.context.probe();
    const Records records = open_records(run, run.context.probe());
    for (;;) {
        if (records.session) {
            const auto sessions = marked_sessions(*records.session, run.context.probe());
            if (sessions)
                for (const ChatSession& session : *sessions)
                    if (session.chat_id == message.chat_id)
                        return layers.broke("executed", Status::action_required,
                                            "webhook.unknown-user-executed",
                                            "a message of an unknown user began a session"_safe);
            const auto denial = denial_of(*records.session, user, 1h, run.context.probe());
            if (denial && *denial) {
                layers.evidence("audited_reason", run.context.redactor.clean(**denial));
                return layers.ready("accepted, denied, and in the audit trail"_safe);
            }
        } else {
            const GatewayCounts now = gateway_counts(run);
            const bool shown = dashboard_has_denial(run, user);
            if (shown || (now.known && before.known && now.audit_events > before.audit_events)) {
                layers.evidence("seen_in", shown ? "dashboard"_safe : "metrics"_safe);
                if (opencode_has(run, run.mark()))
                    return layers.broke("executed", Status::action_required, "webhook.unknown-user-executed",
                                        "a message of an unknown user reached OpenCode"_safe);
                // Somebody else may have begun one in the same moment.
                if (now.sessions > before.sessions) break;
                return layers.ready("accepted, not executed, and one more in the audit trail"_safe);
            }
            if (!before.known || !now.known) break;
        }
        if (!pause_within(patience, 100ms)) break;
    }
    return layers.broke("denied", Status::unknown, "webhook.unknown-user-unproven",
                        "accepted, but nothing tells what became of it"_safe);
}

Finding unknown_user_denied(Run& run) {
    Layers layers;
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    const Message message = message_of_nobody(run, "unknown");
    const GatewayCounts before = gateway_counts(run);
    SignedMessage& sent = run.facts<SentFacts>().message;
    sent = signed_message(place.secret, message, unix_time());
    run.undo.push(undo_of_chat(run, message.chat_id));
    probes::HttpAnswer answer;
    if (auto broken = post_message(layers, run, place, sent, answer, run.context.probe()))
        return std::move(*broken);
    if (answer.status == 401)
        return layers.broke("accepted", Status::action_required, "webhook.signature-refused",
                            "the gateway refuses a correctly signed message"_safe);
    if (answer.status != 202)
        return layers.broke("http", Status::action_required, "gateway.http-status",
                            run.context.redactor.text("a correctly signed message is answered with status {}",
                                                      answer.status));
    layers.passed("accepted", "the signed message is accepted"_safe, answer.timing.total);
    return judge_denial(layers, run, message, before);
}

Finding replay_refused(Run& run) {
    Layers layers;
    WebhookPlace place;
    if (auto broken = find_webhook(layers, run, place)) return std::move(*broken);
    return expect_refusal(layers, run, place, run.facts<SentFacts>().message, "webhook.replay-accepted",
                          "a message that was sent before");
}

template <std::size_t N>
constexpr auto refusal(const char (&code)[N], std::string_view meaning) {
    return checks::joined(gateway_reasons, webhook_place_reasons,
                          std::array{Reason{code, Status::action_required, meaning,
                                            "take the gateway off the network, then check its version",
                                            catalogue::Safety::disruptive}});
}
constexpr auto unsigned_reasons =
    refusal("webhook.unsigned-accepted", "a message without signature is accepted");
constexpr auto bad_signature_reasons =
    refusal("webhook.bad-signature-accepted", "a message with a wrong signature is accepted");
constexpr auto stale_reasons = refusal("webhook.stale-accepted", "a message signed long ago is accepted");
constexpr auto future_reasons =
    refusal("webhook.future-accepted", "a message signed in the future is accepted");
constexpr auto replay_reasons = refusal("webhook.replay-accepted", "the same message is accepted twice");

constexpr std::array needs_health{std::string_view{"gateway.health.answers"}};
constexpr std::array needs_message{std::string_view{"gateway.webhook.unknown_user_denied"}};

constexpr Step refusing(std::string_view id, std::string_view label, std::string_view sends,
                        std::span<const Reason> reasons, Finding (*run)(Run&)) {
    return Step{.id = id,
                .label = label,
                .authority = catalogue::Authority::gateway_standalone,
                .control_plane = std::nullopt,
                .scenarios = gateway_scenarios,
                .needs = needs_health,
                .sends = sends,
                .creates = "",
                .removes = "",
                .expects = "401",
                .reasons = reasons,
                .run = run};
}

constexpr std::array steps{
    refusing("gateway.webhook.unsigned_refused", "Unsigned message refused",
             "POST /webhooks/ID without a signature", unsigned_reasons, unsigned_refused),
    refusing("gateway.webhook.bad_signature_refused", "Badly signed message refused",
             "POST /webhooks/ID with the signature of other bytes", bad_signature_reasons,
             bad_signature_refused),
    refusing("gateway.webhook.stale_refused", "Stale message refused",
             "POST /webhooks/ID signed ten minutes ago", stale_reasons, stale_refused),
    refusing("gateway.webhook.future_refused", "Message of the future refused",
             "POST /webhooks/ID signed in ten minutes", future_reasons, future_refused),
    Step{.id = "gateway.webhook.unknown_user_denied",
         .label = "Unknown user denied",
         .authority = catalogue::Authority::gateway_standalone,
         .control_plane = catalogue::ControlPlane::gateway_postgres,
         .scenarios = gateway_scenarios,
         .effect = Effect::creates,
         .needs = needs_health,
         .sends = "POST /webhooks/ID, correctly signed, of a user that nobody knows",
         .creates = "an entry in the gateway's audit trail, which stays until its retention removes it",
         .removes = "whatever else the gateway kept of the chat",
         .expects = "202, and no session",
         .reasons = unknown_reasons,
         .run = unknown_user_denied},
    Step{.id = "gateway.webhook.replay_refused",
         .label = "Replayed message refused",
         .authority = catalogue::Authority::gateway_standalone,
         .control_plane = std::nullopt,
         .scenarios = gateway_scenarios,
         .effect = Effect::creates,
         .needs = needs_message,
         .sends = "the same POST /webhooks/ID again, byte by byte",
         .creates = "",
         .removes = "",
         .expects = "401",
         .reasons = replay_reasons,
         .run = replay_refused},
};

}  // namespace

std::span<const Step> gateway_webhook_steps() { return steps; }

}  // namespace cowork::smoke
