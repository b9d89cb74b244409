#include "probes/quiet_thread.hpp"

#include <openssl/crypto.h>
#include <signal.h>

#include <utility>

namespace cowork::probes {

std::thread start_quiet_thread(std::function<void()> work) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(work));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

void keep_openssl_until_the_end() { OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr); }

}  // namespace cowork::probes
