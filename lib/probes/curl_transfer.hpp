#pragma once

#include "probes/http.hpp"

#include <curl/curl.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::probes {

// One request on its way: the easy handle, what arrived so far, and how its end is classified.
// Made by the caller's thread, driven by the I/O thread, and read by the caller again once it is done.
class CurlTransfer {
  public:
    CurlTransfer(const HttpRequest& request, const Budget& budget);
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;
    ~CurlTransfer();

    // False when the request cannot be sent at all; the answer then says why.
    [[nodiscard]] bool sendable() const { return easy_ != nullptr; }
    [[nodiscard]] CURL* handle() const { return easy_.get(); }
    [[nodiscard]] const Budget& budget() const { return budget_; }
    [[nodiscard]] HttpAnswer& answer() { return answer_; }

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
    struct EasyDeleter {
        void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    };

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static CURLcode on_tls(CURL* easy, void* context, void* self);
    static int on_request(void* self, char* remote, char* local, int remote_port, int local_port);

    // Whether the request may be sent; otherwise the answer says why not.
    [[nodiscard]] bool check();
    void configure();
    void configure_tls();
    void configure_credentials();
    void configure_url();
    void sign();
    void add_header(std::string_view name, std::string_view value);
    void configure_headers();
    [[nodiscard]] bool refuse(HttpFailure failure, std::string detail);  // false
    void fail(HttpFailure failure, std::string detail);
    void read_timing();
    void read_tls();
    void read_clock();
    void take_header_line(std::string_view line);
    [[nodiscard]] HttpFailure classify(CURLcode code) const;
    [[nodiscard]] HttpFailure classify_connect() const;
    [[nodiscard]] HttpFailure classify_timeout() const;
    [[nodiscard]] HttpFailure classify_receive() const;

    const HttpRequest& request_;
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
    bool request_begun_ = false;               // connected (and through TLS): the request is being sent
    std::unique_ptr<CURL, EasyDeleter> easy_;  // last: goes first, while what it points to still lives
};

}  // namespace cowork::probes
