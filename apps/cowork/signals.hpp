#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace cowork::app {

// Turns SIGINT and SIGTERM into a stop request, so that a run ends with a report. A second one ends the
// process at once. Create it before any other thread: threads inherit the blocked signals.
class StopOnSignal {
  public:
    StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal();

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
    // The signal that came; 0 for none.
    [[nodiscard]] int received() const { return received_.load(); }

  private:
    std::stop_source stop_;
    std::atomic<int> received_{0};
    std::atomic<bool> done_{false};
    std::thread waiter_;
};

}  // namespace cowork::app
