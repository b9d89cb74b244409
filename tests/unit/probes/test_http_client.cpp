#include "probes/http_client.hpp"
#include "support/fake_server.hpp"
#include "support/httplib_config.hpp"
#include "support/ports.hpp"
#include "support/printing.hpp"
#include "support/s3_signature.hpp"
#include "support/tarpit.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using namespace cowork::test;
using namespace std::chrono_literals;
using namespace std::string_literals;
using probes::HttpAnswer;
using probes::HttpCall;
using probes::HttpFailure;

namespace {

constexpr auto plenty = 10'000ms;  // for answers that come at once
constexpr auto little = 150ms;     // for answers that never come

HttpCall call_of(std::string method, std::string url, std::string body = {}) {
    HttpCall call;
    call.method = std::move(method);
    call.url = std::move(url);
    call.body = std::move(body);
    return call;
}

HttpAnswer answer_to(const HttpCall& call, std::chrono::milliseconds budget = plenty) {
    return probes::make_http_client()->call_one(call, Budget::lasting(budget));
}

// What arrived, header by header.
struct Arrived {
    std::string method, body;
    httplib::Headers headers;
    [[nodiscard]] bool has(const std::string& name) const { return headers.count(name) > 0; }
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string{} : found->second;
    }
};

class Mirror {
  public:
    Mirror()
        : server_({}, [this](const httplib::Request& request, httplib::Response& response) {
              last_ = {request.method, request.body, request.headers};
              response.status = 201;
          }) {}
    [[nodiscard]] Arrived after(const HttpCall& call) {
        const HttpAnswer answer = answer_to(call);
        INFO(answer.detail);
        CHECK(answer.status == 201);
        const std::lock_guard lock(server_.mutex());
        return last_;
    }
    [[nodiscard]] std::string url() const { return server_.url("/here"); }
    [[nodiscard]] std::size_t requests() const { return server_.requests().size(); }

  private:
    Arrived last_;
    FakeServer server_;
};

}  // namespace

TEST_CASE("http client: methods and bodies arrive as they are", "[http]") {
    Mirror mirror;
    const std::string bytes = "{\"a\":1}\0\r\n\xff"s;
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
        CAPTURE(method);
        const Arrived arrived = mirror.after(call_of(method, mirror.url(), bytes));
        CHECK(arrived.method == method);
        CHECK(arrived.body == bytes);
        CHECK(arrived.header("Content-Type") == "application/json");
        CHECK_FALSE(arrived.has("Expect"));
    }
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "GET"}) {
        CAPTURE(method);
        const Arrived arrived = mirror.after(call_of(method, mirror.url()));
        CHECK(arrived.method == method);
        CHECK(arrived.body.empty());
        CHECK_FALSE(arrived.has("Content-Type"));
    }
    CHECK(answer_to(call_of("HEAD", mirror.url())).status == 201);
}

TEST_CASE("http client: a large body is sent at once", "[http]") {
    Mirror mirror;
    HttpCall call = call_of("PUT", mirror.url(), std::string(3'000'000, 'x'));
    call.content_type = "text/plain";
    const Arrived arrived = mirror.after(call);
    CHECK(arrived.body == call.body);
    CHECK(arrived.header("Content-Type") == "text/plain");
    CHECK_FALSE(arrived.has("Expect"));
}

TEST_CASE("http client: secret headers go along", "[http]") {
    Mirror mirror;
    const Secret signature("v1=5f1c");
    HttpCall call = call_of("POST", mirror.url(), "{}");
    call.secret_headers = {{"x-signature", &signature}};
    const Arrived arrived = mirror.after(call);
    CHECK(arrived.header("x-signature") == "v1=5f1c");
}

TEST_CASE("http client: what would break out of its header or is no method is not sent", "[http]") {
    Mirror mirror;
    const Secret split("a\r\nX-Injected: 1");
    std::vector<HttpCall> calls(7, call_of("POST", mirror.url(), "{}"));
    calls[0].secret_headers = {{"x-signature", &split}};
    calls[1].headers = {{"x-plain", "a\r\nX-Injected: 1"}};
    calls[2].headers = {{"x-plain: 1\r\nX-Injected", "1"}};
    calls[3].content_type = "text/plain\r\nX-Injected: 1";
    calls[4].method = "POST / HTTP/1.1\r\nX-Injected: 1";
    calls[5].method = "TRACE";
    calls[6].secret_headers = {{"x-signature", nullptr}};
    for (const HttpAnswer& answer : probes::make_http_client()->call(calls, Budget::lasting(plenty)))
        CHECK(answer.failure == HttpFailure::bad_url);
    CHECK(mirror.requests() == 0);
}

