#pragma once

#include "core/budget.hpp"
#include "core/fd.hpp"

#include <functional>
#include <stop_token>

namespace cowork::probes {

enum class WaitResult { ready, timeout, stopped };

// Waits for one file descriptor at a time; the budget's stop token ends a wait at once.
class FdWaiter {
  public:
    explicit FdWaiter(const Budget& budget);
    // `events` as for poll(2). An error on the descriptor counts as ready: the next read tells it.
    [[nodiscard]] WaitResult wait(int fd, short events);

  private:
    Budget budget_;
    UniqueFd stopped_;  // an eventfd
    std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace cowork::probes
