#pragma once

#include <functional>
#include <thread>

namespace cowork::probes {

// A thread that takes no signal: those belong to the main thread, and a TLS write to a closed connection must
// not raise SIGPIPE. Threads that it starts take none either.
[[nodiscard]] std::thread start_quiet_thread(std::function<void()> work);

// For a detached thread that nobody waits for any more. While one is running, the process ends without the
// handlers and destructors of exit(): OpenSSL's would free its tables under that thread. Output is flushed
// and the exit code kept. Pair each call with thread_left_behind_ended().
void thread_left_behind();
void thread_left_behind_ended();

}  // namespace cowork::probes
