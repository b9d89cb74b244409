#pragma once

#include "probes/curl_transfer.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cowork::probes {

// The one multi handle and the one thread that drives it. Its end releases whatever is still on its way.
class CurlLoop {
  public:
    CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;
    ~CurlLoop();

    // The transfer stays where it is until its on_done was called.
    void submit(CurlTransfer& transfer);
    // Makes the thread look at its queue and at every transfer's time. Never blocks.
    void wake() { net::libcurl().multi_wakeup(multi_); }

  private:
    using Milliseconds = std::chrono::milliseconds;

    void run();
    [[nodiscard]] bool take_queue();
    [[nodiscard]] bool admit();
    [[nodiscard]] std::ptrdiff_t open_connections(const std::string& origin) const;
    void resume_paused();
    void collect_finished();
    [[nodiscard]] Milliseconds expire_spent();
    [[nodiscard]] Milliseconds expire_waiting();
    void release(CurlTransfer& transfer);
    void release_all();

    std::mutex mutex_;
    std::vector<CurlTransfer*> queue_;  // guarded by mutex_
    bool quit_ = false;                 // guarded by mutex_
    // The thread's own:
    std::vector<CurlTransfer*> waiting_;
    std::vector<CurlTransfer*> active_;
    std::map<std::string, HttpFailure> last_expired_;  // by origin
    CURLM* multi_;
    std::thread thread_;  // last: everything above exists before it runs
};

// A loop that begins with its first use.
class LazyCurlLoop {
  public:
    [[nodiscard]] std::shared_ptr<CurlLoop> get();

  private:
    std::mutex mutex_;
    std::shared_ptr<CurlLoop> loop_;  // guarded by mutex_
};

// Drives those that can be sent to their end, at the latest when the budget is spent, and takes their
// answers.
[[nodiscard]] std::vector<HttpAnswer> run_to_end(LazyCurlLoop& loop,
                                                 const std::vector<std::unique_ptr<CurlTransfer>>& transfers,
                                                 const Budget& budget);

}  // namespace cowork::probes
