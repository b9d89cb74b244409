#include "probes/curl_loop.hpp"

#include "probes/curl_global.hpp"
#include "probes/quiet_thread.hpp"

#include <algorithm>
#include <condition_variable>
#include <new>
#include <stop_token>
#include <utility>

namespace cowork::probes {
namespace {

constexpr std::chrono::milliseconds idle_wait{60'000};  // a wake-up ends it early

// As many as a browser opens to one origin. A diagnosis must not be the burst that a small service, or a
// proxy with a limit per client, turns away: that would look like an outage.
constexpr std::ptrdiff_t connections_per_origin = 6;

CURLM* make_multi() {
    ensure_curl();
    CURLM* multi = net::libcurl().multi_init();
    if (multi == nullptr) throw std::bad_alloc();
    return multi;
}

// Counts down the transfers of one call.
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

// The caller may destroy the transfer, or the call the last thing that held it, from here on.
void tell_done(CurlTransfer& transfer) {
    const auto done = std::exchange(transfer.on_done, {});
    if (done) done();
}

}  // namespace

CurlLoop::CurlLoop() : multi_(make_multi()), thread_(start_quiet_thread([this] { run(); })) {}

CurlLoop::~CurlLoop() {
    {
        const std::lock_guard lock(mutex_);
        quit_ = true;
    }
    wake();
    thread_.join();
    net::libcurl().multi_cleanup(multi_);
}

void CurlLoop::submit(CurlTransfer& transfer) {
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(&transfer);
    }
    wake();
}

void CurlLoop::run() {
    while (take_queue()) {
        (void)admit();
        resume_paused();
        int running = 0;
        net::libcurl().multi_perform(multi_, &running);
        collect_finished();
        const Milliseconds wait = expire_spent();
        // What ended may have made room: then the next one begins before any waiting.
        if (admit()) continue;
        net::libcurl().multi_poll(multi_, nullptr, 0, static_cast<int>(wait.count()), nullptr);
    }
    release_all();
}

bool CurlLoop::take_queue() {
    std::vector<CurlTransfer*> fresh;
    bool quit = false;
    {
        const std::lock_guard lock(mutex_);
        quit = quit_;
        fresh.swap(queue_);
    }
    waiting_.insert(waiting_.end(), fresh.begin(), fresh.end());
    return !quit;
}

// Begins what has a connection to begin on, first come first served. True when something began.
bool CurlLoop::admit() {
    const std::size_t before = waiting_.size();
    std::erase_if(waiting_, [this](CurlTransfer* transfer) {
        if (open_connections(transfer->origin()) >= connections_per_origin) return false;
        net::libcurl().multi_add_handle(multi_, transfer->handle());
        active_.push_back(transfer);
        return true;
    });
    return waiting_.size() < before;
}

// A stream that is being followed holds its connection for long, and takes none from the requests.
std::ptrdiff_t CurlLoop::open_connections(const std::string& origin) const {
    return std::count_if(active_.begin(), active_.end(), [&](const CurlTransfer* transfer) {
        return !transfer->following() && transfer->origin() == origin;
    });
}

void CurlLoop::resume_paused() {
    for (CurlTransfer* transfer : active_) transfer->resume_if_wanted();
}

void CurlLoop::collect_finished() {
    int left = 0;
    while (const CURLMsg* message = net::libcurl().multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;  // the message dies with the removal below
        CurlTransfer* transfer = nullptr;
        net::libcurl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer->finish(code);
        release(*transfer);
    }
}

// Ends what has no time left; tells how long the next one has.
CurlLoop::Milliseconds CurlLoop::expire_spent() {
    Milliseconds next = idle_wait;
    const std::vector<CurlTransfer*> active = active_;
    for (CurlTransfer* transfer : active) {
        const Milliseconds left = transfer->remaining();
        if (left.count() > 0) {
            next = std::min(next, left);
            continue;
        }
        transfer->expire();
        if (!transfer->following()) last_expired_[transfer->origin()] = transfer->answer().failure;
        release(*transfer);
    }
    return std::min(next, expire_waiting());
}

CurlLoop::Milliseconds CurlLoop::expire_waiting() {
    Milliseconds next = idle_wait;
    const std::vector<CurlTransfer*> waiting = waiting_;
    for (CurlTransfer* transfer : waiting) {
        const Milliseconds left = transfer->remaining();
        if (left.count() > 0) {
            next = std::min(next, left);
            continue;
        }
        const auto met = last_expired_.find(transfer->origin());
        transfer->expire_unsent(met == last_expired_.end() ? HttpFailure::silent : met->second);
        std::erase(waiting_, transfer);
        tell_done(*transfer);
    }
    return next;
}

void CurlLoop::release(CurlTransfer& transfer) {
    net::libcurl().multi_remove_handle(multi_, transfer.handle());
    std::erase(active_, &transfer);
    tell_done(transfer);
}

// Only streams can be left: a call waits for its own transfers, and the loop lives as long.
void CurlLoop::release_all() {
    while (!active_.empty()) release(*active_.back());
    for (CurlTransfer* transfer : std::exchange(waiting_, {})) tell_done(*transfer);
}

std::shared_ptr<CurlLoop> LazyCurlLoop::get() {
    const std::lock_guard lock(mutex_);
    if (!loop_) loop_ = std::make_shared<CurlLoop>();
    return loop_;
}

std::vector<HttpAnswer> run_to_end(LazyCurlLoop& lazy,
                                   const std::vector<std::unique_ptr<CurlTransfer>>& transfers,
                                   const Budget& budget) {
    const auto sendable = std::count_if(transfers.begin(), transfers.end(),
                                        [](const auto& transfer) { return transfer->sendable(); });
    if (sendable > 0) {
        const auto loop = lazy.get();
        Latch done(static_cast<std::size_t>(sendable));
        for (const auto& transfer : transfers) {
            if (!transfer->sendable()) continue;
            transfer->on_done = [&done] { done.count_down(); };
            loop->submit(*transfer);
        }
        const std::stop_callback on_stop(budget.stop(), [&loop] { loop->wake(); });
        done.wait();
    }
    std::vector<HttpAnswer> answers;
    answers.reserve(transfers.size());
    for (const auto& transfer : transfers) answers.push_back(std::move(transfer->answer()));
    return answers;
}

}  // namespace cowork::probes
