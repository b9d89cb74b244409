#include "checks/registry.hpp"
#include "rules/secret_names.hpp"
#include "rules/standalone_gateway.hpp"
#include "support/fake_probes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace cowork {
static std::ostream& operator<<(std::ostream& out, Status status) { return out << to_string(status); }
}  // namespace cowork

using namespace cowork;
using namespace cowork::checks;
using probes::HttpAnswer;
using probes::HttpFailure;
using test::AskedRequest;
using test::failed_answer;
using test::FakeWorld;
using test::json_answer;
using test::text_answer;

namespace {

const std::string token = "Zq8WnR4vYx2BkM7cUj5H";
const std::string models = R"({"location":{},"data":[{"id":"mock-model","providerID":"mock"}]})";
const std::string deep(500'000, '[');

void set(FakeWorld& world, const std::string& name, const std::string& value) {
    const std::string key = rules::gateway_key(name);
    world.config.set(key, Secret(value), {"f.env", 1, 1, key});
}

void configure(FakeWorld& world) {
    set(world, "DATABASE_URL", "postgres://gateway:a-password@127.0.0.1:5432/gateway");
    set(world, "ADMIN_TOKEN", token);
    set(world, "OPENCODE_URL", "http://127.0.0.1:4096");
    set(world, "RUNTIME_ROOT", "/srv/root");
    set(world, "TELEGRAM_BOT_TOKEN", "123456:" + token);
    rules::learn_secrets(world.redactor, world.config);
}

// Runs a check and holds what must be true of every finding.
Finding found(FakeWorld& world, std::string_view id) {
    const Check* check = find_check(id);
    REQUIRE(check != nullptr);
    Finding finding = check->run(*world.context());
    CAPTURE(id, finding.reason_code, finding.summary.str());
    CHECK_FALSE(finding.summary.empty());
    if (finding.status == Status::ready) {
        CHECK(finding.reason_code.empty());
    } else {
        CHECK(check->reason(finding.reason_code) != nullptr);
    }
    std::string all = finding.summary.str() + finding.action.str() + finding.command.str();
    for (const auto& probe : finding.probes) all += probe.summary.str() + probe.reproduce.str();
    for (const auto& [key, value] : finding.evidence)
        if (const auto* text = std::get_if<SafeText>(&value)) all += text->str();
    for (const std::string& secret : {token, std::string("a-password"), std::string("\x1b")})
        CHECK(all.find(secret) == std::string::npos);
    return finding;
}

std::string reason(FakeWorld& world, std::string_view id) {
    const Finding finding = found(world, id);
    return std::string(to_string(finding.status)) + " " + std::string(finding.reason_code);
}

constexpr std::string_view opencode = "gateway.private_opencode.reachable";
constexpr std::string_view provider = "gateway.provider.healthy";
constexpr std::string_view operators = "gateway.operator_auth.configured";
constexpr std::string_view database = "gateway.database.ready";
constexpr std::string_view env_file = "gateway.env_file.private";
constexpr std::string_view runtime_root = "gateway.runtime_root.usable";
constexpr std::string_view valid = "gateway.configuration.valid";

}  // namespace

TEST_CASE("opencode check: each answer, and what it means") {
    struct Row {
        const char* why;
        HttpAnswer health, model;
        std::string expected;
    };
    const HttpAnswer healthy = json_answer(R"({"healthy":true})");
    const HttpAnswer good = json_answer(models);
    for (const Row& row : std::vector<Row>{
             {"all is well", healthy, good, "ready "},
             {"unhealthy", json_answer(R"({"healthy":false})"), good, "action_required opencode.unhealthy"},
             {"healthy as a string", json_answer(R"({"healthy":"true"})"), good,
              "action_required opencode.wrong-shape"},
             {"healthy as a number", json_answer(R"({"healthy":1})"), good,
              "action_required opencode.wrong-shape"},
             {"healthy further in", json_answer(R"({"a":{"healthy":true}})"), good,
              "action_required opencode.wrong-shape"},
             {"a list", json_answer("[true]"), good, "action_required opencode.wrong-shape"},
             {"no JSON", json_answer("OK"), good, "action_required opencode.wrong-shape"},
             {"nothing", json_answer(""), good, "action_required opencode.wrong-shape"},
             {"bad bytes", json_answer("{\"healthy\":true,\"\xFF\":1}"), good,
              "action_required opencode.wrong-shape"},
             {"deep JSON", json_answer(deep), good, "action_required opencode.wrong-shape"},
             {"deep JSON beside it", json_answer("{\"healthy\":true,\"a\":" + deep), good,
              "action_required opencode.wrong-shape"},
             {"web page", text_answer("<html>", "text/html"), good, "action_required opencode.html-answer"},
             {"plain text", text_answer(R"({"healthy":true})", "text/plain"), good,
              "action_required opencode.wrong-shape"},
             {"no media type", text_answer(R"({"healthy":true})", ""), good,
              "action_required opencode.wrong-shape"},
             {"redirect", json_answer(R"({"healthy":true})", 302), good,
              "action_required opencode.http-status"},
             {"server error", json_answer(R"({"healthy":true})", 500), good,
              "action_required opencode.http-status"},
             {"forbidden", json_answer("{}", 403), good, "action_required opencode.http-status"},
             {"locked", json_answer("", 401), good, "action_required opencode.auth-required"},
             {"refused", failed_answer(HttpFailure::refused), good,
              "action_required opencode.connection-refused"},
             {"silent", failed_answer(HttpFailure::silent), good, "action_required opencode.silent"},
             {"huge", failed_answer(HttpFailure::too_large), good, "action_required opencode.too-large"},
             {"forbidden address", failed_answer(HttpFailure::address_forbidden), good,
              "action_required opencode.address-forbidden"},
             {"root rejected", healthy, json_answer(R"({"name":"UnknownError"})", 500),
              "action_required opencode.runtime-root-rejected"},
             {"root page", healthy, text_answer("<html>", "text/html"),
              "action_required opencode.models-unreadable"},
             {"root error page", healthy, text_answer("<html>", "text/html", 500),
              "action_required opencode.models-unreadable"},
             {"models no list", healthy, json_answer(R"({"data":{}})"),
              "action_required opencode.models-unreadable"},
             {"models deep", healthy, json_answer("{\"data\":" + deep),
              "action_required opencode.models-unreadable"},
             {"models refused", healthy, failed_answer(HttpFailure::closed),
              "action_required opencode.closed"},
             {"no model", healthy, json_answer(R"({"data":[]})"), "action_required opencode.no-model"},
             {"no real model", healthy, json_answer(R"({"data":[null,1,"x",{},{"id":5}]})"),
              "action_required opencode.no-model"},
         }) {
        CAPTURE(row.why);
        FakeWorld world;
        configure(world);
        world.timeout = std::chrono::milliseconds(20);
        world.http.answer = [&](const AskedRequest& asked) {
            CHECK(asked.url.starts_with("http://127.0.0.1:4096/"));
            CHECK(asked.addresses == net::AddressRule::private_only);
            CHECK(asked.bearer.empty());
            return asked.path.starts_with("/api/model") ? row.model : row.health;
        };
        CHECK(reason(world, opencode) == row.expected);
    }
}

TEST_CASE("opencode check: hostile URLs are never asked") {
    for (const char* url :
         {"http://example.com", "http://127.0.0.1@evil.com", "http://2130706433", "http://[::]",
          "http://169.254.169.254", "http://box.lan", "http://127.0.0.1/api", "file:///etc/passwd", ""}) {
        FakeWorld world;
        configure(world);
        set(world, "OPENCODE_URL", url);
        const Finding finding = found(world, opencode);
        CAPTURE(url);
        CHECK(finding.status == Status::action_required);
        CHECK(world.http.asked().empty());
    }
}

TEST_CASE("opencode check: sockets that others can reach are told, even when all answers are right") {
    for (const auto& [address, expected] : std::vector<std::pair<std::string, std::string>>{
             {"127.0.0.1", "ready "},
             {"::1", "ready "},
             {"10.0.0.1", "ready "},
             {"0.0.0.0", "action_required opencode.listens-wildcard"},
             {"::", "action_required opencode.listens-wildcard"},
             {"8.8.8.8", "action_required opencode.listens-publicly"},
             {"2001:db8::1", "action_required opencode.listens-publicly"}}) {
        FakeWorld world;
        configure(world);
        world.files.sockets = {{"127.0.0.1", 4096, 1000}, {address, 4096, 1000}};
        world.http.answer = [&](const AskedRequest& asked) {
            return json_answer(
                asked.path.starts_with("/api/model") ? models : R"({"healthy":true,"version":"1.2.3"})");
        };
        CAPTURE(address);
        CHECK(reason(world, opencode) == expected);
    }
}

TEST_CASE("opencode check: the password is only tried where it belongs, and never helps the gateway") {
    for (const auto& [status, expected] :
         std::vector<std::pair<int, std::string>>{{200, "action_required opencode.password-unsupported"},
                                                  {401, "action_required opencode.password-refused"}}) {
        FakeWorld world;
        configure(world);
        world.config.set("OPENCODE_SERVER_PASSWORD", Secret("a-password"), {});
        world.http.answer = [&, status = status](const AskedRequest& asked) {
            return json_answer(R"({"healthy":true})", asked.basic == "opencode:a-password" ? status : 401);
        };
        CHECK(reason(world, opencode) == expected);
    }
}

namespace {

const std::string full_report =
    R"({"ok":true,"productMode":"standalone","doctorChecks":[{"code":"standalone_gateway.providers.configured","status":"pass"}],)"
    R"("runtimeStatus":{"authority":"standalone-gateway","providersConfigured":1},)"
    R"("workspaceAuthority":{"sessions":"standalone_gateway_repository"}})";
const std::string metrics =
    "# TYPE open_cowork_channel_bindings gauge\n"
    "open_cowork_channel_bindings{provider_kind=\"telegram\",status=\"active\"} 1\n"
    "open_cowork_channel_bindings{provider_kind=\"telegram\",status=\"configured\"} 1\n";

std::string binding(const std::string& labels, const std::string& value) {
    return "open_cowork_channel_bindings{" + labels + "} " + value + "\n";
}

}  // namespace

TEST_CASE("provider check: each answer, and what it means") {
    struct Row {
        const char* why;
        HttpAnswer health, ready, metrics;
        std::string expected;
    };
    const HttpAnswer ok = json_answer(R"({"ok":true,"productMode":"standalone"})");
    const HttpAnswer full = json_answer(full_report);
    const auto numbers = [](const std::string& text) {
        return text_answer(text, "text/plain; version=0.0.4");
    };
    const HttpAnswer good = numbers(metrics);
    const std::string one = binding("status=\"configured\"", "1");
    for (
        const Row& row : std::vector<Row>{
            {"all is well", ok, full, good, "ready "},
            {"ok as a string", json_answer(R"({"ok":"true","productMode":"standalone"})"), full, good,
             "degraded gateway.wrong-shape"},
            {"another product", json_answer(R"({"ok":true,"productMode":"cloud-channel"})"), full, good,
             "degraded gateway.wrong-product"},
            {"no product", json_answer(R"({"ok":true})"), full, good, "degraded gateway.wrong-product"},
            {"hostile product", json_answer("{\"ok\":true,\"productMode\":\"\\u001b[31m" + token + "\"}"),
             full, good, "degraded gateway.wrong-product"},
            {"web page", text_answer("<html>", "text/html"), full, good, "degraded gateway.wrong-shape"},
            {"redirect", json_answer("", 302), full, good, "degraded gateway.http-status"},
            {"deep health", json_answer(deep), full, good, "degraded gateway.wrong-shape"},
            {"refused", failed_answer(HttpFailure::refused), full, good,
             "offline gateway.connection-refused"},
            {"ready refused", ok, failed_answer(HttpFailure::silent), good, "offline gateway.silent"},
            {"ready redirect", ok, json_answer("{}", 302), good, "degraded gateway.http-status"},
            {"ready page", ok, text_answer("<html>", "text/html"), good, "degraded gateway.wrong-shape"},
            {"ready deep", ok, json_answer(R"({"ok":true,"doctorChecks":[],"runtimeStatus":)" + deep), good,
             "degraded gateway.wrong-shape"},
            {"ready deep and closed", ok,
             json_answer(R"({"ok":true,"doctorChecks":[],"runtimeStatus":)" + deep +
                         std::string(deep.size(), ']') + "}"),
             good, "degraded gateway.wrong-shape"},
            {"short report", ok, json_answer(R"({"ok":true})"), good, "unknown gateway.admin-view-refused"},
            {"not ready", ok, json_answer(R"({"ok":false})", 503), good, "degraded gateway.not-ready"},
            {"ok but 503", ok, json_answer(full_report, 503), good, "degraded gateway.not-ready"},
            {"a failing provider", ok,
             json_answer(
                 R"({"ok":false,"doctorChecks":[{"code":"standalone_gateway.providers.configured","status":"fail","message":")" +
                     token + R"("}]})",
                 503),
             good, "degraded gateway.provider-failed"},
            {"ok with a failing check", ok,
             json_answer(R"({"ok":true,"doctorChecks":[{"code":"x","status":"fail"}]})"), good,
             "degraded gateway.not-ready"},
            {"odd checks", ok, json_answer(R"({"ok":true,"doctorChecks":"none"})"), good,
             "degraded gateway.authority-mismatch"},
            {"another authority", ok,
             json_answer(R"({"ok":true,"doctorChecks":[],"runtimeStatus":[],"workspaceAuthority":5})"), good,
             "degraded gateway.authority-mismatch"},
            {"more providers than configured", ok, json_answer([] {
                 std::string text = full_report;
                 return text.replace(text.find("Configured\":1"), 13, "Configured\":2");
             }()),
             good, "degraded gateway.configuration-drift"},
            {"no word about the providers", ok, json_answer([] {
                 std::string text = full_report;
                 return text.replace(text.find("providers.configured"), 20, "something.otherwise.");
             }()),
             good, "degraded gateway.provider-failed"},
            {"metrics silent", ok, full, failed_answer(HttpFailure::silent), "unknown gateway.silent"},
            {"metrics closed", ok, full, json_answer("", 401), "unknown gateway.admin-view-refused"},
            {"metrics a page", ok, full, text_answer("<html>", "text/html"),
             "unknown gateway.admin-view-refused"},
            {"no bindings", ok, full, numbers(""), "degraded gateway.provider-inactive"},
            {"inactive", ok, full, numbers(one + binding("status=\"active\"", "0")),
             "degraded gateway.provider-inactive"},
            {"no active sample", ok, full, numbers(one), "degraded gateway.provider-inactive"},
            {"timestamps", ok, full,
             numbers(binding("status=\"configured\"", "2 1700000000000") +
                     binding("status=\"active\"", "1 1700000000000")),
             "degraded gateway.provider-inactive"},
            {"exponents", ok, full,
             numbers(binding("status=\"configured\"", "1e0") + binding("status=\"active\"", "1.0")),
             "ready "},
            {"active only inside another label", ok, full,
             numbers(one + binding(R"(name="x,status=\"active\"")", "1")),
             "degraded gateway.provider-inactive"},
            {"a brace in a label", ok, full, numbers(one + binding(R"(name="} 9",status="active")", "1")),
             "ready "},
            {"negative", ok, full,
             numbers(binding("status=\"configured\"", "-1") + binding("status=\"active\"", "1")),
             "degraded gateway.wrong-shape"},
            {"overflow", ok, full, numbers(one + binding("status=\"active\"", "99999999999999999999999999")),
             "degraded gateway.wrong-shape"},
            {"NaN", ok, full, numbers(one + binding("status=\"active\"", "NaN")),
             "degraded gateway.wrong-shape"},
            {"infinite", ok, full, numbers(one + binding("status=\"active\"", "+Inf")),
             "degraded gateway.wrong-shape"},
            {"no number", ok, full, numbers(one + binding("status=\"active\"", "")),
             "degraded gateway.wrong-shape"},
            {"cut off", ok, full, numbers("open_cowork_channel_bindings{status=\"active\""),
             "degraded gateway.wrong-shape"},
        }) {
        CAPTURE(row.why);
        FakeWorld world;
        configure(world);
        world.http.answer = [&](const AskedRequest& asked) {
            CHECK(asked.url.starts_with("http://127.0.0.1:8795/"));
            // The token goes to the operator endpoints only.
            CHECK(asked.bearer == (asked.path == "/health" ? "" : token));
            return asked.path == "/health" ? row.health : asked.path == "/ready" ? row.ready : row.metrics;
        };
        CHECK(reason(world, provider) == row.expected);
    }
}

