#include "support/fake_gateway.hpp"

#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* now = "2026-11-22T15:18:50.637Z";
constexpr const char* json_type = "application/json; charset=utf-8";
constexpr const char* prefix = "standalone_gateway.";

struct DoctorCheck {
    const char* code;
    const char* message;
    const char* remediation;
    const char* evidence;  // JSON; nullptr: none
    const char* phase;     // of the readiness timeline; nullptr: not on it
};

// In the order of the report.
constexpr std::array doctor_checks{
    DoctorCheck{"product_mode", "Standalone Gateway product mode is standalone.",
                "Set gateway.productMode to standalone for the Standalone Gateway appliance.",
                R"({"expected":"standalone","actual":"standalone"})", nullptr},
    DoctorCheck{"repository.readiness", "postgres ready; migration ledger and production tables verified",
                "Verify Postgres connectivity, migrations, and Standalone Gateway database credentials.",
                R"({"repository":"postgres"})", "storage-migration"},
    DoctorCheck{"repository.tls", "Postgres TLS is disabled for solo/local deployment mode.",
                "Enable OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_SSL=true and keep certificate verification "
                "enabled for team or enterprise deployments.",
                R"({"deploymentMode":"solo","enabled":false,"rejectUnauthorized":null,"caConfigured":false,)"
                R"("certConfigured":false,"keyConfigured":false})",
                nullptr},
    DoctorCheck{"opencode.health", "OpenCode native API ready",
                "Verify the private OpenCode endpoint is reachable from the Gateway host and remains "
                "loopback/private.",
                R"({"runtimeAuthority":"private-opencode"})", "health-auth"},
    DoctorCheck{"schema.baseline_definition",
                "The compiled Standalone Gateway clean baseline defines production session, event, job, "
                "lease, channel, artifact, team, and audit tables; live database verification is reported "
                "separately by repository readiness.",
                "Repair the baseline definition in the application build, then recreate an empty Standalone "
                "Gateway schema before serving traffic.",
                nullptr, nullptr},
    DoctorCheck{"providers.configured", "1 provider(s) configured.",
                "Configure at least one channel provider for Standalone Gateway traffic.",
                R"({"providerCount":1})", "cloud-gateway-connector"},
    DoctorCheck{"identity_authorization", "1 prompt-capable active identity/identities configured",
                "Bootstrap at least one owner, admin, or member identity before accepting Standalone Gateway "
                "channel traffic.",
                R"({"total":2,"active":2,"promptCapable":1})", "config-build"},
    DoctorCheck{
        "retention.policy", "Retention is lease-gated with sessions=90d artifacts=30d audit=365d jobs=30d.",
        "Set positive retention windows for sessions, artifacts, audit rows, and completed jobs.",
        R"({"leaseGated":true,"sessionDays":90,"artifactDays":30,"auditDays":365,"jobDays":30})", nullptr},
};
static_assert(doctor_checks.size() == 8);

const FakeGatewayOptions::FailingCheck* failure_of(const FakeGatewayOptions& options, const char* code) {
    const auto found = std::find_if(options.failing.begin(), options.failing.end(),
                                    [&](const auto& failing) { return failing.code == code; });
    return found == options.failing.end() ? nullptr : &*found;
}

Json doctor_check(const FakeGatewayOptions& options, const DoctorCheck& check) {
    const auto* failing = failure_of(options, check.code);
    Json entry{{"code", std::string(prefix) + check.code},
               {"status", failing != nullptr ? "fail" : "pass"},
               {"severity", failing != nullptr ? "error" : "info"},
               {"message", (failing != nullptr ? failing->message : check.message) + options.extra_text},
               {"remediation", check.remediation}};
    if (check.evidence != nullptr) entry["evidence"] = Json::parse(check.evidence);
    entry["updatedAt"] = now;
    return entry;
}

Json phase(const std::string& name, bool passed, const std::string& code, const std::string& message) {
    return {{"phase", name},
            {"status", passed ? "passed" : "failed"},
            {"code", prefix + code},
            {"message", message},
            {"timestamp", now}};
}

Json timeline(const FakeGatewayOptions& options, bool ready) {
    Json phases = Json::array();
    phases.push_back(phase("environment", true, "environment", "Standalone Gateway environment loaded."));
    for (const auto& check : doctor_checks) {
        if (check.phase == nullptr) continue;
        const auto* failing = failure_of(options, check.code);
        phases.push_back(phase(check.phase, failing == nullptr, check.code,
                               (failing != nullptr ? failing->message : check.message) + options.extra_text));
    }
    phases.push_back(ready ? phase("ready", true, "ready", "Standalone Gateway doctor passed.")
                           : phase("error", false, "not_ready", "Standalone Gateway doctor failed."));
    return phases;
}

Json report(const FakeGatewayOptions& options, bool ready) {
    Json checks = Json::array();
    for (const auto& check : doctor_checks) checks.push_back(doctor_check(options, check));
    return {{"ok", ready},
            {"productMode", options.product_mode},
            {"generatedAt", now},
            {"doctorChecks", checks},
            {"readinessTimeline", timeline(options, ready)},
            {"runtimeStatus",
             {{"authority", "standalone-gateway"},
              {"opencode", "private"},
              {"providersConfigured", options.providers.size()},
              {"repository", "postgres"},
              {"workflowService", "not-applicable"}}},
            {"workspaceAuthority",
             {{"sessions", "standalone_gateway_repository"},
              {"approvals", "gateway_control_plane"},
              {"questions", "gateway_control_plane"},
              {"audit", "standalone_gateway_repository"}}},
            {"redacted", true}};
}

