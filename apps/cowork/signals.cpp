#include "cowork/signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace cowork::app {
namespace {

// The waiter's own wake-up call.
constexpr int wake = SIGUSR2;

sigset_t awaited() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, wake);
    return set;
}

}  // namespace

StopOnSignal::StopOnSignal() {
    const sigset_t set = awaited();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::thread([this, set] {
        for (;;) {
            int signal = 0;
            if (sigwait(&set, &signal) != 0) continue;
            if (signal == wake) {
                if (done_) return;
                continue;
            }
            if (received_ != 0) _exit(128 + signal);
            received_ = signal;
            stop_.request_stop();
        }
    });
}

StopOnSignal::~StopOnSignal() {
    done_ = true;
    pthread_kill(waiter_.native_handle(), wake);
    waiter_.join();
}

}  // namespace cowork::app