TEST_CASE("provider and operator checks: the token never travels where others can read it") {
    for (const auto& [url, expected] : std::vector<std::pair<std::string, std::string>>{
             {"http://gateway.example.com", "endpoint.cleartext-token"},
             {"http://8.8.8.8:8795", "endpoint.cleartext-token"},
             {"http://localhost.evil.com", "endpoint.cleartext-token"},
             {"http://169.254.169.254", "endpoint.metadata-host"},
             {"http://127.0.0.1@evil.com", "endpoint.credentials"},
             {"http://0.0.0.0:8795", "endpoint.wildcard-host"},
             {"ftp://127.0.0.1", "endpoint.scheme"},
             {"gateway", "endpoint.unparseable"}}) {
        for (const std::string_view id : {provider, operators}) {
            FakeWorld world;
            configure(world);
            world.wishes.gateway_url = url;
            CAPTURE(url);
            CHECK(reason(world, id) == "action_required " + expected);
            CHECK(world.http.asked().empty());
        }
    }
}

TEST_CASE("operator check: open doors and odd answers are never ready") {
    struct Row {
        const char* why;
        HttpAnswer metrics_closed, dashboard_closed, ready_closed;  // without the right token
        HttpAnswer metrics_open, dashboard_open, ready_open;        // with it
        std::string expected;
    };
    const HttpAnswer denied = json_answer("{}", 401);
    const HttpAnswer brief = json_answer(R"({"ok":true})");
    const HttpAnswer report = json_answer(full_report);
    const HttpAnswer page = text_answer("<html>", "text/html");
    const HttpAnswer away = text_answer("", "text/html", 302);
    const std::string open = "action_required operator-auth.endpoint-open";
    const std::string odd = "unknown operator-auth.unexpected-answer";
    const std::string refused = "action_required operator-auth.token-refused";
    for (const Row& row : std::vector<Row>{
             {"all is well", denied, denied, brief, page, page, report, "ready "},
             {"403 is closed too", json_answer("", 403), denied, brief, page, page, report, "ready "},
             {"metrics open", page, denied, brief, page, page, report, open},
             {"dashboard open", denied, page, brief, page, page, report, open},
             {"report open", denied, denied, report, page, page, report, open},
             {"report open under another media type", denied, denied, text_answer(full_report, "text/plain"),
              page, page, report, open},
             {"report open with status 503", denied, denied, json_answer(full_report, 503), page, page,
              report, open},
             {"metrics empty but open", text_answer("", "text/plain", 204), denied, brief, page, page, report,
              open},
             {"metrics redirect", away, denied, brief, page, page, report, odd},
             {"dashboard redirect", denied, away, brief, page, page, report, odd},
             {"metrics not there", json_answer("{}", 404), denied, brief, page, page, report, odd},
             {"server error", json_answer("{}", 500), denied, brief, page, page, report, odd},
             {"token refused", denied, denied, brief, denied, denied, brief, refused},
             {"dashboard refused", denied, denied, brief, page, denied, report, refused},
             {"report kept short", denied, denied, brief, page, page, brief, refused},
             {"open redirect", denied, denied, brief, away, page, report, odd},
             {"deep report", denied, denied, brief, page, page, json_answer(deep), refused},
             {"open beside one that fails", failed_answer(HttpFailure::too_large), page, brief, page, page,
              report, open},
             {"nobody there", failed_answer(HttpFailure::refused), denied, brief, page, page, report,
              "unknown gateway.connection-refused"},
         }) {
        CAPTURE(row.why);
        for (const bool only_wrong_token : {false, true}) {
            FakeWorld world;
            configure(world);
            world.http.answer = [&](const AskedRequest& asked) {
                const bool right = asked.bearer == token;
                // The same defect may show only with a wrong token.
                const bool closed_as_it_should = only_wrong_token && asked.bearer.empty();
                if (asked.path == "/metrics")
                    return right ? row.metrics_open : closed_as_it_should ? denied : row.metrics_closed;
                if (asked.path == "/dashboard")
                    return right ? row.dashboard_open : closed_as_it_should ? denied : row.dashboard_closed;
                return right ? row.ready_open : closed_as_it_should ? brief : row.ready_closed;
            };
            CHECK(reason(world, operators) == row.expected);
            CHECK(world.http.asked().size() == 9);
        }
    }
}

