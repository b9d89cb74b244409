#pragma once

#include <functional>
#include <thread>

namespace cowork::probes {

// A thread that takes no signal: those belong to the main thread, and a TLS write to a closed connection must
// not raise SIGPIPE. Threads that it starts take none either.
[[nodiscard]] std::thread start_quiet_thread(std::function<void()> work);

// For a process that may leave a thread behind when it exits: OpenSSL must not take its tables apart under
// that thread. Call before anything else uses OpenSSL; cheap, and harmless when repeated.
void keep_openssl_until_the_end();

}  // namespace cowork::probes
