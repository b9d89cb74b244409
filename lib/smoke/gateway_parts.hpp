#pragma once

#include "checks/gateway_target.hpp"
#include "probes/http_client.hpp"
#include "rules/standalone_gateway.hpp"
#include "smoke/step.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::smoke {

// What the steps of the Standalone Gateway share.

inline constexpr std::array gateway_scenarios{catalogue::Intent::gateway_only,
                                              catalogue::Intent::full_hybrid};

// Ways to end of any step that sends it something.
inline constexpr std::array answer_reasons{
    checks::Reason{"gateway.http-status", Status::action_required, "a status that the gateway does not give",
                   "check which service listens there, and its log"},
    checks::Reason{"gateway.wrong-shape", Status::action_required, "the answer is not that gateway's",
                   "correct HOST and PORT, or give --gateway-url"},
    checks::Reason{"gateway.rate-limited", Status::unknown, "the gateway asks to wait",
                   "wait as long as it says, then run smoke again"},
};
inline constexpr auto gateway_reasons = checks::joined(checks::transport_reasons, answer_reasons);
template <std::size_t N>
constexpr auto with_gateway(const std::array<checks::Reason, N>& own) {
    return checks::joined(gateway_reasons, own);
}

// Sends one call within the time of one request, and ends the step when no answer came.
// `call.url` is a path of the gateway; the rest is sent as it is.
[[nodiscard]] std::optional<checks::Finding> ask_gateway(checks::Layers& layers, Run& run,
                                                         const checks::ServiceTarget& target,
                                                         probes::HttpCall call, probes::HttpAnswer& answer,
                                                         const Budget& budget);

// Of the webhook provider that the settings name.
struct WebhookPlace {
    checks::ServiceTarget target;
    std::string path;  // /webhooks/ID
    Secret secret;
};
// Ends the step where there is no such provider; then it does not count.
[[nodiscard]] std::optional<checks::Finding> find_webhook(checks::Layers& layers, Run& run,
                                                          WebhookPlace& place);
inline constexpr std::array webhook_place_reasons{
    checks::Reason{"webhook.not-configured", Status::unknown, "no signed webhook is configured",
                   "set WEBHOOK_SHARED_SECRET and WEBHOOK_DELIVERY_URL, or test the other provider by hand"},
};

// A message as its senders post it, in one line of JSON.
struct Message {
    std::string event_id, chat_id, user_id, text;
};
[[nodiscard]] std::string message_body(const Message& message);

// What is sent of a message: its bytes, and their timestamp and signature. An empty text: not sent.
struct SignedMessage {
    std::string body, timestamp, signature;
};
[[nodiscard]] SignedMessage signed_message(const Secret& secret, const Message& message, std::int64_t when);
// Posts it; ends the step when no answer came, or one that asks to wait.
[[nodiscard]] std::optional<checks::Finding> post_message(checks::Layers& layers, Run& run,
                                                          const WebhookPlace& place,
                                                          const SignedMessage& message,
                                                          probes::HttpAnswer& answer, const Budget& budget);

}  // namespace cowork::smoke