TEST_CASE("operator check: the token itself") {
    for (const auto& [value, expected] : std::vector<std::pair<std::string, std::string>>{
             {"", "action_required operator-auth.token-missing"},
             {"   ", "action_required operator-auth.token-missing"},
             {" change-me-now-please ", "action_required operator-auth.placeholder"},
             {"0123456789abcde", "action_required operator-auth.short"},
             {"0123456789abcde      ", "action_required operator-auth.short"}}) {
        FakeWorld world;
        configure(world);
        set(world, "ADMIN_TOKEN", value);
        CAPTURE(value);
        CHECK(reason(world, operators) == expected);
        CHECK(world.http.asked().empty());
    }
    FakeWorld world;
    configure(world);
    set(world, "ADMIN_TOKEN", " " + token + " ");
    (void)found(world, operators);
    REQUIRE(world.http.asked().size() == 9);
    CHECK(world.http.asked().back().bearer == token);
}

namespace {

using Rows = std::vector<probes::PostgresRow>;

Rows tables(std::size_t count = 9, bool ledger = true) {
    Rows rows;
    if (ledger) rows.push_back({"standalone_gateway_schema_migrations", "t", "t", "t"});
    for (const char* name : {"sessions", "events", "jobs", "daemon_leases", "channel_identities",
                             "channel_bindings", "artifacts", "team_tasks", "audit_events"})
        if (count-- > 0) rows.push_back({std::string("standalone_gateway_") + name, "t", "t", "t"});
    return rows;
}

}  // namespace

