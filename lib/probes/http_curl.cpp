#include "probes/curl_global.hpp"
#include "probes/curl_transfer.hpp"
#include "probes/http.hpp"
#include "probes/quiet_thread.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <thread>

namespace cowork::probes {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds idle_wait{60'000};  // a wake-up ends it early

// As many as a browser opens to one origin. A diagnosis must not be the burst that a small service, or a
// proxy with a limit per client, turns away: that would look like an outage.
constexpr std::ptrdiff_t connections_per_origin = 6;

// The one multi handle and the one thread that drives it.
class CurlLoop {
  public:
    CurlLoop() : multi_(make_multi()), thread_(start_quiet_thread([this] { run(); })) {}
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;
    ~CurlLoop() {
        {
            const std::lock_guard lock(mutex_);
            quit_ = true;
        }
        wake();
        thread_.join();
        curl_multi_cleanup(multi_);
    }

    void submit(CurlTransfer& transfer) {
        {
            const std::lock_guard lock(mutex_);
            queue_.push_back(&transfer);
        }
        wake();
    }
    // Makes the thread look at its queue and at every budget. Never blocks.
    void wake() { curl_multi_wakeup(multi_); }

  private:
    static CURLM* make_multi() {
        ensure_curl();
        CURLM* multi = curl_multi_init();
        if (multi == nullptr) throw std::bad_alloc();
        return multi;
    }

    void run() {
        while (take_queue()) {
            admit();
            int running = 0;
            curl_multi_perform(multi_, &running);
            collect_finished();
            const Milliseconds wait = expire_spent();
            // What ended may have made room: then the next one begins before any waiting.
            if (admit()) continue;
            curl_multi_poll(multi_, nullptr, 0, static_cast<int>(wait.count()), nullptr);
        }
        for (CurlTransfer* transfer : active_) curl_multi_remove_handle(multi_, transfer->handle());
    }

    bool take_queue() {
        std::vector<CurlTransfer*> fresh;
        {
            const std::lock_guard lock(mutex_);
            if (quit_) return false;
            fresh.swap(queue_);
        }
        waiting_.insert(waiting_.end(), fresh.begin(), fresh.end());
        return true;
    }

    // Begins what has a connection to begin on, first come first served. True when something began.
    bool admit() {
        const std::size_t before = waiting_.size();
        std::erase_if(waiting_, [this](CurlTransfer* transfer) {
            const auto open = std::count_if(active_.begin(), active_.end(), [&](const CurlTransfer* other) {
                return other->origin() == transfer->origin();
            });
            if (open >= connections_per_origin) return false;
            curl_multi_add_handle(multi_, transfer->handle());
            active_.push_back(transfer);
            return true;
        });
        return waiting_.size() < before;
    }

    void collect_finished() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode code = message->data.result;  // the message dies with the removal below
            CurlTransfer* transfer = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            transfer->finish(code);
            release(*transfer);
        }
    }

    // Ends what has no time left; tells how long the next one has.
    Milliseconds expire_spent() {
        Milliseconds next = idle_wait;
        const std::vector<CurlTransfer*> active = active_;
        for (CurlTransfer* transfer : active) {
            const Milliseconds left = transfer->budget().remaining();
            if (left.count() > 0) {
                next = std::min(next, left);
                continue;
            }
            transfer->expire();
            last_expired_[transfer->origin()] = transfer->answer().failure;
            release(*transfer);
        }
        return std::min(next, expire_waiting());
    }

    Milliseconds expire_waiting() {
        Milliseconds next = idle_wait;
        const std::vector<CurlTransfer*> waiting = waiting_;
        for (CurlTransfer* transfer : waiting) {
            const Milliseconds left = transfer->budget().remaining();
            if (left.count() > 0) {
                next = std::min(next, left);
                continue;
            }
            const auto met = last_expired_.find(transfer->origin());
            transfer->expire_unsent(met == last_expired_.end() ? HttpFailure::silent : met->second);
            std::erase(waiting_, transfer);
            transfer->on_done();
        }
        return next;
    }

    void release(CurlTransfer& transfer) {
        curl_multi_remove_handle(multi_, transfer.handle());
        std::erase(active_, &transfer);
        transfer.on_done();  // the caller may destroy it from here on
    }

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

// Counts down the transfers of one fetch.
class Latch {
  public:
    explicit Latch(std::size_t count) : left_(count) {}
    void count_down() {
        // Notified under the lock: the waiter destroys this object as soon as it can see zero.
        const std::lock_guard lock(mutex_);
        if (--left_ == 0) zero_.notify_one();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        zero_.wait(lock, [this] { return left_ == 0; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable zero_;
    std::size_t left_;
};

class CurlHttpProbe final : public HttpProbe {
  public:
    std::vector<HttpAnswer> fetch(std::span<const HttpRequest> requests, const Budget& budget) override {
        std::vector<std::unique_ptr<CurlTransfer>> transfers;
        transfers.reserve(requests.size());
        for (const HttpRequest& request : requests) {
            transfers.push_back(std::make_unique<CurlTransfer>(request, budget));
        }
        run(transfers, budget);

        std::vector<HttpAnswer> answers;
        answers.reserve(transfers.size());
        for (const auto& transfer : transfers) answers.push_back(std::move(transfer->answer()));
        return answers;
    }

  private:
    void run(const std::vector<std::unique_ptr<CurlTransfer>>& transfers, const Budget& budget) {
        const auto sendable = std::count_if(transfers.begin(), transfers.end(),
                                            [](const auto& transfer) { return transfer->sendable(); });
        if (sendable == 0) return;
        CurlLoop& loop = started_loop();
        Latch done(static_cast<std::size_t>(sendable));
        for (const auto& transfer : transfers) {
            if (!transfer->sendable()) continue;
            transfer->on_done = [&done] { done.count_down(); };
            loop.submit(*transfer);
        }
        const std::stop_callback on_stop(budget.stop(), [&loop] { loop.wake(); });
        done.wait();
    }

    CurlLoop& started_loop() {
        const std::lock_guard lock(mutex_);
        if (!loop_) loop_ = std::make_unique<CurlLoop>();
        return *loop_;
    }

    std::mutex mutex_;
    std::unique_ptr<CurlLoop> loop_;  // guarded by mutex_; made by the first fetch
};

}  // namespace

std::unique_ptr<HttpProbe> make_http_probe() { return std::make_unique<CurlHttpProbe>(); }

}  // namespace cowork::probes
