#pragma once

#include "cowork/commands/examine.hpp"
#include "cowork/io.hpp"

#include <chrono>
#include <functional>
#include <stop_token>

namespace cowork::app {

// One run, which has to end within that time.
using RunOnce = std::function<Examined(std::chrono::milliseconds deadline)>;

// Repeats the run, at growing intervals, until nothing is left that fails the verdict, until what is left
// cannot mend by itself, until `patience` is over, or a stop. Says on standard error what it waits for.
[[nodiscard]] Examined wait_until_ready(const RunOnce& run, std::chrono::milliseconds deadline,
                                        std::chrono::milliseconds patience, const report::Verdict& verdict,
                                        const std::stop_token& stop, const Io& io);

}  // namespace cowork::app
