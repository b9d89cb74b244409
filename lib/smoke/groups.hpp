#pragma once

#include "smoke/step.hpp"

#include <span>

namespace cowork::smoke {

// One group a file, in the order of the registry.
[[nodiscard]] std::span<const Step> gateway_steps();           // the Standalone Gateway answers, and whom
[[nodiscard]] std::span<const Step> gateway_webhook_steps();   // what it refuses and accepts
[[nodiscard]] std::span<const Step> gateway_opencode_steps();  // its OpenCode, asked directly
[[nodiscard]] std::span<const Step> gateway_prompt_steps();    // a prompt on its way in, until it is answered
[[nodiscard]] std::span<const Step> gateway_delivery_steps();  // the answer, and what the gateway keeps

[[nodiscard]] std::span<const Step> cloud_leftover_steps();
[[nodiscard]] std::span<const Step> cloud_steps();         // the Cloud answers, and what browsers begin with
[[nodiscard]] std::span<const Step> cloud_access_steps();  // whom it lets in
[[nodiscard]] std::span<const Step> cloud_operator_steps();  // what operators see
[[nodiscard]] std::span<const Step> cloud_session_steps();   // a session, an artifact, a prompt
[[nodiscard]] std::span<const Step> cloud_event_steps();     // what it tells as it happens
[[nodiscard]] std::span<const Step> cloud_store_steps();     // its bucket
[[nodiscard]] std::span<const Step> cloud_token_steps();     // the life of a token

[[nodiscard]] std::span<const Step> channel_directory_steps();   // agent, binding and identity of a channel
[[nodiscard]] std::span<const Step> channel_token_steps();       // a token for the Channel Gateway
[[nodiscard]] std::span<const Step> channel_gateway_steps();     // the Channel Gateway answers, and whom
[[nodiscard]] std::span<const Step> channel_ingress_steps();     // what its providers take in
[[nodiscard]] std::span<const Step> channel_revocation_steps();  // the token is worth nothing any more

[[nodiscard]] std::span<const Step> hybrid_thread_steps();  // one thread on three surfaces
[[nodiscard]] std::span<const Step> hybrid_cursor_steps();  // its order, and where each reader stands
[[nodiscard]] std::span<const Step> hybrid_token_steps();   // the surfaces' tokens are worth nothing any more

}  // namespace cowork::smoke
