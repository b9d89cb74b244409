#include "probes/http.hpp"
#include "support/certificate.hpp"
#include "support/fake_gateway.hpp"
#include "support/fake_opencode.hpp"
#include "support/ports.hpp"
#include "support/printing.hpp"
#include "support/tarpit.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace cowork;
using probes::HttpAnswer;
using probes::HttpFailure;
using probes::HttpRequest;
using test::Tarpit;

namespace {

constexpr auto plenty = 10'000ms;  // for answers that come at once
constexpr auto little = 150ms;     // for answers that never come

HttpRequest get(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    return request;
}

// As fetch_one, and asserts that the budget was kept within a generous bound.
HttpAnswer fetch(const HttpRequest& request, std::chrono::milliseconds budget = plenty) {
    const auto probe = probes::make_http_probe();
    const auto begin = std::chrono::steady_clock::now();
    HttpAnswer answer = probe->fetch_one(request, Budget::lasting(budget));
    CHECK(std::chrono::steady_clock::now() - begin < budget + 5s);
    return answer;
}

HttpFailure failure_of(const HttpRequest& request, std::chrono::milliseconds budget = plenty) {
    const HttpAnswer answer = fetch(request, budget);
    INFO(request.url << ": " << answer.detail);
    CHECK((answer.status == 0 || answer.ok()));
    CHECK((answer.ok() || !answer.detail.empty()));
    CHECK((answer.ok() || answer.body.empty()));
    return answer.failure;
}

HttpFailure failure_against(Tarpit::Script script, std::chrono::milliseconds budget = plenty) {
    const Tarpit tarpit(std::move(script));
    return failure_of(get(tarpit.http_url()), budget);
}

}  // namespace

TEST_CASE("http: an answer carries status, headers, body, address and timing") {
    const test::FakeGateway gateway;
    const HttpAnswer answer = fetch(get(gateway.url("/health")));
    REQUIRE(answer.ok());
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"ok":true,"productMode":"standalone"})");
    CHECK(answer.media_type() == "application/json");
    CHECK(answer.header("cache-control") == "no-store");
    CHECK(answer.header("absent").empty());
    CHECK(answer.remote_address == "127.0.0.1");
    CHECK(answer.timing.connect.count() > 0);
    CHECK(answer.timing.total >= answer.timing.first_byte);
    REQUIRE(gateway.requests().size() == 1);
    CHECK(gateway.requests()[0].authorization.empty());
    CHECK(gateway.requests()[0].user_agent == "cowork/" COWORK_VERSION);
}

TEST_CASE("http: an error status is an answer, not a failure") {
    const test::FakeGateway gateway;
    const HttpAnswer answer = fetch(get(gateway.url("/nope")));
    CHECK(answer.ok());
    CHECK(answer.status == 404);
}

TEST_CASE("http: HEAD has no body") {
    const test::FakeGateway gateway;
    HttpRequest request = get(gateway.url("/health"));
    request.method = "HEAD";
    const HttpAnswer answer = fetch(request);
    CHECK(answer.ok());
    CHECK(answer.status == 404);
    CHECK(answer.body.empty());
}

TEST_CASE("http: a bearer goes out in the product's spelling") {
    const test::FakeGateway gateway;
    const Secret token("sgw-admin-3f9c1d7a8b2e4056");
    HttpRequest request = get(gateway.url("/ready"));
    request.bearer = &token;
    const HttpAnswer answer = fetch(request);
    REQUIRE(answer.ok());
    CHECK(answer.body.find("doctorChecks") != std::string::npos);
    CHECK(gateway.requests()[0].authorization == "Bearer sgw-admin-3f9c1d7a8b2e4056");
}

TEST_CASE("http: a Basic password goes out with its user") {
    const test::FakeOpencode opencode({.password = "oc pass:word"});
    const Secret password("oc pass:word");
    HttpRequest request = get(opencode.url("/api/health"));
    CHECK(fetch(request).status == 401);
    request.basic_user = "opencode";
    request.basic_password = &password;
    CHECK(fetch(request).status == 200);
    const Secret wrong("wrong");
    request.basic_password = &wrong;
    CHECK(fetch(request).status == 401);
}

TEST_CASE("http: a credential that would break out of its header is not sent") {
    const test::FakeGateway gateway;
    HttpRequest request = get(gateway.url("/ready"));
    const Secret token("token\r\nX-Injected: 1");
    request.bearer = &token;
    CHECK(failure_of(request) == HttpFailure::bad_url);
    request.bearer = nullptr;
    request.basic_password = &token;
    CHECK(failure_of(request) == HttpFailure::bad_url);
    CHECK(gateway.requests().empty());
}

