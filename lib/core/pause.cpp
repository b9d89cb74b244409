#include "core/pause.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace cowork {

bool pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    (void)never.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

bool pause_within(const Budget& budget, std::chrono::milliseconds duration) {
    return pause(std::min(duration, budget.remaining()), budget.stop()) && !budget.spent();
}

}  // namespace cowork