TEST_CASE("database check: what Postgres says, and what it means") {
    struct Row {
        const char* why;
        Rows schema, state;
        std::string expected;
    };
    const Rows good{{"1", "1", "20", "1"}};
    for (const Row& row : std::vector<Row>{
             {"all is well", tables(), good, "ready "},
             {"empty database", {}, good, "action_required database.tables-missing"},
             {"fewer rows than tables", tables(5), good, "unknown database.query-failed"},
             {"tables without the ledger", tables(9, false), good, "action_required database.ledger-missing"},
             {"odd columns", {{"x"}}, good, "unknown database.query-failed"},
             {"no name", {{std::nullopt, "t", "t", "t"}}, good, "unknown database.query-failed"},
             {"no state", tables(), {}, "unknown database.query-failed"},
             {"odd state", tables(), {{"1"}}, "unknown database.query-failed"},
             {"no ledger row", tables(), {{"0", "0", "20", "1"}}, "action_required database.ledger-missing"},
             {"nobody may prompt",
              tables(),
              {{"1", "1", "20", "0"}},
              "action_required database.no-prompt-identity"},
             {"nobody, garbled",
              tables(),
              {{"1", "1", "20", "many"}},
              "action_required database.no-prompt-identity"},
             {"no lease", tables(), {{"1", "1", std::nullopt, "1"}}, "degraded database.lease-stale"},
             {"old lease", tables(), {{"1", "1", "-5", "1"}}, "degraded database.lease-stale"},
             {"very old lease",
              tables(),
              {{"1", "1", "-9223372036854775808", "1"}},
              "degraded database.lease-stale"},
         }) {
        CAPTURE(row.why);
        FakeWorld world;
        configure(world);
        world.postgres.results = {row.schema, row.state};
        CHECK(reason(world, database) == row.expected);
    }
}

