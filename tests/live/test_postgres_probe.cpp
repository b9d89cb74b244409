#include "probes/postgres.hpp"
#include "support/printing.hpp"
#include "support/real_postgres.hpp"
#include "support/require_service.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <thread>

using namespace std::chrono_literals;
using namespace cowork;
using probes::PostgresFailure;
using probes::PostgresLayer;
using probes::PostgresTarget;
using probes::PostgresTls;

namespace {

constexpr auto plenty = 20'000ms;

test::RealPostgres& plain_server() {
    static test::RealPostgres server;
    static const bool prepared = [] {
        server.create_gateway_schema();
        server.create_role("reader", "reader-password");
        server.create_role("stranger", "stranger-password", "");
        return true;
    }();
    (void)prepared;
    return server;
}

test::RealPostgres& tls_server() {
    static test::RealPostgres server({.tls = true});
    return server;
}

bool available() { return test::require_service(test::RealPostgres::available(), "PostgreSQL"); }

auto connect(const std::string& url, PostgresTls tls = PostgresTls::off, std::string ca_file = {},
             std::chrono::milliseconds budget = plenty) {
    const Secret secret(url);
    PostgresTarget target;
    target.url = &secret;
    target.tls = tls;
    target.ca_file = std::move(ca_file);
    return probes::make_postgres_probe()->connect(target, Budget::lasting(budget));
}

PostgresFailure failure_to_connect(const std::string& url, PostgresTls tls = PostgresTls::off,
                                   std::string ca_file = {}) {
    const auto session = connect(url, tls, std::move(ca_file));
    REQUIRE_FALSE(session);
    INFO(session.error().detail);
    CHECK_FALSE(session.error().detail.empty());
    return session.error();
}

PostgresFailure failure_to_query(const std::string& url, const std::string& sql,
                                 std::chrono::milliseconds budget = plenty) {
    const auto session = connect(url);
    REQUIRE(session);
    const auto rows = (*session)->query(sql, {}, Budget::lasting(budget));
    REQUIRE_FALSE(rows);
    INFO(rows.error().detail);
    return rows.error();
}

std::string reader_url(const std::string& database = "gateway") {
    return plain_server().url("reader", "reader-password", database);
}

}  // namespace

TEST_CASE("postgres: a session answers read-only statements with parameters") {
    if (!available()) return;
    const auto session = connect(reader_url());
    REQUIRE(session);
    CHECK((*session)->server_version() >= 150000);
    CHECK_FALSE((*session)->tls());
    CHECK((*session)->connect_time().count() > 0);
    const auto rows = (*session)->query(
        "SELECT id, NULL, length($1) FROM standalone_gateway_schema_migrations "
        "WHERE id LIKE $2",
        {"it's", "0001%"}, Budget::lasting(plenty));
    REQUIRE(rows);
    REQUIRE(rows->size() == 1);
    CHECK(rows->front() == probes::PostgresRow{"0001_standalone_gateway_baseline", std::nullopt, "4"});
    const auto many = (*session)->query("SELECT generate_series(1, 1000)", {}, Budget::lasting(plenty));
    REQUIRE(many);
    CHECK(many->size() == 1000);
}

TEST_CASE("postgres: nothing can be written, not even by the superuser") {
    if (!available()) return;
    const auto sql =
        GENERATE(as<std::string>{}, "CREATE TABLE made (id text)",
                 "INSERT INTO standalone_gateway_sessions (session_id) VALUES ('x')",
                 "DELETE FROM standalone_gateway_schema_migrations", "DROP TABLE standalone_gateway_jobs");
    CHECK(failure_to_query(plain_server().superuser_url(), sql).sqlstate == "25006");
}

TEST_CASE("postgres: only one statement at a time, so none can be smuggled in") {
    if (!available()) return;
    CHECK(failure_to_query(reader_url(), "SELECT 1; SELECT 2").sqlstate == "42601");
}

