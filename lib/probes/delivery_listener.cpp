#include "probes/delivery_listener.hpp"

#include "probes/quiet_thread.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>

// The shared library was built with these; without them its classes would have another layout here.
#define CPPHTTPLIB_OPENSSL_SUPPORT
#define CPPHTTPLIB_ZLIB_SUPPORT
#define CPPHTTPLIB_BROTLI_SUPPORT
#include <httplib.h>

namespace cowork::probes {
namespace {

constexpr std::size_t body_limit = std::size_t{1024} * 1024;
constexpr std::size_t kept_limit = 64;
constexpr std::size_t connections = 4;

bool is_loopback(std::string_view host) {
    return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

ListenFailure failure_of(int error) {
    if (error == EADDRINUSE) return ListenFailure::in_use;
    return error == EACCES || error == EPERM ? ListenFailure::forbidden : ListenFailure::other;
}

std::vector<std::pair<std::string, std::string>> headers_of(const httplib::Request& request) {
    // What the library itself puts among them.
    constexpr std::array<std::string_view, 4> added{"REMOTE_ADDR", "REMOTE_PORT", "LOCAL_ADDR", "LOCAL_PORT"};
    std::vector<std::pair<std::string, std::string>> headers;
    for (const auto& [given, value] : request.headers) {
        if (std::find(added.begin(), added.end(), given) != added.end()) continue;
        std::string name = given;
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        headers.emplace_back(std::move(name), value);
    }
    return headers;
}

// Shared with the server's threads, which may outlast the listener: nobody waits for a sender that hangs.
class Listening {
  public:
    explicit Listening(std::string path) : path_(std::move(path)) {
        server_.new_task_queue = [] { return new httplib::ThreadPool(connections); };
        server_.set_keep_alive_max_count(1);
        server_.set_read_timeout(std::chrono::seconds(5));
        server_.set_tcp_nodelay(true);
        // The library's own choice would share the port with any other listener of this user.
        server_.set_socket_options([](int fd) {
            const int on = 1;
            (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        });
        const auto take = [this](const httplib::Request& request, httplib::Response& response,
                                 const httplib::ContentReader& read) { answer(request, response, read); };
        server_.Post(".*", take);
        server_.Put(".*", take);
        server_.Patch(".*", take);
        server_.Delete(".*", take);
    }

    // 0, or the error of the system.
    [[nodiscard]] int bind(const std::string& host, int port) {
        errno = 0;
        if (port == 0) {
            port_ = std::max(server_.bind_to_any_port(host), 0);
        } else if (server_.bind_to_port(host, port)) {
            port_ = port;
        }
        if (port_ > 0) return 0;
        return errno == 0 ? EINVAL : errno;
    }
    [[nodiscard]] int port() const { return port_; }
    void serve() { server_.listen_after_bind(); }
    [[nodiscard]] bool serving() const { return server_.is_running(); }
    void stop() { server_.stop(); }

    [[nodiscard]] std::optional<Delivery> next(const Budget& budget) {
        std::unique_lock lock(mutex_);
        arrived_.wait_until(lock, budget.stop(), budget.deadline(), [this] { return !kept_.empty(); });
        if (kept_.empty() || budget.stopped()) return std::nullopt;
        Delivery delivery = std::move(kept_.front());
        kept_.pop_front();
        return delivery;
    }

  private:
    // Reads what is sent in any case, so that the sender comes to read the answer.
    void answer(const httplib::Request& request, httplib::Response& response,
                const httplib::ContentReader& read) {
        response.status = 404;
        if (request.is_multipart_form_data()) return;  // the library would want a reader for its parts
        std::string body;
        bool too_large = false;
        const bool complete = read([&](const char* data, std::size_t size) {
            too_large = size > body_limit - body.size();
            if (!too_large) body.append(data, size);
            return !too_large;
        });
        if (request.method != "POST" || request.path != path_) return;
        response.status = too_large ? 413 : 400;
        if (complete && !too_large) keep({request.path, headers_of(request), std::move(body), {}}, response);
    }

    void keep(Delivery delivery, httplib::Response& response) {
        const std::lock_guard lock(mutex_);
        response.status = kept_.size() < kept_limit ? 200 : 503;
        if (response.status != 200) return;
        response.set_content(R"({"ok":true})", "application/json");
        delivery.at = std::chrono::steady_clock::now();
        kept_.push_back(std::move(delivery));
        arrived_.notify_one();
    }

    const std::string path_;
    int port_ = 0;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<Delivery> kept_;
    httplib::Server server_;  // last: its handlers use the rest
};

class HttplibListener final : public DeliveryListener {
  public:
    explicit HttplibListener(std::shared_ptr<Listening> listening) : listening_(std::move(listening)) {
        thread_left_behind();  // its threads end when the last sender has
        start_quiet_thread([mine = listening_] {
            mine->serve();
            thread_left_behind_ended();
        }).detach();
        while (!listening_->serving()) std::this_thread::yield();  // a stop before that would be ignored
    }
    HttplibListener(const HttplibListener&) = delete;
    HttplibListener& operator=(const HttplibListener&) = delete;
    ~HttplibListener() override { listening_->stop(); }

    [[nodiscard]] std::optional<Delivery> next(const Budget& budget) override {
        return listening_->next(budget);
    }
    [[nodiscard]] int port() const override { return listening_->port(); }

  private:
    std::shared_ptr<Listening> listening_;
};

}  // namespace

tl::expected<std::unique_ptr<DeliveryListener>, ListenFailure> listen_for_deliveries(
    const std::string& host, int port, const std::string& path) {
    if (!is_loopback(host)) return tl::unexpected(ListenFailure::not_loopback);
    if (port < 0 || port > 65'535) return tl::unexpected(ListenFailure::other);
    auto listening = std::make_shared<Listening>(path);
    if (const int error = listening->bind(host, port); error != 0) return tl::unexpected(failure_of(error));
    return std::make_unique<HttplibListener>(std::move(listening));
}

}  // namespace cowork::probes