TEST_CASE("database check: policy before the connection, failures by layer") {
    FakeWorld team;
    configure(team);
    set(team, "DEPLOYMENT_MODE", "team");
    CHECK(reason(team, database) == "action_required database.tls-required");
    CHECK(team.postgres.asked_tls.empty());
    set(team, "DATABASE_SSL", "true");
    team.postgres.connect_failure = {probes::PostgresLayer::auth, "28P01",
                                     "password authentication failed for a-password"};
    CHECK(reason(team, database) == "action_required database.auth-failed");
    CHECK(team.postgres.asked_tls == std::vector{probes::PostgresTls::verified});
    FakeWorld memory;
    configure(memory);
    set(memory, "STORE", "memory");
    CHECK(reason(memory, database) == "degraded store.memory");
    CHECK(found(memory, database).required == false);
    set(memory, "DEPLOYMENT_MODE", "enterprise");
    CHECK(reason(memory, database) == "action_required store.memory");
    FakeWorld none;
    CHECK(reason(none, database) == "action_required database.url-missing");
    for (const auto layer :
         {probes::PostgresLayer::url, probes::PostgresLayer::name, probes::PostgresLayer::refused,
          probes::PostgresLayer::unreachable, probes::PostgresLayer::connect_timeout,
          probes::PostgresLayer::tls_missing, probes::PostgresLayer::tls_certificate,
          probes::PostgresLayer::tls_handshake, probes::PostgresLayer::not_postgres,
          probes::PostgresLayer::silent, probes::PostgresLayer::database, probes::PostgresLayer::busy,
          probes::PostgresLayer::starting, probes::PostgresLayer::privilege, probes::PostgresLayer::missing,
          probes::PostgresLayer::query, probes::PostgresLayer::stopped}) {
        FakeWorld world;
        configure(world);
        world.postgres.connect_failure = {layer, "", "postgres://gateway:a-password@127.0.0.1 \x1b[31m"};
        CHECK(found(world, database).status != Status::ready);
    }
}

