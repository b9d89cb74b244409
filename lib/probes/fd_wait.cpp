#include "probes/fd_wait.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace cowork::probes {
namespace {

constexpr std::chrono::milliseconds longest_wait{60'000};  // fits poll's int; then it looks again

UniqueFd make_event() {
    UniqueFd event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event) throw std::system_error(errno, std::generic_category(), "eventfd");
    return event;
}

}  // namespace

FdWaiter::FdWaiter(const Budget& budget)
    : budget_(budget),
      stopped_(make_event()),
      on_stop_(budget.stop(), [event = stopped_.get()] { (void)eventfd_write(event, 1); }) {}

WaitResult FdWaiter::wait(int fd, short events) {
    while (true) {
        const auto left = std::min(budget_.remaining(), longest_wait);
        if (budget_.stopped()) return WaitResult::stopped;
        if (left.count() == 0) return WaitResult::timeout;
        std::array<pollfd, 2> polled{pollfd{fd, events, 0}, pollfd{stopped_.get(), POLLIN, 0}};
        const int ready = poll(polled.data(), polled.size(), static_cast<int>(left.count()));
        if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
        if (ready > 0 && polled[1].revents == 0) return WaitResult::ready;
    }
}

}  // namespace cowork::probes
