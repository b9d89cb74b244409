#pragma once

#include "smoke/cloud_talk.hpp"
#include "smoke/cloud_tokens.hpp"

#include <array>
#include <string>

namespace cowork::smoke {

// What the steps share that follow one thread from surface to surface: the browser and Desktop with a token
// each, and a channel with the token of the steps before.

inline constexpr std::array hybrid_scenarios{catalogue::Intent::full_hybrid};

struct HybridFacts {
    MintedToken web, desktop;
    std::string session;      // made by the browser
    std::string thread;       // the id under which the channel knows it
    std::size_t prompts = 0;  // sent so far
};

[[nodiscard]] Step hybrid_step(std::string_view id, std::string_view label);

// The query that finds the run's thread of the channel.
[[nodiscard]] std::string thread_query(const Run& run);

}  // namespace cowork::smoke
