#pragma once

#include "net/libcurl.hpp"
#include "probes/http_client.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::probes {

// Takes a body as it arrives, instead of having it collected. Called by the I/O thread.
class BodyFollower {
  public:
    enum class Taken { all, later, too_much };  // later: none of it, and again once takes_more()

    virtual ~BodyFollower() = default;
    // The headers of the final answer are there. False: an ordinary answer, to be collected after all.
    [[nodiscard]] virtual bool begins(const HttpAnswer& head) = 0;
    [[nodiscard]] virtual Taken take(std::string_view bytes) = 0;
    [[nodiscard]] virtual bool takes_more() const = 0;
};

// One request on its way: the easy handle, what arrived so far, and how its end is classified.
// Made by the caller's thread, driven by the I/O thread, and read by the caller again once it is done.
class CurlTransfer {
  public:
    // Of a diagnosis: only GET and HEAD are sent.
    CurlTransfer(const HttpRequest& request, const Budget& budget);
    // The follower outlives the transfer.
    CurlTransfer(const HttpCall& call, const Budget& budget, BodyFollower* follower = nullptr);
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;
    ~CurlTransfer();

    // False when the request cannot be sent at all; the answer then says why.
    [[nodiscard]] bool sendable() const { return easy_ != nullptr; }
    [[nodiscard]] CURL* handle() const { return easy_.get(); }
    [[nodiscard]] HttpAnswer& answer() { return answer_; }
    // What is left of its time. A body that is being followed has all the time there is.
    [[nodiscard]] std::chrono::milliseconds remaining() const;
    // The body is being followed. For the I/O thread.
    [[nodiscard]] bool following() const { return following_; }
    // Goes on with a body that its follower had told to wait. For the I/O thread.
    void resume_if_wanted();
    // Nobody wants the rest: its time is up. From any thread.
    void abandon() { abandoned_ = true; }

    // The transfer ended by itself.
    void finish(CURLcode code);
    // The budget is spent. Call before the handle leaves the multi handle.
    void expire();
    // The budget is spent while others still had the service's connections: what they met is this one's end.
    void expire_unsent(HttpFailure met_by_others);
    // Requests of the same origin share that service's connections.
    [[nodiscard]] const std::string& origin() const { return origin_; }

    std::function<void()> on_done;  // called by the I/O thread, last

  private:
    CurlTransfer(const HttpRequest& request, const HttpCall* call, const Budget& budget,
                 BodyFollower* follower);

    struct EasyDeleter {
        void operator()(CURL* easy) const { net::libcurl().easy_cleanup(easy); }
    };

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static CURLcode on_tls(CURL* easy, void* context, void* self);
    static int on_request(void* self, char* remote, char* local, int remote_port, int local_port);

    // Whether the request may be sent; otherwise the answer says why not.
    [[nodiscard]] bool check();
    [[nodiscard]] bool check_method();
    [[nodiscard]] bool check_credentials();
    [[nodiscard]] bool check_headers();
    void configure();
    void configure_method();
    void configure_tls();
    void configure_credentials();
    void configure_url();
    void sign();
    void add_header(std::string_view name, std::string_view value);
    void configure_headers();
    void add_call_headers();
    void add_credential_headers();
    [[nodiscard]] bool refuse(HttpFailure failure, std::string detail);  // false
    void fail(HttpFailure failure, std::string detail);
    void read_timing();
    void read_tls();
    void read_clock();
    void take_header_line(std::string_view line);
    void take_head();
    [[nodiscard]] std::size_t collect(std::string_view bytes);
    [[nodiscard]] std::size_t hand_on(std::string_view bytes);
    [[nodiscard]] HttpFailure classify(CURLcode code) const;
    [[nodiscard]] HttpFailure classify_connect() const;
    [[nodiscard]] HttpFailure classify_timeout() const;
    [[nodiscard]] HttpFailure classify_receive() const;

    const HttpRequest& request_;
    const HttpCall* call_;  // the same, with what only a call may have; null for a diagnosis
    BodyFollower* follower_;
    Budget budget_;
    std::string origin_;
    HttpAnswer answer_;
    std::vector<std::string> header_lines_;  // curl reads them in place; cleansed at the end
    std::vector<curl_slist> header_list_;    // its items point into header_lines_
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::size_t header_bytes_ = 0;
    bool plain_ = false;  // http, without TLS
    bool too_large_ = false;
    bool forbidden_seen_ = false;  // an address was refused by the rule
    bool allowed_seen_ = false;    // an address was tried
    bool tls_begun_ = false;       // connected, in the handshake
    bool headers_complete_ = false;
    bool following_ = false;  // the headers are there, and the follower takes the body
    bool paused_ = false;     // until the follower takes more
    std::atomic<bool> abandoned_ = false;
    bool request_begun_ = false;               // connected (and through TLS): the request is being sent
    std::unique_ptr<CURL, EasyDeleter> easy_;  // last: goes first, while what it points to still lives
};

}  // namespace cowork::probes
