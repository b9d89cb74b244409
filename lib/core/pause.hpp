#pragma once

#include "core/budget.hpp"

#include <chrono>
#include <stop_token>

namespace cowork {

// Waits so long, or until a stop; false when the stop came first.
[[nodiscard]] bool pause(std::chrono::milliseconds duration, const std::stop_token& stop);

// Waits so long, but no longer than the budget; false when it is spent by then.
[[nodiscard]] bool pause_within(const Budget& budget, std::chrono::milliseconds duration);

}  // namespace cowork
