#pragma once

#include "core/budget.hpp"

#include <functional>

namespace cowork::engine {

enum class Ended {
    done,
    failed,     // it threw
    straggling  // the budget is spent, and it still runs
};

// Does the work in a thread of its own, and returns when it is done, at the latest `grace` after the deadline
// or stop. What the work refers to must be shared with it, because it may outlive the call; what it makes may
// be looked at only once it is done.
inline constexpr std::chrono::milliseconds grace{100};
[[nodiscard]] Ended run_bounded(const Budget& budget, std::function<void()> work);

}  // namespace cowork::engine