TEST_CASE("postgres: the layer that broke is named") {
    if (!available()) return;
    auto& server = plain_server();
    SECTION("wrong password") {
        const auto failure = failure_to_connect(server.url("reader", "wrong"));
        CHECK(failure.layer == PostgresLayer::auth);
        CHECK(failure.sqlstate == "28P01");
    }
    SECTION("no such role") {
        CHECK(failure_to_connect(server.url("nobody-knows", "x")).layer == PostgresLayer::auth);
    }
    SECTION("no password") {
        CHECK(failure_to_connect("postgres://reader@127.0.0.1:" + std::to_string(server.port()) + "/gateway")
                  .layer == PostgresLayer::auth);
    }
    SECTION("no such database") {
        const auto failure = failure_to_connect(reader_url("absent"));
        CHECK(failure.layer == PostgresLayer::database);
        CHECK(failure.sqlstate == "3D000");
    }
    SECTION("no privilege") {
        const auto failure = failure_to_query(server.url("stranger", "stranger-password"),
                                              "SELECT 1 FROM standalone_gateway_jobs");
        CHECK(failure.layer == PostgresLayer::privilege);
        CHECK(failure.sqlstate == "42501");
    }
    SECTION("no such table") {
        CHECK(failure_to_query(reader_url(), "SELECT 1 FROM absent").layer == PostgresLayer::missing);
        CHECK(failure_to_query(reader_url("postgres"), "SELECT 1 FROM standalone_gateway_jobs").layer ==
              PostgresLayer::missing);
    }
    SECTION("no such schema") {
        CHECK(failure_to_query(reader_url(), "SELECT absent.function()").layer == PostgresLayer::missing);
    }
    SECTION("another error") {
        CHECK(failure_to_query(reader_url(), "SELECT 1/0").layer == PostgresLayer::query);
    }
    SECTION("TLS asked of a server without") {
        CHECK(failure_to_connect(reader_url(), PostgresTls::required).layer == PostgresLayer::tls_missing);
        CHECK(failure_to_connect(reader_url(), PostgresTls::verified).layer == PostgresLayer::tls_missing);
    }
}

TEST_CASE("postgres: a stopped server refuses, and a started one answers again") {
    if (!available()) return;
    test::RealPostgres server;
    const std::string url = server.superuser_url();
    auto session = connect(url);
    REQUIRE(session);
    server.stop();
    const auto lost = (*session)->query("SELECT 1", {}, Budget::lasting(plenty));
    REQUIRE_FALSE(lost);
    CHECK(lost.error().layer == PostgresLayer::query);
    CHECK_FALSE((*session)->query("SELECT 1", {}, Budget::lasting(plenty)));
    CHECK(failure_to_connect(url).layer == PostgresLayer::refused);
    server.start();
    CHECK(connect(url));
}

TEST_CASE("postgres: too many connections") {
    if (!available()) return;
    test::RealPostgres server(
        {.settings = {"max_connections=3", "superuser_reserved_connections=1", "max_wal_senders=0"}});
    server.create_role("reader", "reader-password", "");
    const std::string url = server.url("reader", "reader-password");
    const auto first = connect(url);
    const auto second = connect(url);
    REQUIRE(first);
    REQUIRE(second);
    const auto failure = failure_to_connect(url);
    CHECK(failure.layer == PostgresLayer::busy);
    CHECK(failure.sqlstate == "53300");
}

TEST_CASE("postgres: TLS") {
    if (!available()) return;
    auto& server = tls_server();
    const std::string url = server.superuser_url();
    SECTION("verified") {
        const auto session = connect(url, PostgresTls::verified, server.certificate().ca_file);
        if (!session) FAIL(session.error().detail);
        CHECK((*session)->tls());
    }
    SECTION("verified by the name in the URL, not by the address it has") {
        std::string by_name = url;
        by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
        const auto session = connect(by_name, PostgresTls::verified, server.certificate().ca_file);
        if (!session) FAIL(session.error().detail);
        CHECK((*session)->tls());
    }
    SECTION("required, whoever the server is") {
        const auto session = connect(url, PostgresTls::required);
        if (!session) FAIL(session.error().detail);
        CHECK((*session)->tls());
    }
    SECTION("off") {
        const auto session = connect(url);
        REQUIRE(session);
        CHECK_FALSE((*session)->tls());
    }
    SECTION("an authority that is not trusted") {
        CHECK(failure_to_connect(url, PostgresTls::verified).layer == PostgresLayer::tls_certificate);
    }
    SECTION("an authority's file that is not there") {
        CHECK(failure_to_connect(url, PostgresTls::verified, "/dev/null/absent.pem").layer ==
              PostgresLayer::tls_certificate);
    }
    SECTION("another host's certificate") {
        test::RealPostgres elsewhere(
            {.tls = true, .certificate = {.names = {"other.test"}, .addresses = {}}});
        CHECK(failure_to_connect(elsewhere.superuser_url(), PostgresTls::verified,
                                 elsewhere.certificate().ca_file)
                  .layer == PostgresLayer::tls_certificate);
    }
}

