#include "support/fake_server.hpp"

#include "support/httplib_config.hpp"

#include <sys/socket.h>

#include <ctime>
#include <stdexcept>
#include <thread>

namespace cowork::test {

struct FakeServer::Running {
    std::unique_ptr<httplib::Server> server;
    std::thread thread;

    ~Running() {
        server->stop();
        thread.join();
    }
};

namespace {

constexpr std::size_t threads = 16;  // silent requests keep theirs

std::unique_ptr<httplib::Server> make_server(const FakeServerOptions& options) {
    if (options.cert_file.empty()) return std::make_unique<httplib::Server>();
    auto server = std::make_unique<httplib::SSLServer>(options.cert_file.c_str(), options.key_file.c_str());
    if (!server->is_valid()) throw std::runtime_error("the fake's certificate cannot be used");
    return server;
}

// As Node sends it.
std::string http_date(std::chrono::seconds ahead) {
    const std::time_t when = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + ahead);
    std::tm fields{};
    gmtime_r(&when, &fields);
    char text[40]{};
    (void)std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &fields);
    return text;
}

void answer_canned(const CannedAnswer& canned, httplib::Response& response) {
    response.status = canned.status;
    for (const auto& [name, value] : canned.headers) response.set_header(name, value);
    response.set_content(canned.body, canned.content_type);
}

// Without a length the library would read until the client hangs up.
bool has_body(const httplib::Request& request) {
    const bool takes_one = request.method == "POST" || request.method == "PUT" || request.method == "PATCH" ||
                           request.method == "DELETE";
    return takes_one && (request.has_header("content-length") || request.has_header("transfer-encoding"));
}

}  // namespace

FakeServer::FakeServer(FakeServerOptions options, Handler handler)
    : options_(std::move(options)), handler_(std::move(handler)) {
    auto server = make_server(options_);
    server->new_task_queue = [] { return new httplib::ThreadPool(threads); };
    server->set_keep_alive_max_count(options_.keep_alive ? 100 : 1);
    const auto serve = [this](const httplib::Request& request, httplib::Response& response) {
        answer(request, response);
    };
    // A body is read only on the way to a handler of its method.
    server->Post(".*", serve);
    server->Put(".*", serve);
    server->Patch(".*", serve);
    server->Delete(".*", serve);
    server->set_pre_routing_handler([serve](const httplib::Request& request, httplib::Response& response) {
        if (has_body(request)) return httplib::Server::HandlerResponse::Unhandled;
        serve(request, response);
        return httplib::Server::HandlerResponse::Handled;
    });
    server->set_tcp_nodelay(true);  // as Node does; else a kept connection waits 40 ms for an ACK
    int listener = -1;
    server->set_socket_options([&listener](int fd) { listener = fd; });
    port_ = server->bind_to_any_port("127.0.0.1");
    if (port_ <= 0) throw std::runtime_error("the fake found no free port");
    listen(listener, 128);  // the library's queue of 5 makes a burst of clients wait for a second
    running_ = std::make_unique<Running>();
    running_->server = std::move(server);
    running_->thread = std::thread([&server = *running_->server] { server.listen_after_bind(); });
    while (!running_->server->is_running()) std::this_thread::yield();  // stop() before that is ignored
}

FakeServer::~FakeServer() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    stopping_.notify_all();
}

void FakeServer::answer(const httplib::Request& request, httplib::Response& response) {
    // Not under the lock: answers to others go on meanwhile.
    if (options_.delay.count() > 0) std::this_thread::sleep_for(options_.delay);
    std::unique_lock lock(mutex_);
    response.set_header("Date", http_date(options_.clock_ahead));
    requests_.push_back({request.method, request.target, request.get_header_value("authorization"),
                         request.get_header_value("user-agent"), request.body});
    if (options_.silent.contains(request.path)) {
        stopping_.wait(lock, [this] { return stopped_; });
        return;
    }
    const auto canned = options_.overrides.find(request.path);
    if (canned != options_.overrides.end()) {
        answer_canned(canned->second, response);
        return;
    }
    if (options_.concurrent) lock.unlock();
    handler_(request, response);
}

std::string FakeServer::url(const std::string& path) const {
    const std::string scheme = options_.cert_file.empty() ? "http" : "https";
    return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<RecordedRequest> FakeServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

}  // namespace cowork::test