std::string gauge(const std::string& name, const std::string& help, const std::string& type = "gauge") {
    return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

std::string bindings(const FakeGatewayOptions::Provider& provider, const std::string& status, int count) {
    return "open_cowork_channel_bindings{provider_kind=\"" + provider.kind +
           "\",stack=\"monorepo-provider\",status=\"" + status + "\",surface=\"standalone-gateway\"} " +
           std::to_string(count) + "\n";
}

std::string messages(const FakeGatewayOptions::Provider& provider) {
    std::string text;
    for (const char* direction : {"inbound", "outbound"}) {
        for (const char* outcome : {"attempt", "error", "ignored", "retry", "success"}) {
            text += std::string("open_cowork_channel_messages_total{direction=\"") + direction +
                    "\",outcome=\"" + outcome + "\",provider_kind=\"" + provider.kind +
                    "\",schema_version=\"2\",stack=\"monorepo-provider\",surface=\"standalone-gateway\"} 0\n";
        }
    }
    return text;
}

std::string metrics(const FakeGatewayOptions& options) {
    std::string text;
    for (const auto& [noun, value] : {std::pair{"session", 0}, {"job", 0}, {"audit", 1}}) {
        const std::string plural = std::string(noun) == "audit" ? "audit_events" : std::string(noun) + "s";
        const std::string name = "open_cowork_standalone_gateway_" + plural;
        text += gauge(name, std::string("Standalone Gateway ") + noun + " rows in the operator snapshot.") +
                name + " " + std::to_string(value) + "\n";
    }
    text +=
        gauge("open_cowork_channel_stack_info", "Presence marker for a deployed channel telemetry stack.") +
        "open_cowork_channel_stack_info{schema_version=\"2\",stack=\"monorepo-provider\","
        "surface=\"standalone-gateway\"} 1\n";
    text += gauge("open_cowork_channel_bindings", "Channel bindings by configured or active status.");
    for (const auto& provider : options.providers) {
        text += bindings(provider, "active", provider.active);
        text += bindings(provider, "configured", provider.configured);
    }
    text += gauge("open_cowork_channel_messages_total",
                  "Channel operations by direction and bounded outcome.", "counter");
    for (const auto& provider : options.providers) text += messages(provider);
    text += gauge("open_cowork_channel_operation_latency_ms",
                  "Composition-boundary latency in milliseconds for terminal outcomes.", "histogram");
    if (!options.extra_text.empty()) text += "# " + options.extra_text + "\n";
    return text;
}

std::string dashboard(const FakeGatewayOptions& options) {
    return std::string("<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n") +
           "  <title>Standalone Gateway</title>\n</head>\n<body>\n<main>\n  <h1>Standalone Gateway</h1>\n" +
           "  <p>Generated <code>" + now + "</code>. This dashboard reads Gateway-owned durable state, " +
           "not Cloud.</p>\n" + options.extra_text + "</main>\n</body>\n</html>\n";
}

void send_json(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    // Hostile text need not be UTF-8.
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace), json_type);
}

void send_unauthorized(httplib::Response& response) {
    send_json(response, 401, {{"ok", false}, {"error", "Standalone Gateway admin token required."}});
}

}  // namespace

FakeGateway::FakeGateway(FakeGatewayOptions options)
    : options_(std::move(options)),
      server_(options_.server, [this](const auto& request, auto& response) { answer(request, response); }) {}

void FakeGateway::update(const std::function<void(FakeGatewayOptions&)>& change) {
    const std::lock_guard lock(server_.mutex());
    change(options_);
}

void FakeGateway::override_path(const std::string& path, CannedAnswer answer) {
    const std::lock_guard lock(server_.mutex());
    server_.options().overrides[path] = std::move(answer);
}

void FakeGateway::answer(const httplib::Request& request, httplib::Response& response) const {
    response.set_header("cache-control", "no-store");
    response.set_header("x-content-type-options", "nosniff");
    const std::string authorization = request.get_header_value("authorization");
    // `bearer` in lower case is not taken.
    const bool admin = options_.operator_endpoints_open || authorization == "Bearer " + options_.admin_token;
    const bool ready = options_.failing.empty();
    if (request.method != "GET") {
        send_json(response, 404, {{"ok", false}, {"error", "not_found"}});
    } else if (request.path == "/health") {
        send_json(response, 200, {{"ok", true}, {"productMode", options_.product_mode}});
    } else if (request.path == "/ready") {
        send_json(response, ready ? 200 : 503, admin ? report(options_, ready) : Json{{"ok", ready}});
    } else if (request.path == "/metrics") {
        if (!admin) return send_unauthorized(response);
        response.set_content(metrics(options_), "text/plain; version=0.0.4; charset=utf-8");
    } else if (request.path == "/dashboard") {
        if (!admin) return send_unauthorized(response);
        response.set_header("content-security-policy",
                            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                            "frame-ancestors 'none'");
        response.set_content(dashboard(options_), "text/html; charset=utf-8");
    } else {
        send_json(response, 404, {{"ok", false}, {"error", "not_found"}});
    }
}

}  // namespace cowork::test