TEST_CASE("postgres: a Unix socket works as well") {
    if (!available()) return;
    auto& server = plain_server();
    const std::string url = "postgres://reader:reader-password@/gateway?host=" + server.socket_directory() +
                            "&port=" + std::to_string(server.port());
    const auto session = connect(url);
    if (!session) FAIL(session.error().detail);
    CHECK((*session)->query("SELECT 1", {}, Budget::lasting(plenty)));
    CHECK(failure_to_connect("postgres://u:p@/d?host=/nonexistent-directory").layer ==
          PostgresLayer::refused);
}

TEST_CASE("postgres: a query that takes too long ends with the budget") {
    if (!available()) return;
    SECTION("the call's own") {
        CHECK(failure_to_query(reader_url(), "SELECT pg_sleep(60)", 200ms).layer == PostgresLayer::silent);
    }
    SECTION("the server's timeout, set from the connection's budget") {
        const auto session = connect(reader_url(), PostgresTls::off, {}, 1'000ms);
        REQUIRE(session);
        const auto rows = (*session)->query("SELECT pg_sleep(60)", {}, Budget::lasting(plenty));
        REQUIRE_FALSE(rows);
        CHECK(rows.error().layer == PostgresLayer::silent);
        CHECK(rows.error().sqlstate == "57014");
        CHECK((*session)->query("SELECT 1", {}, Budget::lasting(plenty)));  // it is still of use
    }
    SECTION("a stop") {
        const auto session = connect(reader_url());
        REQUIRE(session);
        std::stop_source stop;
        std::thread stopper([&] { stop.request_stop(); });
        const auto rows = (*session)->query("SELECT pg_sleep(60)", {},
                                            Budget(Budget::Clock::now() + 60s, stop.get_token()));
        stopper.join();
        REQUIRE_FALSE(rows);
        CHECK(rows.error().layer == PostgresLayer::stopped);
        CHECK_FALSE((*session)->query("SELECT 1", {}, Budget::lasting(plenty)));  // given up, not mixed up
    }
}

TEST_CASE("postgres: an answer without end is cut off") {
    if (!available()) return;
    CHECK(failure_to_query(reader_url(), "SELECT repeat('x', 1000) FROM generate_series(1, 20000)").layer ==
          PostgresLayer::query);
}

TEST_CASE("postgres: the environment, URL parameters and notices play no part") {
    if (!available()) return;
    for (const auto& [name, value] : {std::pair{"PGPASSWORD", "reader-password"},
                                      {"PGUSER", "postgres"},
                                      {"PGDATABASE", "postgres"},
                                      {"PGOPTIONS", "-c default_transaction_read_only=off"},
                                      {"PGSSLMODE", "verify-full"},
                                      {"PGHOSTADDR", "127.0.0.9"},
                                      {"PGSERVICE", "absent"},
                                      {"PGTZ", "no/where"},
                                      {"PGDATESTYLE", "nonsense"},
                                      {"PGREQUIREPEER", "nobody"},
                                      {"PGTARGETSESSIONATTRS", "standby"},
                                      {"PGCHANNELBINDING", "require"}}) {
        setenv(name, value, 1);
    }
    const auto session = connect(reader_url() +
                                 "?options=-cdefault_transaction_read_only%3Doff&sslmode=require&"
                                 "hostaddr=127.0.0.9&application_name=other");
    if (!session) FAIL(session.error().detail);
    const auto rows = (*session)->query(
        "SELECT current_user, current_setting('transaction_read_only'), current_setting('application_name'), "
        "current_setting('client_encoding'), current_database()",
        {}, Budget::lasting(plenty));
    REQUIRE(rows);
    CHECK(rows->front() == probes::PostgresRow{"reader", "on", "cowork-doctor", "UTF8", "gateway"});
    setenv("PGPASSWORD", "reader-password", 1);
    const std::string no_password =
        "postgres://reader@127.0.0.1:" + std::to_string(plain_server().port()) + "/gateway";
    CHECK(failure_to_connect(no_password).layer == PostgresLayer::auth);
    CHECK((*session)->query("DO $$ BEGIN RAISE WARNING 'not for the terminal'; END $$", {},
                            Budget::lasting(plenty)));
}
