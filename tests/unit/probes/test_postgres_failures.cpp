#include "probes/postgres.hpp"
#include "probes/postgres_classify.hpp"
#include "probes/postgres_url.hpp"
#include "probes/resolver.hpp"
#include "support/printing.hpp"
#include "support/tarpit.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;
using namespace cowork;
using probes::PostgresFailure;
using probes::PostgresLayer;
using probes::PostgresTarget;
using probes::PostgresTls;
using test::Tarpit;

namespace {

constexpr auto plenty = 10'000ms;
constexpr auto little = 150ms;
constexpr const char* password = "hunter2-hunter2";

// Asserts besides that the budget was kept within a generous bound and that no password got out.
PostgresFailure failure_of(const std::string& url, PostgresTls tls = PostgresTls::off,
                           std::chrono::milliseconds budget = plenty) {
    const Secret secret(url);
    PostgresTarget target;
    target.url = &secret;
    target.tls = tls;
    const auto begin = std::chrono::steady_clock::now();
    const auto session = probes::make_postgres_probe()->connect(target, Budget::lasting(budget));
    CHECK(std::chrono::steady_clock::now() - begin < budget + 5s);
    REQUIRE_FALSE(session);
    INFO(session.error().detail);
    CHECK_FALSE(session.error().detail.empty());
    CHECK(session.error().detail.find(password) == std::string::npos);
    return session.error();
}

std::string url_of(int port) {
    return std::string("postgres://user:") + password + "@127.0.0.1:" + std::to_string(port) + "/db";
}

PostgresLayer layer_against(Tarpit::Script script, PostgresTls tls = PostgresTls::off,
                            std::chrono::milliseconds budget = plenty) {
    const Tarpit tarpit(std::move(script));
    return failure_of(url_of(tarpit.port()), tls, budget).layer;
}

// A message of the server: type, length, payload.
std::string message(char type, const std::string& payload) {
    const auto size = static_cast<unsigned>(payload.size() + 4);
    std::string text(1, type);
    for (const int shift : {24, 16, 8, 0}) text += static_cast<char>((size >> shift) & 0xFF);
    return text + payload;
}

std::string error_message(const std::string& sqlstate) {
    using namespace std::string_literals;
    return message('E', "SFATAL\0VFATAL\0C"s + sqlstate + "\0Mno\0\0"s);
}

// Speaks SCRAM as far as asking the client for that many rounds of hashing.
class HashingServer {
  public:
    explicit HashingServer(int rounds) : rounds_(rounds) {
        if (listen(port_.fd(), 8) != 0) throw std::runtime_error("listen");
        thread_ = std::thread([this] { run(); });
    }
    ~HashingServer() { thread_.join(); }
    [[nodiscard]] int port() const { return port_.port(); }
    [[nodiscard]] bool asked() const { return asked_; }

