#include "probes/quiet_thread.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <utility>

namespace cowork::probes {
namespace {

std::atomic<int> left_behind = 0;

void leave_at_once(int status, void*) {
    if (left_behind == 0) return;
    std::cout.flush();
    (void)std::fflush(nullptr);
    _exit(status);
}

}  // namespace

std::thread start_quiet_thread(std::function<void()> work) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(work));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

void thread_left_behind() {
    ++left_behind;
    // Handlers run last to first, so this one runs before those of every library in use by now.
    static std::once_flag once;
    std::call_once(once, [] { on_exit(leave_at_once, nullptr); });
}

void thread_left_behind_ended() { --left_behind; }

}  // namespace cowork::probes
