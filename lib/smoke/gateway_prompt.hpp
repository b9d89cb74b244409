#pragma once

#include "probes/delivery_listener.hpp"
#include "smoke/gateway_parts.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::smoke {

// What the steps of a prompt tell each other, on its way in and back.
struct PromptFacts {
    std::unique_ptr<probes::DeliveryListener> listener;
    SignedMessage sent;
    Message message;
    std::chrono::steady_clock::time_point sent_at;
    std::optional<probes::Delivery> delivery;
    std::string delivery_id;
    std::string opencode_id;
};

inline constexpr std::array user_reasons{
    checks::Reason{"prompt.no-user", Status::unknown, "without --as no prompt is sent",
                   "name a user who may prompt: --as USER"},
};
// Without a user who may prompt these steps say nothing about the deployment: ends the step.
[[nodiscard]] std::optional<checks::Finding> no_user(checks::Layers& layers, const Run& run);

// Waiting for an answer ends a little before the step does, so that there is time to say why none came.
[[nodiscard]] Budget wait_of(const Run& run);

// A row of these steps, with what all of them have in common.
[[nodiscard]] Step prompt_step(std::string_view id, std::string_view label);

}  // namespace cowork::smoke
