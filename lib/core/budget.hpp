#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

namespace cowork {

// What a call that can block may spend: a point on the steady clock and a stop token. Copied freely.
class Budget {
  public:
    using Clock = std::chrono::steady_clock;

    Budget(Clock::time_point deadline, std::stop_token stop) : deadline_(deadline), stop_(std::move(stop)) {}
    static Budget lasting(std::chrono::milliseconds duration, std::stop_token stop = {}) {
        return {Clock::now() + duration, std::move(stop)};
    }

    // A part of this budget: never more than what is left of the whole.
    [[nodiscard]] Budget part(std::chrono::milliseconds limit) const {
        return {std::min(deadline_, Clock::now() + limit), stop_};
    }
    // Milliseconds left, at least 0. 0 as well once a stop was asked for.
    [[nodiscard]] std::chrono::milliseconds remaining() const {
        if (stop_.stop_requested()) return std::chrono::milliseconds{0};
        return std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()),
                        std::chrono::milliseconds{0});
    }
    [[nodiscard]] bool spent() const { return remaining().count() == 0; }
    [[nodiscard]] bool stopped() const { return stop_.stop_requested(); }
    [[nodiscard]] Clock::time_point deadline() const { return deadline_; }
    [[nodiscard]] const std::stop_token& stop() const { return stop_; }

  private:
    Clock::time_point deadline_;
    std::stop_token stop_;
};

}  // namespace cowork
