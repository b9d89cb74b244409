#include "support/fake_gateway_pages.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* now = "2026-11-22T15:18:50.637Z";
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

std::string gauge(const std::string& name, const std::string& help, const std::string& type = "gauge") {
    return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

std::string bindings(const FakeGatewayOptions::Provider& provider, const std::string& status, int count) {
    return "open_cowork_channel_bindings{provider_kind=\"" + provider.kind +
           "\",stack=\"monorepo-provider\",status=\"" + status + "\",surface=\"standalone-gateway\"} " +
           std::to_string(count) + "\n";
}

std::string messages(const FakeGatewayOptions& options, const FakeGatewayOptions::Provider& provider) {
    std::string text;
    const auto count = [&](const std::string& direction, const std::string& outcome) {
        const auto found = options.messages.find(direction + " " + outcome);
        return std::to_string(found == options.messages.end() ? 0 : found->second);
    };
    for (const char* direction : {"inbound", "outbound"}) {
        for (const char* outcome : {"attempt", "error", "ignored", "retry", "success"}) {
            text += std::string("open_cowork_channel_messages_total{direction=\"") + direction +
                    "\",outcome=\"" + outcome + "\",provider_kind=\"" + provider.kind +
                    "\",schema_version=\"2\",stack=\"monorepo-provider\",surface=\"standalone-gateway\"} " +
                    count(direction, outcome) + "\n";
        }
    }
    return text;
}

}  // namespace

nlohmann::ordered_json gateway_report(const FakeGatewayOptions& options, bool ready) {
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

std::string gateway_metrics(const FakeGatewayOptions& options) {
    std::string text;
    for (const auto& [noun, value] :
         {std::pair{"session", options.sessions}, {"job", options.jobs}, {"audit", options.audit_events}}) {
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
    for (const auto& provider : options.providers) text += messages(options, provider);
    text += gauge("open_cowork_channel_operation_latency_ms",
                  "Composition-boundary latency in milliseconds for terminal outcomes.", "histogram");
    if (!options.extra_text.empty()) text += "# " + options.extra_text + "\n";
    return text;
}

std::string gateway_dashboard(const FakeGatewayOptions& options) {
    return std::string("<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n") +
           "  <title>Standalone Gateway</title>\n</head>\n<body>\n<main>\n  <h1>Standalone Gateway</h1>\n" +
           "  <p>Generated <code>" + now + "</code>. This dashboard reads Gateway-owned durable state, " +
           "not Cloud.</p>\n" + options.rows + options.extra_text + "</main>\n</body>\n</html>\n";
}

}  // namespace cowork::test