TEST_CASE("runtime root check") {
    struct Row {
        std::string path;
        mode_t mode;
        bool writable;
        unsigned long long free;
        std::string expected;
    };
    constexpr unsigned long long much = 1ULL << 40;
    for (const Row& row : std::vector<Row>{
             {"/srv/root", 0700, true, much, "ready "},
             {"", 0700, true, much, "action_required runtime-root.not-set"},
             {"srv/root", 0700, true, much, "action_required runtime-root.invalid"},
             {"/", 0700, true, much, "action_required runtime-root.invalid"},
             {"/srv/..", 0700, true, much, "action_required runtime-root.invalid"},
             {"/srv/root", 0500, true, much, "action_required runtime-root.not-writable"},
             {"/srv/root", 0700, false, much, "action_required runtime-root.not-writable"},
             {"/srv/root", 0777, true, much, "degraded runtime-root.world-writable"},
             {"/srv/root", 0700, true, 1024, "degraded runtime-root.low-space"},
             {"/srv/none", 0700, true, much, "action_required runtime-root.missing"},
         }) {
        CAPTURE(row.path, row.mode);
        FakeWorld world;
        configure(world);
        set(world, "RUNTIME_ROOT", row.path);
        world.files.user = 0;
        world.files.writable = row.writable;
        world.files.free = row.free;
        for (const char* path : {"/srv/root", "/", "/srv/.."})
            world.files.files[path] = {probes::FileKind::directory, row.mode, 0, 0, 2};
        CHECK(reason(world, runtime_root) == row.expected);
    }
}

