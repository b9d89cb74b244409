#include "probes/delivery_listener.hpp"
#include "probes/http_client.hpp"
#include "support/ports.hpp"
#include "support/printing.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cowork;
using namespace std::chrono_literals;
using namespace std::string_literals;
using probes::HttpCall;
using probes::ListenFailure;

namespace {

constexpr auto plenty = 10'000ms;

std::unique_ptr<probes::DeliveryListener> listening(const std::string& host = "127.0.0.1") {
    auto listener = probes::listen_for_deliveries(host, 0, "/webhook-delivery");
    REQUIRE(listener);
    return std::move(*listener);
}

probes::HttpAnswer send(int port, std::string method, const std::string& path, std::string body,
                        const std::string& host = "127.0.0.1") {
    HttpCall call;
    call.method = std::move(method);
    call.url = "http://" + host + ":" + std::to_string(port) + path;
    call.body = std::move(body);
    call.headers = {{"X-Delivery-Id", "d-1"}};
    return probes::make_http_client()->call_one(call, Budget::lasting(plenty));
}

// A client that says half of a request and then nothing.
class Hanging {
  public:
    explicit Hanging(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        const std::string half = "POST /webhook-delivery HTTP/1.1\r\nContent-Length: 100\r\n\r\n{";
        REQUIRE(write(fd_.get(), half.data(), half.size()) == static_cast<ssize_t>(half.size()));
    }

  private:
    UniqueFd fd_;
};

}  // namespace

TEST_CASE("delivery listener: a delivery arrives as it was sent") {
    const auto listener = listening();
    const std::string body = "{\"a\":1}\0\r\n\xff"s;
    const auto answer = send(listener->port(), "POST", "/webhook-delivery", body);
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"ok":true})");
    const auto delivery = listener->next(Budget::lasting(plenty));
    REQUIRE(delivery);
    CHECK(delivery->path == "/webhook-delivery");
    CHECK(delivery->body == body);
    CHECK(delivery->at <= std::chrono::steady_clock::now());
    const auto has = [&](const std::string& name, const std::string& value) {
        return std::find(delivery->headers.begin(), delivery->headers.end(), std::pair{name, value}) !=
               delivery->headers.end();
    };
    CHECK(has("x-delivery-id", "d-1"));
    CHECK(has("content-type", "application/json"));
    for (const auto& [name, value] : delivery->headers) CHECK(name.find("_addr") == std::string::npos);
}

TEST_CASE("delivery listener: nothing but a POST to its path counts") {
    const auto listener = listening();
    const int port = listener->port();
    CHECK(send(port, "GET", "/webhook-delivery", "").status == 404);
    CHECK(send(port, "PUT", "/webhook-delivery", "{}").status == 404);
    CHECK(send(port, "POST", "/webhook-delivery/x", "{}").status == 404);
    CHECK(send(port, "POST", "/", "{}").status == 404);
    CHECK_FALSE(listener->next(Budget::lasting(0ms)));
}

TEST_CASE("delivery listener: bodies and deliveries are bounded") {
    const auto listener = listening();
    const int port = listener->port();
    constexpr std::size_t limit = 1'048'576;
    CHECK(send(port, "POST", "/webhook-delivery", std::string(limit, 'x')).status == 200);
    CHECK(listener->next(Budget::lasting(plenty))->body.size() == limit);
    CHECK(send(port, "POST", "/webhook-delivery", std::string(limit + 1, 'x')).status == 413);
    for (int i = 0; i < 64; ++i) CHECK(send(port, "POST", "/webhook-delivery", "{}").status == 200);
    CHECK(send(port, "POST", "/webhook-delivery", "{}").status == 503);
    int taken = 0;
    while (listener->next(Budget::lasting(0ms))) ++taken;
    CHECK(taken == 64);
}

TEST_CASE("delivery listener: a wait costs the budget, and a stop ends it") {
    const auto listener = listening();
    CHECK_FALSE(listener->next(Budget::lasting(50ms)));
    std::stop_source stop;
    stop.request_stop();
    CHECK_FALSE(listener->next(Budget::lasting(60'000ms, stop.get_token())));
}

TEST_CASE("delivery listener: it stops at once, though somebody is still sending") {
    auto listener = listening();
    const int port = listener->port();
    const Hanging first(port), second(port);
    const auto begin = std::chrono::steady_clock::now();
    listener.reset();
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    CHECK(send(port, "POST", "/webhook-delivery", "{}").failure == probes::HttpFailure::refused);
    CHECK(probes::listen_for_deliveries("127.0.0.1", port, "/"));
}

TEST_CASE("delivery listener: only loopback, and only a free port") {
    const auto failure = [](const std::string& host, int port) {
        const auto listener = probes::listen_for_deliveries(host, port, "/");
        REQUIRE_FALSE(listener);
        return listener.error();
    };
    for (const char* host : {"0.0.0.0", "::", "", "192.0.2.1", "127.0.0.1.example.org", "example.org"})
        CHECK(failure(host, 0) == ListenFailure::not_loopback);
    CHECK(failure("127.0.0.1", 70'000) == ListenFailure::other);
    CHECK(failure("127.0.0.1", -1) == ListenFailure::other);
    const auto listener = listening();
    CHECK(failure("127.0.0.1", listener->port()) == ListenFailure::in_use);
}

TEST_CASE("delivery listener: localhost is a name for it") {
    const auto listener = listening("localhost");
    CHECK(send(listener->port(), "POST", "/webhook-delivery", "{}", "localhost").status == 200);
}