TEST_CASE("http client: the probe of doctor still only reads", "[http]") {
    Mirror mirror;
    const HttpCall call = call_of("POST", mirror.url(), "{}");
    const auto probe = probes::make_http_probe();
    CHECK(probe->fetch_one(call, Budget::lasting(plenty)).failure == HttpFailure::bad_url);
    CHECK(mirror.requests() == 0);
}

TEST_CASE("http client: answers come in the order of the calls", "[http]") {
    FakeServer server({}, [](const httplib::Request& request, httplib::Response& response) {
        response.set_content(request.body, "text/plain");
    });
    std::vector<HttpCall> calls;
    calls.reserve(20);
    for (int i = 0; i < 20; ++i) calls.push_back(call_of("POST", server.url("/"), std::to_string(i)));
    const auto answers = probes::make_http_client()->call(calls, Budget::lasting(plenty));
    REQUIRE(answers.size() == 20);
    for (std::size_t i = 0; i < answers.size(); ++i) CHECK(answers[i].body == std::to_string(i));
}

TEST_CASE("http client: a change is never sent on a kept connection", "[http]") {
    std::vector<int> ports;
    FakeServer server({.keep_alive = true}, [&](const httplib::Request& request, httplib::Response&) {
        ports.push_back(request.remote_port);
    });
    const auto client = probes::make_http_client();
    for (const char* method : {"GET", "GET", "POST", "POST"})
        CHECK(client->call_one(call_of(method, server.url("/")), Budget::lasting(plenty)).status == 200);
    REQUIRE(ports.size() == 4);
    CHECK(ports[0] == ports[1]);
    CHECK(ports[1] != ports[2]);
    CHECK(ports[2] != ports[3]);
}

TEST_CASE("http client: a redirect is an answer", "[http]") {
    FakeServer server({}, [](const httplib::Request&, httplib::Response& response) {
        response.status = 307;
        response.set_header("Location", "/elsewhere");
    });
    CHECK(answer_to(call_of("POST", server.url("/"), "{}")).status == 307);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("http client: failures are told apart as the probe does", "[http]") {
    const auto failure = [](const std::string& url, std::chrono::milliseconds budget) {
        return answer_to(call_of("POST", url, "{}"), budget).failure;
    };
    const BoundPort closed;
    CHECK(failure("http://127.0.0.1:" + std::to_string(closed.port()) + "/", plenty) == HttpFailure::refused);
    CHECK(failure(Tarpit(Tarpit::silent()).http_url(), little) == HttpFailure::silent);
    CHECK(failure(Tarpit(Tarpit::garbage()).http_url(), plenty) == HttpFailure::not_http);
    CHECK(failure(Tarpit(Tarpit::closing()).http_url(), plenty) == HttpFailure::closed);
    CHECK(failure("ftp://127.0.0.1/", plenty) == HttpFailure::bad_url);
    CHECK(failure("http://169.254.169.254/", plenty) == HttpFailure::address_forbidden);
}

TEST_CASE("http client: requests with a body are signed for S3", "[http]") {
    const std::string key = "wJalr/XUtn+FEMI=K7MDENG";
    FakeServer server({}, [&](const httplib::Request& request, httplib::Response& response) {
        response.status = signed_with(request, key) ? 200 : 403;
    });
    const Secret key_id("AKIA7Q2M9ZP4RT8VXKYW"), good(key), other("another"), session("FwoG//Yx==");
    const auto status = [&](const std::string& method, const std::string& body, const Secret& secret,
                            const Secret* token) {
        HttpCall call = call_of(method, server.url("/bucket/cowork-smoke/a%20b"), body);
        call.content_type = "application/octet-stream";
        call.s3 = probes::S3Signature{&key_id, &secret, token, "us-east-1"};
        return answer_to(call).status;
    };
    for (const std::string& body : {"plain"s, "a\0b"s, std::string(100'000, 'x'), ""s}) {
        CAPTURE(body.size());
        CHECK(status("PUT", body, good, nullptr) == 200);
        CHECK(status("PUT", body, good, &session) == 200);
        CHECK(status("PUT", body, other, nullptr) == 403);
    }
    CHECK(status("DELETE", "", good, nullptr) == 200);
    CHECK(status("POST", "<Delete/>", good, nullptr) == 200);
}