TEST_CASE("env file check: looser than private, not ours, or no file at all") {
    const std::string path = "/no/such/place/it's here;rm -rf/.env";
    const auto outcome = [&](const probes::FileFacts& facts, uid_t user = 1000) {
        FakeWorld world;
        world.files.files[path] = facts;
        world.files.user = user;
        world.env_files = {path};
        return reason(world, env_file);
    };
    using K = probes::FileKind;
    CHECK(outcome({K::regular, 0640, 1000, 0, 1}) == "action_required env-file.mode");
    CHECK(outcome({K::regular, 0602, 1000, 0, 1}) == "action_required env-file.mode");
    CHECK(outcome({K::regular, 0600, 1001, 0, 1}) == "action_required env-file.owner");
    CHECK(outcome({K::regular, 0600, 1000, 0, 2}) == "action_required env-file.not-regular");
    CHECK(outcome({K::symlink, 0777, 1000, 0, 1}) == "action_required env-file.not-regular");
    CHECK(outcome({K::directory, 0700, 1000, 0, 1}) == "action_required env-file.not-regular");
    FakeWorld world;
    world.env_files = {path};
    CHECK(reason(world, env_file) == "unknown env-file.not-regular");
    world.files.errors[path] = ErrorCode::permission;
    CHECK(reason(world, env_file) == "unknown env-file.not-regular");
    // The command can be pasted into a shell whatever the path is.
    FakeWorld loose;
    loose.files.files[path] = {K::regular, 0644, 1000, 0, 1};
    loose.env_files = {path};
    CHECK(found(loose, env_file).command.str() == "chmod 600 '/no/such/place/it'\\''s here;rm -rf/.env'");
}

TEST_CASE("configuration check: every problem is a probe, the worst is the headline") {
    FakeWorld world;
    configure(world);
    CHECK(reason(world, valid) == "ready ");
    world.diagnostics.push_back(
        {config::EnvIssue::malformed_line, true, "no assignment", {"f.env", 3, 1, ""}});
    CHECK(reason(world, valid) == "degraded configuration.unreadable-line");
    set(world, "PORT", "abc");
    set(world, "OPENCODE_URL", "http://example.com");
    const Finding finding = found(world, valid);
    CHECK(finding.reason_code == "endpoint.public-host");
    CHECK(finding.probes.size() == 3);
    CHECK(finding.source.place() == "f.env:1");
}
