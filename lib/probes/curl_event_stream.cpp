#include "probes/curl_event_stream.hpp"

#include "probes/event_parser.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <utility>

namespace cowork::probes {
namespace {

// Bytes of events that nobody has asked for yet. Beyond it the connection waits: TCP tells the service.
constexpr std::size_t pending_limit = EventParser::event_limit;

// What the I/O thread and the follower share. Held by both: neither waits for the other's end.
class Stream final : public BodyFollower {
  public:
    Stream(HttpCall call, const Budget& budget) : call_(std::move(call)), transfer_(call_, budget, this) {
        if (transfer_.sendable()) return;
        head_ = std::move(transfer_.answer());
        head_ready_ = ended_ = true;
    }

    [[nodiscard]] CurlTransfer& transfer() { return transfer_; }
    [[nodiscard]] const HttpAnswer& head() const { return head_; }

    void wait_for_head() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return head_ready_; });
    }
    [[nodiscard]] bool ended() const {
        const std::lock_guard lock(mutex_);
        return ended_;
    }
    [[nodiscard]] std::optional<ServerEvent> next(const Budget& budget) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, budget.stop(), budget.deadline(),
                            [this] { return !events_.empty() || ended_; });
        // A service that never stops sending must not keep its reader for ever.
        if (events_.empty() || budget.spent()) return std::nullopt;
        ServerEvent event = std::move(events_.front());
        events_.pop_front();
        pending_ -= weight(event);
        return event;
    }
    // By the I/O thread:
    bool begins(const HttpAnswer& head) override {
        if (head.status < 200 || head.status > 299 || head.media_type() != "text/event-stream") return false;
        const std::lock_guard lock(mutex_);
        head_ = head;
        head_ready_ = true;
        changed_.notify_all();
        return true;
    }
    Taken take(std::string_view bytes) override {
        const std::lock_guard lock(mutex_);
        if (pending_ >= pending_limit) return Taken::later;
        std::vector<ServerEvent> fresh;
        const bool good = parser_.take(bytes, fresh);
        for (ServerEvent& event : fresh) {
            pending_ += weight(event);
            events_.push_back(std::move(event));
        }
        changed_.notify_all();
        return good ? Taken::all : Taken::too_much;
    }
    [[nodiscard]] bool takes_more() const override {
        const std::lock_guard lock(mutex_);
        return pending_ < pending_limit;
    }
    void end() {
        const std::lock_guard lock(mutex_);
        if (!head_ready_) head_ = std::move(transfer_.answer());
        head_ready_ = ended_ = true;
        changed_.notify_all();
    }

  private:
    static std::size_t weight(const ServerEvent& event) {
        return sizeof event + event.id.size() + event.type.size() + event.data.size();
    }

    const HttpCall call_;  // the transfer refers to it
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    HttpAnswer head_;  // unchanging once head_ready_
    bool head_ready_ = false;
    bool ended_ = false;
    std::deque<ServerEvent> events_;
    std::size_t pending_ = 0;
    EventParser parser_;
    CurlTransfer transfer_;  // last: it calls the rest
};

class CurlEventStream final : public EventStream {
  public:
    CurlEventStream(std::shared_ptr<CurlLoop> loop, std::shared_ptr<Stream> stream)
        : loop_(std::move(loop)), stream_(std::move(stream)) {}
    CurlEventStream(const CurlEventStream&) = delete;
    CurlEventStream& operator=(const CurlEventStream&) = delete;
    ~CurlEventStream() override {
        stream_->transfer().abandon();
        loop_->wake();
    }

    [[nodiscard]] const HttpAnswer& head() const override { return stream_->head(); }
    [[nodiscard]] std::optional<ServerEvent> next(const Budget& budget) override {
        auto event = stream_->next(budget);
        if (event && stream_->takes_more()) loop_->wake();  // in case it was told to wait
        return event;
    }
    [[nodiscard]] bool ended() const override { return stream_->ended(); }

  private:
    std::shared_ptr<CurlLoop> loop_;
    std::shared_ptr<Stream> stream_;
};

}  // namespace

std::unique_ptr<EventStream> follow_events(std::shared_ptr<CurlLoop> loop, const HttpCall& call,
                                           const Budget& budget) {
    HttpCall events = call;
    events.headers.emplace_back("Accept", "text/event-stream");
    auto stream = std::make_shared<Stream>(std::move(events), budget);
    if (stream->transfer().sendable()) {
        // Holds the stream until the I/O thread has let go of it.
        stream->transfer().on_done = [stream] { stream->end(); };
        loop->submit(stream->transfer());
        const std::stop_callback on_stop(budget.stop(), [&loop] { loop->wake(); });
        stream->wait_for_head();
    }
    return std::make_unique<CurlEventStream>(std::move(loop), std::move(stream));
}

}  // namespace cowork::probes