TEST_CASE("http: redirects are not followed and the credential stays") {
    const test::FakeGateway other;
    test::FakeGateway gateway;
    gateway.override_path("/ready", {.status = 302, .headers = {{"location", other.url("/ready")}}});
    const Secret token("sgw-admin-3f9c1d7a8b2e4056");
    HttpRequest request = get(gateway.url("/ready"));
    request.bearer = &token;
    const HttpAnswer answer = fetch(request);
    CHECK(answer.status == 302);
    CHECK(other.requests().empty());
}

TEST_CASE("http: URLs that cannot be asked") {
    const auto url = GENERATE(as<std::string>{}, "", "127.0.0.1:1", "ftp://127.0.0.1/", "file:///etc/passwd",
                              "gopher://127.0.0.1:1/", "http://", "http:///path", "http://127.0.0.1:99999/",
                              "http://user:password@127.0.0.1:1/", "http://user@127.0.0.1:1/",
                              "http://127.0.0.1:1/a b", "http://[::1", "http://127.0.0.1:1/\r\nX: 1");
    const HttpAnswer answer = fetch(get(url));
    INFO(url);
    CHECK(answer.failure == HttpFailure::bad_url);
    CHECK(answer.detail.find("password") == std::string::npos);
}

TEST_CASE("http: a NUL byte in the URL and a method that writes are refused") {
    const test::FakeGateway gateway;
    HttpRequest request = get(gateway.url("/health"));
    request.url += "\0x"s;
    CHECK(failure_of(request) == HttpFailure::bad_url);
    request = get(gateway.url("/health"));
    request.method = "POST";
    CHECK(failure_of(request) == HttpFailure::bad_url);
    CHECK(gateway.requests().empty());
}

