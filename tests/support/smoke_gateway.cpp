#include "support/smoke_gateway.hpp"

#include "probes/postgres.hpp"
#include "support/fake_gateway_pages.hpp"
#include "support/httplib_config.hpp"
#include "support/smoke_gateway_parts.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace cowork::test {
namespace smoke_gateway {
namespace {

using namespace std::chrono_literals;

constexpr const char* json_type = "application/json; charset=utf-8";

std::string rows_of(const std::vector<Audit>& audits) {
    std::string rows = "<h2>Audit</h2><table><tbody>";
    for (const Audit& one : audits)
        rows += fmt::format("<tr><td>{}</td><td>{}</td><td>2026-11-22T15:18:20.994Z</td></tr>", one.action,
                            one.actor);
    return rows + "</tbody></table>\n";
}

FakeGatewayOptions shown(Gateway& gateway) {
    FakeGatewayOptions page;
    const Counts counts = gateway.store->counts();
    page.sessions = counts.sessions;
    page.jobs = counts.jobs;
    page.audit_events = counts.audits;
    page.rows = rows_of(gateway.store->newest_audits());
    page.providers = {{.kind = "webhook", .active = gateway.faulty("provider-inactive") ? 0 : 1}};
    if (gateway.faulty("wrong-product")) page.product_mode = "cloud";
    if (!gateway.ready()) page.failing = {{.code = "opencode.health"}};
    const std::lock_guard lock(gateway.mutex);
    page.messages = gateway.messages;
    return page;
}

void send_health(Gateway& gateway, httplib::Response& response) {
    if (gateway.faulty("health-fails")) return send_json(response, 500, {{"ok", false}});
    const char* const mode = gateway.faulty("wrong-product") ? "cloud" : "standalone";
    send_json(response, 200, {{"ok", !gateway.faulty("health-not-ok")}, {"productMode", mode}});
}

bool is_admin(const Gateway& gateway, const httplib::Request& request) {
    const std::string authorization = request.get_header_value("authorization");
    if (gateway.faulty("right-token-refused")) return false;
    if (gateway.faulty("wrong-token-accepted")) return authorization.starts_with("Bearer ");
    return authorization == "Bearer " + gateway.options.admin_token;
}

}  // namespace

Gateway::Gateway(SmokeGatewayOptions given)
    : options(std::move(given)),
      store(options.database_url.empty() ? std::make_unique<MemoryStore>(options.identities)
                                         : make_postgres_store(options.database_url)),
      scratch(options.identities) {
    for (int i = 0; i < options.old_audits; ++i)
        store->audit({"standalone.retention.pruned", "host:1", Json::object()});
}

void Gateway::count(const std::string& direction_and_outcome) {
    const std::lock_guard lock(mutex);
    ++messages[direction_and_outcome];
}

bool Gateway::ready() {
    if (faulty("not-ready")) return false;
    const std::lock_guard lock(mutex);
    using Clock = std::chrono::steady_clock;
    if (looked_at && Clock::now() - *looked_at < 2s) return opencode_healthy;
    httplib::Client client(options.opencode_url);
    client.set_read_timeout(1s);
    const auto answer = client.Get("/api/health");
    looked_at = Clock::now();  // who waited meanwhile gets the same answer
    return opencode_healthy = answer && answer->status == 200 && answer->body == R"({"healthy":true})";
}

void send_json(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace), json_type);
}

void serve_pages(Gateway& gateway, const httplib::Request& request, httplib::Response& response) {
    const bool admin = is_admin(gateway, request);
    const bool reads = request.method == "GET";
    if (reads && request.path == "/health") return send_health(gateway, response);
    if (reads && request.path == "/ready") {
        const FakeGatewayOptions page = shown(gateway);
        const bool ready = page.failing.empty();
        return send_json(
            response, ready ? 200 : 503,
            admin || gateway.faulty("ready-open") ? gateway_report(page, ready) : Json{{"ok", ready}});
    }
    const bool metrics = reads && request.path == "/metrics",
               dashboard = reads && request.path == "/dashboard";
    if (!metrics && !dashboard) return send_json(response, 404, {{"ok", false}, {"error", "not_found"}});
    if (!admin && !gateway.faulty(metrics ? "metrics-open" : "dashboard-open"))
        return send_json(response, 401,
                         {{"ok", false}, {"error", "Standalone Gateway admin token required."}});
    if (metrics)
        return response.set_content(gateway_metrics(shown(gateway)),
                                    "text/plain; version=0.0.4; charset=utf-8");
    response.set_content(gateway_dashboard(shown(gateway)), "text/html; charset=utf-8");
}

}  // namespace smoke_gateway

struct SmokeGateway::Inside {
    explicit Inside(SmokeGatewayOptions given)
        : gateway(std::move(given)), server(server_options(), [this](const auto& request, auto& response) {
              response.set_header("cache-control", "no-store");
              response.set_header("x-content-type-options", "nosniff");
              if (request.method == "POST" && request.path.starts_with("/webhooks/"))
                  return smoke_gateway::serve_webhook(gateway, request, response);
              smoke_gateway::serve_pages(gateway, request, response);
          }) {}

    [[nodiscard]] FakeServerOptions server_options() const {
        FakeServerOptions options = gateway.options.server;
        options.concurrent = true;
        return options;
    }

    smoke_gateway::Gateway gateway;
    FakeServer server;
};

SmokeGateway::SmokeGateway(SmokeGatewayOptions options) {
    for (const std::string& fault : options.faults)
        if (known_faults().count(fault) == 0) throw std::invalid_argument("no such fault: " + fault);
    inside_ = std::make_unique<Inside>(std::move(options));
}

SmokeGateway::~SmokeGateway() = default;

const std::set<std::string_view>& SmokeGateway::known_faults() {
    static const std::set<std::string_view> all{
        // what it tells, and whom
        "health-fails", "health-not-ok", "wrong-product", "not-ready", "provider-inactive", "metrics-open",
        "dashboard-open", "ready-open", "wrong-token-accepted", "right-token-refused",
        // what it takes
        "unsigned-accepted", "bad-signature-accepted", "unprefixed-accepted", "stale-accepted",
        "future-accepted", "replay-accepted", "signed-refused", "known-user-refused", "rate-limited",
        "webhook-fails", "unknown-user-executed", "denial-not-audited",
        // what becomes of a prompt
        "prompt-dropped", "delivery-dropped", "delivery-unsigned", "delivery-other-secret", "delivery-stale",
        "delivery-without-id", "delivery-other-id", "delivery-other-chat", "duplicate-refused",
        "duplicate-executed", "duplicate-delivered-anew", "session-not-stored", "answer-not-stored",
        "sequence-gap"};
    return all;
}

int SmokeGateway::port() const { return inside_->server.port(); }
std::string SmokeGateway::url(const std::string& path) const { return inside_->server.url(path); }
std::vector<RecordedRequest> SmokeGateway::requests() const { return inside_->server.requests(); }
std::string SmokeGateway::state() const { return inside_->gateway.store->state(); }

std::string SmokeGateway::audits() const {
    std::string text;
    for (const auto& one : inside_->gateway.store->newest_audits())
        text += fmt::format("{} {} {}\n", one.action, one.actor, one.metadata.value("reason", ""));
    return text;
}

std::unique_ptr<probes::PostgresProbe> SmokeGateway::records() const {
    auto* const memory = dynamic_cast<smoke_gateway::MemoryStore*>(inside_->gateway.store.get());
    if (memory == nullptr) throw std::logic_error("the gateway's records are in a real database");
    return smoke_gateway::make_memory_records(*memory);
}

}  // namespace cowork::test