  private:
    // Takes clients until one has been asked; the first one only tries whether the port is open.
    void run() {
        while (!asked_) {
            const UniqueFd client(accept(port_.fd(), nullptr, nullptr));
            if (receive(client).empty()) continue;  // the start-up packet
            using namespace std::string_literals;
            transmit(client, message('R', "\0\0\0\x0ASCRAM-SHA-256\0\0"s));
            const std::string first = receive(client);  // ends with `r=` and the client's nonce
            const std::string nonce = first.substr(first.rfind("r="));
            transmit(client,
                     message('R', "\0\0\0\x0B"s + nonce + "x,s=c2FsdHNhbHQ=,i=" + std::to_string(rounds_)));
            asked_ = true;
        }
    }
    static std::string receive(const UniqueFd& client) {
        std::string text(4096, '\0');
        const ssize_t got = recv(client.get(), text.data(), text.size(), 0);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
    static void transmit(const UniqueFd& client, const std::string& text) {
        (void)send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
    }

    int rounds_;
    test::BoundPort port_;
    std::atomic<bool> asked_ = false;
    std::thread thread_;
};

}  // namespace

TEST_CASE("postgres url: what counts of it") {
    const auto url = probes::parse_postgres_url(
        Secret("postgresql://us%65r:p%40ss@[::1]:6543/db?sslmode=disable&options=-cx&connect_timeout=9"));
    REQUIRE(url);
    CHECK(url->host == "::1");
    CHECK(url->port == 6543);
    CHECK(url->user == "user");
    CHECK(url->database == "db");
    CHECK(url->password.reveal() == "p@ss");
    const auto short_url = probes::parse_postgres_url(Secret("postgres://user@host"));
    REQUIRE(short_url);
    CHECK(short_url->port == 5432);
    CHECK(short_url->database == "user");
    CHECK(short_url->password.empty());
}

TEST_CASE("postgres url: TLS as node-postgres reads it") {
    using probes::PostgresTls;
    for (const auto& [more, expected] : std::vector<std::pair<std::string, PostgresTls>>{
             {"", PostgresTls::off},
             {"?sslmode=disable", PostgresTls::off},
             {"?sslmode=allow", PostgresTls::off},
             {"?sslmode=no-verify", PostgresTls::required},
             {"?sslmode=prefer", PostgresTls::verified},
             {"?sslmode=require", PostgresTls::verified},
             {"?sslmode=verify-ca", PostgresTls::verified},
             {"?sslmode=verify-full&sslrootcert=/etc/ca.pem", PostgresTls::verified}}) {
        CAPTURE(more);
        const auto url = probes::parse_postgres_url(Secret("postgres://u:p@h/d" + more));
        REQUIRE(url);
        CHECK(url->tls == expected);
        CHECK(url->ca_file == (more.find("rootcert") == std::string::npos ? "" : "/etc/ca.pem"));
    }
}

TEST_CASE("postgres url: what cannot be used") {
    const auto url =
        GENERATE(as<std::string>{}, "", "host=127.0.0.1 user=u", "mysql://u:p@h/d", "postgres://",
                 "postgres://127.0.0.1/db", "postgres://u:hunter2-hunter2@/db", "postgres://u:p@a,b/db",
                 "postgres://u:p@h:0/db", "postgres://u:p@h:65536/db", "postgres://u:p@h:x/db",
                 "postgres://u:hunter2-hunter2@h/db?unknown=1", "postgres://u:hunter2-hunter2%zz@h/db",
                 "postgres://u:hunter2-hunter2%00@h/db", "postgres://u:hunter2-hunter2@[::1/db");
    INFO(url);
    CHECK(failure_of(url).layer == PostgresLayer::url);
}

TEST_CASE("postgres: metadata and wildcard addresses get no packet") {
    const auto host = GENERATE(as<std::string>{}, "169.254.169.254", "0.0.0.0", "[::]", "0xA9FEA9FE",
                               "2852039166", "[::ffff:169.254.169.254]", "[fd00:ec2::254]");
    CHECK(failure_of("postgres://u:p@" + host + ":5432/db").layer == PostgresLayer::url);
}

TEST_CASE("postgres: the layer that broke before there was a session") {
    SECTION("nothing listens") {
        const test::BoundPort port;
        CHECK(failure_of(url_of(port.port())).layer == PostgresLayer::refused);
    }
    SECTION("a name that cannot exist") {  // a label over 63 bytes fails before any query leaves
        CHECK(failure_of("postgres://u:p@" + std::string(64, 'a') + ".test/db").layer == PostgresLayer::name);
    }
    SECTION("silent") {
        CHECK(layer_against(Tarpit::silent(), PostgresTls::off, little) == PostgresLayer::silent);
    }
    SECTION("silent when asked for TLS") {
        CHECK(layer_against(Tarpit::silent(), PostgresTls::required, little) == PostgresLayer::silent);
    }
    SECTION("silent within the TLS handshake") {
        CHECK(layer_against(Tarpit::saying("S"), PostgresTls::required, little) == PostgresLayer::silent);
    }
    SECTION("an answer that drips") {
        CHECK(layer_against(Tarpit::drip("R"), PostgresTls::off, little) == PostgresLayer::silent);
    }
    SECTION("a server without TLS") {
        CHECK(layer_against(Tarpit::saying("N"), PostgresTls::required) == PostgresLayer::tls_missing);
        CHECK(layer_against(Tarpit::saying("N"), PostgresTls::verified) == PostgresLayer::tls_missing);
    }
    SECTION("TLS that is none") {
        CHECK(layer_against(Tarpit::saying_and_closing("Sgarbage, and not a handshake"),
                            PostgresTls::required) == PostgresLayer::tls_handshake);
    }
    SECTION("closing") {
        CHECK(layer_against(Tarpit::closing()) == PostgresLayer::not_postgres);
        CHECK(layer_against(Tarpit::closing(), PostgresTls::required) == PostgresLayer::not_postgres);
    }
}

TEST_CASE("postgres: another protocol on the port") {
    const auto tls = GENERATE(PostgresTls::off, PostgresTls::required);
    CHECK(layer_against(Tarpit::garbage(), tls) == PostgresLayer::not_postgres);
    CHECK(layer_against(Tarpit::saying_and_closing("HTTP/1.1 400 Bad Request\r\n\r\n"), tls) ==
          PostgresLayer::not_postgres);
    CHECK(layer_against(Tarpit::saying_and_closing("GET OUT"), tls) == PostgresLayer::not_postgres);
}

TEST_CASE("postgres: a server's SQLSTATE while connecting") {
    const auto layer_for = [](const std::string& sqlstate) {
        const Tarpit tarpit(Tarpit::saying_and_closing(error_message(sqlstate)));
        const PostgresFailure failure = failure_of(url_of(tarpit.port()));
        CHECK(failure.sqlstate == sqlstate);
        return failure.layer;
    };
    CHECK(layer_for("28P01") == PostgresLayer::auth);
    CHECK(layer_for("28000") == PostgresLayer::auth);
    CHECK(layer_for("3D000") == PostgresLayer::database);
    CHECK(layer_for("53300") == PostgresLayer::busy);
    CHECK(layer_for("57P03") == PostgresLayer::starting);
    CHECK(layer_for("42501") == PostgresLayer::privilege);
    CHECK(layer_for("08P01") == PostgresLayer::query);
}

TEST_CASE("postgres: settings without end after the login keep nobody") {
    using namespace std::string_literals;
    const std::string welcome = message('R', "\0\0\0\0"s);
    CHECK(layer_against(Tarpit::endless(welcome, message('S', "name\0value\0"s)), PostgresTls::off, little) ==
          PostgresLayer::silent);
    CHECK(layer_against(Tarpit::endless(welcome, message('N', "SWARNING\0C01000\0Mnoise\0\0"s)),
                        PostgresTls::off, little) == PostgresLayer::silent);
}

TEST_CASE("postgres: a server that asks for endless password hashing keeps nobody") {
    HashingServer server(4'000'000);  // seconds of work
    CHECK(failure_of(url_of(server.port()), PostgresTls::off, 300ms).layer == PostgresLayer::silent);
    CHECK(server.asked());
}

TEST_CASE("postgres: an SQLSTATE is found where libpq puts it, and only there") {
    CHECK(probes::sqlstate_in("connection to server failed: FATAL:  28P01: no\nLOCATION: x") == "28P01");
    CHECK(probes::sqlstate_in("FATAL:  no such thing") == "");
    CHECK(probes::sqlstate_in("FATAL:  28P0") == "");
    CHECK(probes::sqlstate_in("28P01: no") == "");
}

TEST_CASE("postgres: a stop ends a connection under way") {
    const Tarpit tarpit(Tarpit::silent());
    std::stop_source stop;
    std::thread stopper([&] {
        while (tarpit.accepted() < 2) std::this_thread::yield();
        stop.request_stop();
    });
    const Secret url(url_of(tarpit.port()));
    PostgresTarget target;
    target.url = &url;
    const auto probe = probes::make_postgres_probe();
    const auto session = probe->connect(target, Budget::lasting(60'000ms, stop.get_token()));
    stopper.join();
    REQUIRE_FALSE(session);
    CHECK(session.error().layer == PostgresLayer::stopped);
    const auto again = probe->connect(target, Budget::lasting(plenty, stop.get_token()));
    REQUIRE_FALSE(again);
    CHECK(again.error().layer == PostgresLayer::stopped);
}

TEST_CASE("resolver: numeric hosts are put into their usual spelling without asking anybody") {
    const auto address = [](const std::string& host) {
        return probes::resolve_host(host, Budget::lasting(0ms)).value().front();
    };
    CHECK(address("127.0.0.1") == "127.0.0.1");
    CHECK(address("0x7f000001") == "127.0.0.1");
    CHECK(address("127.1") == "127.0.0.1");
    CHECK(address("0:0:0:0:0:0:0:1") == "::1");
}

TEST_CASE("resolver: localhost, and a name that cannot exist") {
    const auto localhost = probes::resolve_host("localhost", Budget::lasting(plenty));
    REQUIRE(localhost);
    CHECK_FALSE(localhost->empty());
    const auto absent = probes::resolve_host(std::string(64, 'a') + ".test", Budget::lasting(plenty));
    REQUIRE_FALSE(absent);
    CHECK(absent.error() == probes::ResolveError::not_found);
}