TEST_CASE("http: the layer that broke is named") {
    SECTION("nothing listens") {
        const test::BoundPort port;
        CHECK(failure_of(get("http://127.0.0.1:" + std::to_string(port.port()) + "/")) ==
              HttpFailure::refused);
    }
    SECTION("a name that cannot exist") {  // a label over 63 bytes fails before any query leaves
        CHECK(failure_of(get("http://" + std::string(64, 'a') + ".test/")) == HttpFailure::name_not_found);
    }
    SECTION("silent") { CHECK(failure_against(Tarpit::silent(), little) == HttpFailure::silent); }
    SECTION("headers, then a stall") {
        CHECK(failure_against(Tarpit::saying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12"), little) ==
              HttpFailure::silent);
    }
    SECTION("half a status line, then a stall") {
        CHECK(failure_against(Tarpit::saying("HTTP/1.1 2"), little) == HttpFailure::silent);
    }
    SECTION("a body that drips") {
        CHECK(failure_against(Tarpit::drip("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), little) ==
              HttpFailure::silent);
    }
    SECTION("provisional answers without end") {
        const auto failure = failure_against(
            Tarpit::endless("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"));
        CHECK(failure == HttpFailure::too_large);
    }
    SECTION("closed at once") { CHECK(failure_against(Tarpit::closing()) == HttpFailure::closed); }
    SECTION("closed before the answer") {
        CHECK(failure_against(Tarpit::saying_and_closing("")) == HttpFailure::closed);
    }
    SECTION("closed within the headers") {
        CHECK(failure_against(Tarpit::saying_and_closing("HTTP/1.1 200 OK\r\nA: b")) == HttpFailure::closed);
    }
    SECTION("less body than promised") {
        CHECK(failure_against(Tarpit::saying_and_closing(
                  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")) == HttpFailure::closed);
    }
    SECTION("chunks that end early") {
        CHECK(failure_against(Tarpit::saying_and_closing(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")) == HttpFailure::closed);
    }
}

TEST_CASE("http: an answer that is not HTTP") {
    SECTION("bytes of no protocol") { CHECK(failure_against(Tarpit::garbage()) == HttpFailure::not_http); }
    SECTION("another protocol's greeting") {
        CHECK(failure_against(Tarpit::saying_and_closing("SSH-2.0-OpenSSH_9.2p1\r\n")) ==
              HttpFailure::not_http);
    }
    SECTION("HTTP/0.9") {
        CHECK(failure_against(Tarpit::saying_and_closing("<html>old</html>")) == HttpFailure::not_http);
    }
    SECTION("a content length that is no number") {
        CHECK(failure_against(Tarpit::saying_and_closing(
                  "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n1")) == HttpFailure::not_http);
    }
    SECTION("a NUL byte in a header") {
        CHECK(failure_against(Tarpit::saying_and_closing("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n1"s)) ==
              HttpFailure::not_http);
    }
    SECTION("chunks that are none") {
        CHECK(failure_against(Tarpit::saying_and_closing(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab")) == HttpFailure::not_http);
    }
    SECTION("no status") {
        CHECK(failure_against(Tarpit::saying_and_closing("HTTP/1.1 OK\r\n\r\n")) == HttpFailure::not_http);
    }
}

TEST_CASE("http: answers without end are cut off") {
    SECTION("headers") {
        CHECK(failure_against(Tarpit::endless("HTTP/1.1 200 OK\r\n", "X-More: of the same\r\n")) ==
              HttpFailure::too_large);
    }
    SECTION("one header line") {
        CHECK(failure_against(Tarpit::endless("HTTP/1.1 200 OK\r\nX: ", "endless")) ==
              HttpFailure::too_large);
    }
    SECTION("a body") {
        CHECK(failure_against(Tarpit::endless("HTTP/1.1 200 OK\r\n\r\n", "endless")) ==
              HttpFailure::too_large);
    }
    SECTION("trailers") {
        CHECK(failure_against(Tarpit::endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                                              "X-More: trailer\r\n")) == HttpFailure::too_large);
    }
}

TEST_CASE("http: the body limit is exact") {
    const test::FakeGateway gateway;  // /health answers 38 bytes
    HttpRequest request = get(gateway.url("/health"));
    request.body_limit = 38;
    CHECK(fetch(request).ok());
    request.body_limit = 37;
    CHECK(fetch(request).failure == HttpFailure::too_large);
}

TEST_CASE("http: NUL bytes in a body arrive") {
    const Tarpit server(Tarpit::saying_and_closing("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\0b"s));
    const HttpAnswer answer = fetch(get(server.http_url()));
    REQUIRE(answer.ok());
    CHECK(answer.body == "a\0b"s);
}

TEST_CASE("http: of provisional and final headers only the final ones count") {
    const Tarpit server(Tarpit::saying_and_closing(
        "HTTP/1.1 100 Continue\r\nX-First: 1\r\n\r\n"
        "HTTP/1.1 200 OK\r\nX-Twice: a\r\nx-twice:  b \r\nContent-Type: Text/HTML ; charset=x\r\n\r\n"));
    const HttpAnswer answer = fetch(get(server.http_url()));
    REQUIRE(answer.ok());
    CHECK(answer.header("x-first").empty());
    CHECK(answer.header("x-twice") == "b");
    CHECK(answer.media_type() == "text/html");
}

TEST_CASE("http: forbidden addresses get no packet") {
    SECTION("by the default rule: wildcard and metadata, in any spelling") {
        const auto host = GENERATE(as<std::string>{}, "0.0.0.0", "[::]", "169.254.169.254", "0xA9FEA9FE",
                                   "[::ffff:169.254.169.254]", "[fd00:ec2::254]");
        CHECK(failure_of(get("http://" + host + ":9/")) == HttpFailure::address_forbidden);
    }
    SECTION("by the private rule: a public address") {
        HttpRequest request = get("http://192.0.2.1:9/");
        request.addresses = net::AddressRule::private_only;
        CHECK(failure_of(request) == HttpFailure::address_forbidden);
    }
    SECTION("loopback is private") {
        const test::FakeGateway gateway;
        HttpRequest request = get(gateway.url("/health"));
        request.addresses = net::AddressRule::private_only;
        CHECK(fetch(request).ok());
    }
}

TEST_CASE("http: TLS") {
    const test::TempDir directory;
    const auto trusted = test::make_certificate(directory);
    const auto serve = [](const test::CertificateFiles& files) {
        test::FakeGatewayOptions options;
        options.server.cert_file = files.cert_file;
        options.server.key_file = files.key_file;
        return options;
    };
    SECTION("a certificate of a trusted authority") {
        const test::FakeGateway gateway(serve(trusted));
        HttpRequest request = get(gateway.url("/health"));
        request.ca_file = trusted.ca_file;
        const HttpAnswer answer = fetch(request);
        INFO(answer.detail);
        CHECK(answer.status == 200);
        CHECK(answer.timing.tls >= answer.timing.connect);
    }
    SECTION("an authority that is not trusted") {
        const test::FakeGateway gateway(serve(trusted));
        CHECK(failure_of(get(gateway.url("/health"))) == HttpFailure::tls_certificate);
    }
    SECTION("an authority's file that is not there") {
        const test::FakeGateway gateway(serve(trusted));
        HttpRequest request = get(gateway.url("/health"));
        request.ca_file = directory.file("absent.pem");
        CHECK(failure_of(request) == HttpFailure::tls_certificate);
    }
    SECTION("another host's certificate") {
        const auto files =
            test::make_certificate(directory, "other", {.names = {"other.test"}, .addresses = {"192.0.2.1"}});
        const test::FakeGateway gateway(serve(files));
        HttpRequest request = get(gateway.url("/health"));
        request.ca_file = files.ca_file;
        CHECK(failure_of(request) == HttpFailure::tls_certificate);
    }
    SECTION("an expired certificate") {
        const auto files =
            test::make_certificate(directory, "old", {.valid_from_days = -9, .valid_to_days = -1});
        const test::FakeGateway gateway(serve(files));
        HttpRequest request = get(gateway.url("/health"));
        request.ca_file = files.ca_file;
        CHECK(failure_of(request) == HttpFailure::tls_certificate);
    }
    SECTION("a server without TLS") {
        const test::FakeGateway gateway;
        CHECK(failure_of(get("https://127.0.0.1:" + std::to_string(gateway.port()) + "/health")) ==
              HttpFailure::tls_handshake);
    }
    SECTION("a server that is silent within the handshake") {
        const Tarpit tarpit(Tarpit::silent());
        CHECK(failure_of(get("https://127.0.0.1:" + std::to_string(tarpit.port()) + "/"), little) ==
              HttpFailure::silent);
    }
    SECTION("plain HTTP to a TLS port") {
        const test::FakeGateway gateway(serve(trusted));
        const auto failure = failure_of(get("http://127.0.0.1:" + std::to_string(gateway.port()) + "/"));
        CHECK((failure == HttpFailure::not_http || failure == HttpFailure::closed));
    }
}

TEST_CASE("http: many requests at once come back in order") {
    const test::FakeGateway gateway;
    const Tarpit silent(Tarpit::silent());
    std::vector<HttpRequest> requests;
    for (int i = 0; i < 20; ++i) requests.push_back(get(gateway.url(i % 2 == 0 ? "/health" : "/nope")));
    requests.insert(requests.begin() + 5, get(silent.http_url()));
    requests.insert(requests.begin(), get("not a URL"));
    const auto probe = probes::make_http_probe();
    const auto answers = probe->fetch(requests, Budget::lasting(2'000ms));
    REQUIRE(answers.size() == requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        INFO(i << " " << requests[i].url << " " << answers[i].detail);
        if (requests[i].url.ends_with("/health")) CHECK(answers[i].status == 200);
        if (requests[i].url.ends_with("/nope")) CHECK(answers[i].status == 404);
    }
    CHECK(answers[0].failure == HttpFailure::bad_url);
    CHECK(answers[6].failure == HttpFailure::silent);
    CHECK(probe->fetch({}, Budget::lasting(little)).empty());
}

TEST_CASE("http: several threads share one probe") {
    const test::FakeGateway gateway;
    const auto probe = probes::make_http_probe();
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            const std::string path = i % 2 == 0 ? "/health" : "/nope";
            const HttpRequest request = get(gateway.url(path));
            for (int round = 0; round < 5; ++round) {
                const HttpAnswer answer = probe->fetch_one(request, Budget::lasting(plenty));
                if (answer.status == (i % 2 == 0 ? 200 : 404)) ++right;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(right == 20);
}

TEST_CASE("http: a connection is used again") {
    test::FakeGatewayOptions options;
    options.server.keep_alive = true;
    const test::FakeGateway gateway(options);
    const auto probe = probes::make_http_probe();
    const HttpRequest request = get(gateway.url("/health"));
    CHECK(probe->fetch_one(request, Budget::lasting(plenty)).timing.connect.count() > 0);
    const HttpAnswer second = probe->fetch_one(request, Budget::lasting(plenty));
    CHECK(second.status == 200);
    CHECK(second.timing.connect.count() == 0);
}

TEST_CASE("http: the stop token ends a wait") {
    const Tarpit tarpit(Tarpit::silent());
    const auto probe = probes::make_http_probe();
    std::stop_source stop;
    std::thread stopper([&] {
        while (tarpit.accepted() == 0) std::this_thread::yield();
        stop.request_stop();
    });
    const HttpAnswer answer =
        probe->fetch_one(get(tarpit.http_url()), Budget::lasting(60'000ms, stop.get_token()));
    stopper.join();
    CHECK(answer.failure == HttpFailure::stopped);
    CHECK(probe->fetch_one(get(tarpit.http_url()), Budget::lasting(plenty, stop.get_token())).failure ==
          HttpFailure::stopped);
}

TEST_CASE("http: a spent budget sends nothing") {
    const test::FakeGateway gateway;
    CHECK_FALSE(fetch(get(gateway.url("/health")), 0ms).ok());
    CHECK(gateway.requests().empty());
}
