#include "probes/delivery_listener.hpp"

#include "core/fd.hpp"
#include "core/text.hpp"
#include "probes/libmicrohttpd.hpp"
#include "probes/quiet_thread.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string_view>

namespace cowork::probes {
namespace {

constexpr std::size_t body_limit = std::size_t{1024} * 1024;
constexpr std::size_t read_limit =
    16 * body_limit;  // what is read, so that the sender comes to read the answer
constexpr std::size_t kept_limit = 64;
constexpr unsigned connections = 4;
constexpr unsigned patience = 5;  // seconds for a sender that says nothing

bool is_loopback(std::string_view host) {
    return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

ListenFailure failure_of(int error) {
    if (error == EADDRINUSE) return ListenFailure::in_use;
    return error == EACCES || error == EPERM ? ListenFailure::forbidden : ListenFailure::other;
}

struct AddressDeleter {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

// A socket that listens on the first address of the host that there is; else the error of the system.
tl::expected<UniqueFd, int> listen_on(const std::string& host, int port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0)
        return tl::unexpected(EADDRNOTAVAIL);
    const std::unique_ptr<addrinfo, AddressDeleter> addresses(found);
    int error = EADDRNOTAVAIL;
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        UniqueFd fd(socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const int on = 1;
        if (fd.get() >= 0) (void)setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (fd.get() >= 0 && bind(fd.get(), one->ai_addr, one->ai_addrlen) == 0 &&
            listen(fd.get(), connections) == 0)
            return fd;
        error = errno;
        if (error == EADDRINUSE) break;  // another address would not be the one that is called
    }
    return tl::unexpected(error);
}

int port_of(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    // The port stands in the same place in both kinds of addresses.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

// A request whose body is on its way.
struct Sending {
    std::string body;
    std::size_t size = 0;

    // False when it is too much to be read at all.
    [[nodiscard]] bool take(std::string_view bytes) {
        size += bytes.size();
        if (size <= body_limit) body.append(bytes);
        return size <= read_limit;
    }
};

class MicrohttpdListener final : public DeliveryListener {
  public:
    MicrohttpdListener(const UniqueFd& socket, std::string path)
        : path_(std::move(path)), port_(port_of(socket.get())) {
        const int own = fcntl(socket.get(), F_DUPFD_CLOEXEC, 0);  // the daemon closes it
        const LibMicrohttpd& http = libmicrohttpd();
        start_quiet_thread([&] {
            daemon_ =
                http.start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC, 0, nullptr, nullptr, on_request,
                                  this, MHD_OPTION_LISTEN_SOCKET, own, MHD_OPTION_CONNECTION_LIMIT,
                                  connections, MHD_OPTION_CONNECTION_TIMEOUT, patience,
                                  MHD_OPTION_NOTIFY_COMPLETED, on_completed, nullptr, MHD_OPTION_END);
        }).join();
        if (daemon_ == nullptr) throw std::runtime_error("no server for deliveries could be started");
    }
    MicrohttpdListener(const MicrohttpdListener&) = delete;
    MicrohttpdListener& operator=(const MicrohttpdListener&) = delete;
    ~MicrohttpdListener() override { libmicrohttpd().stop_daemon(daemon_); }

    [[nodiscard]] std::optional<Delivery> next(const Budget& budget) override {
        std::unique_lock lock(mutex_);
        arrived_.wait_until(lock, budget.stop(), budget.deadline(), [this] { return !kept_.empty(); });
        if (kept_.empty() || budget.stopped()) return std::nullopt;
        Delivery delivery = std::move(kept_.front());
        kept_.pop_front();
        return delivery;
    }
    [[nodiscard]] int port() const override { return port_; }

  private:
    // First without, then with each piece of the body, and at last without again.
    static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                                 const char*, const char* data, std::size_t* size, void** state) {
        try {
            if (*state == nullptr) {
                *state = std::make_unique<Sending>().release();
                return MHD_YES;
            }
            auto& sending = *static_cast<Sending*>(*state);
            if (*size == 0)
                return static_cast<MicrohttpdListener*>(self)->answer(connection, url, method, sending);
            const bool read_on = sending.take({data, *size});
            *size = 0;
            return read_on ? MHD_YES : MHD_NO;
        } catch (const std::exception&) {
            return MHD_NO;  // closes the connection
        }
    }

    static void on_completed(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
        const std::unique_ptr<Sending> gone(static_cast<Sending*>(*state));
        *state = nullptr;
    }

    static MHD_Result on_header(void* into, MHD_ValueKind, const char* name, const char* value) {
        auto& headers = *static_cast<std::vector<std::pair<std::string, std::string>>*>(into);
        headers.emplace_back(lowered(name), value == nullptr ? "" : value);
        return MHD_YES;
    }

    MHD_Result answer(MHD_Connection* connection, std::string_view url, std::string_view method,
                      Sending& sending) {
        if (method != "POST" || url != path_) return reply(connection, MHD_HTTP_NOT_FOUND, {});
        if (sending.size > body_limit) return reply(connection, MHD_HTTP_CONTENT_TOO_LARGE, {});
        Delivery delivery{path_, {}, std::move(sending.body), std::chrono::steady_clock::now()};
        libmicrohttpd().get_connection_values(connection, MHD_HEADER_KIND, on_header, &delivery.headers);
        return keep(std::move(delivery)) ? reply(connection, MHD_HTTP_OK, R"({"ok":true})")
                                         : reply(connection, MHD_HTTP_SERVICE_UNAVAILABLE, {});
    }

    bool keep(Delivery delivery) {
        const std::lock_guard lock(mutex_);
        if (kept_.size() >= kept_limit) return false;
        kept_.push_back(std::move(delivery));
        arrived_.notify_one();
        return true;
    }

    static MHD_Result reply(MHD_Connection* connection, unsigned status, std::string body) {
        const LibMicrohttpd& http = libmicrohttpd();
        MHD_Response* response =
            http.create_response_from_buffer(body.size(), body.data(), MHD_RESPMEM_MUST_COPY);
        if (response == nullptr) return MHD_NO;
        (void)http.add_response_header(response, "Connection", "close");
        if (!body.empty()) (void)http.add_response_header(response, "Content-Type", "application/json");
        const MHD_Result queued = http.queue_response(connection, status, response);
        http.destroy_response(response);
        return queued;
    }

    const std::string path_;
    const int port_;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<Delivery> kept_;
    MHD_Daemon* daemon_ = nullptr;
};

}  // namespace

tl::expected<std::unique_ptr<DeliveryListener>, ListenFailure> listen_for_deliveries(
    const std::string& host, int port, const std::string& path) {
    if (!is_loopback(host)) return tl::unexpected(ListenFailure::not_loopback);
    if (port < 0 || port > 65'535) return tl::unexpected(ListenFailure::other);
    auto socket = listen_on(host, port);
    if (!socket) return tl::unexpected(failure_of(socket.error()));
    return std::make_unique<MicrohttpdListener>(*socket, path);
}

}  // namespace cowork::probes
