#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

// Only declared here: httplib.h costs seconds a translation unit.
namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace cowork::test {

// What a fake was asked.
struct RecordedRequest {
    std::string method;
    std::string target;         // path and query as sent
    std::string authorization;  // the header's value; empty when absent
    std::string user_agent;
    std::string body{};
};

// An answer given instead of the fake's own, by path.
struct CannedAnswer {
    int status = 200;
    std::string content_type = "application/json";
    std::string body{};
    std::multimap<std::string, std::string> headers{};
};

struct FakeServerOptions {
    std::string cert_file{}, key_file{};  // both: serve https
    bool keep_alive = false;              // off: every answer closes, and stopping never waits for a client
    std::map<std::string, CannedAnswer> overrides{};  // path without query → answer
    std::chrono::milliseconds delay{0};               // before every answer
    std::set<std::string> silent{};                   // paths whose requests are taken and never answered
    std::chrono::seconds clock_ahead{0};              // of the Date header
    bool concurrent = false;  // the handler is called without the lock, by several threads at once
};

// A loopback HTTP server on a free port; what it answers is one function, called under a lock unless it is to
// be concurrent. What that function leaves as a content provider, such as a stream of events, is written
// without the lock.
class FakeServer {
  public:
    using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;

    FakeServer(FakeServerOptions options, Handler handler);
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;
    ~FakeServer();

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& path = {}) const;
    [[nodiscard]] std::vector<RecordedRequest> requests() const;
    // The lock that every answer is made under; take it to change what the handler reads.
    [[nodiscard]] std::mutex& mutex() const { return mutex_; }
    [[nodiscard]] FakeServerOptions& options() { return options_; }

  private:
    struct Running;

    void answer(const httplib::Request& request, httplib::Response& response);

    mutable std::mutex mutex_;
    std::condition_variable stopping_;
    bool stopped_ = false;
    FakeServerOptions options_;
    Handler handler_;
    std::vector<RecordedRequest> requests_;
    int port_ = 0;
    std::unique_ptr<Running> running_;
};

}  // namespace cowork::test
