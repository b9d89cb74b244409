#include "validate/evidence_records.hpp"

#include "catalogue/load_profiles.hpp"
#include "core/timestamp.hpp"
#include "validators/recognise.hpp"
#include "validators/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* commit = "7c1d2f0a9b3e48d65f0c1a2b3d4e5f60718293a4";
constexpr const char* cloud_image = "sha256:1f0e3dad99908345f7439f8ffabdffc4b6d5a1c2e3f405162738495a6b7c8d9e";
constexpr const char* gateway_image =
    "sha256:9ae2d4c1b8f7061524334251607f8e9dacbb1a2f3c4d5e6f708192a3b4c5d6e7";
constexpr const char* drill_command = "pnpm deploy:failover:drill";

struct Operation {
    const char* name;
    const char* category;
    double p50;
};
constexpr std::array operations{
    Operation{"cloud-readiness", "read", 12.41},
    Operation{"cloud-liveness", "read", 4.18},
    Operation{"cloud-web-workbench", "read", 22.07},
    Operation{"cloud-config-bootstrap", "read", 31.9},
    Operation{"cloud-workspace-bootstrap", "read", 38.25},
    Operation{"cloud-session-list", "read", 61.3},
    Operation{"cloud-thread-list", "read", 74.86},
    Operation{"cloud-thread-tags", "read", 40.02},
    Operation{"cloud-thread-smart-filters", "read", 41.77},
    Operation{"cloud-workflow-list", "read", 44.5},
    Operation{"cloud-byok-status", "read", 35.14},
    Operation{"cloud-usage-summary", "operator", 90.71},
    Operation{"cloud-channel-deliveries", "gateway", 58.6},
    Operation{"cloud-admin-policy", "operator", 33.33},
    Operation{"cloud-worker-heartbeats", "operator", 36.48},
    Operation{"cloud-runtime-status", "operator", 39.92},
    Operation{"cloud-prometheus-metrics", "operator", 28.05},
    Operation{"cloud-byok-provider-validate", "mutation", 210.4},
    Operation{"cloud-workspace-sse", "sse", 2001.13},
    Operation{"cloud-session-create", "mutation", 140.66},
    Operation{"cloud-prompt-enqueue", "mutation", 155.2},
    Operation{"cloud-artifact-upload", "mutation", 180.09},
    Operation{"cloud-artifact-download", "read", 66.81},
    Operation{"cloud-workflow-create", "mutation", 149.75},
    Operation{"cloud-workflow-run", "mutation", 162.38},
    Operation{"gateway-health", "gateway", 3.2},
    Operation{"gateway-readiness", "gateway", 7.44},
    Operation{"gateway-prometheus-metrics", "gateway", 11.6},
};

double cents(double value) { return std::round(value * 100) / 100; }

Json bucket(double count, double p50) {
    return {{"count", count},
            {"failures", 0},
            {"errorRate", 0},
            {"p50LatencyMs", cents(p50)},
            {"p95LatencyMs", cents(p50 * 1.2)},
            {"p99LatencyMs", cents(p50 * 1.5)},
            {"statuses", {{"200", count}}},
            {"sampleErrors", Json::array()}};
}

Json summary() {
    constexpr int each = 60;
    Json by_name = Json::object(), by_category = Json::object();
    std::map<std::string, int> counts;
    for (const Operation& one : operations) {
        by_name[one.name] = bucket(each, one.p50);
        counts[one.category] += each;
    }
    // A category is as fast as the first of its operations.
    for (const Operation& one : operations)
        if (!by_category.contains(one.category))
            by_category[one.category] = bucket(counts[one.category], one.p50);
    return {{"operations", by_name}, {"categories", by_category}};
}

Json metrics() {
    const auto values = [](double dead, double retries) {
        return Json{{"open_cowork_cloud_command_oldest_age_ms", 850},
                    {"open_cowork_cloud_projection_lag_events", 2},
                    {"open_cowork_cloud_quota_rejections_total", 4},
                    {"open_cowork_gateway_delivery_retries_total", retries},
                    {"open_cowork_gateway_delivery_dead_letters_total", dead},
                    {"open_cowork_gateway_stream_reconnects_total", 1}};
    };
    Json delta = values(0, 3);
    delta["open_cowork_cloud_command_oldest_age_ms"] = 0;
    delta["open_cowork_cloud_projection_lag_events"] = 0;
    delta["open_cowork_cloud_quota_rejections_total"] = 0;
    delta["open_cowork_gateway_stream_reconnects_total"] = 0;
    return {{"before", values(2, 7)}, {"after", values(2, 10)}, {"delta", delta}};
}

Json checks() {
    Json list = Json::array();
    const auto pass = [&](const std::string& name) {
        list.push_back({{"name", name}, {"status", "pass"}, {"message", name + " holds"}});
    };
    for (const Operation& one : operations) pass(fmt::format("{}-sampled", one.name));
    pass("overall-error-rate");
    for (const Operation& one : operations) pass(fmt::format("{}-operation-error-rate", one.name));
    for (const char* name :
         {"read-p95", "mutation-p95", "gateway-p95", "projection-lag", "command-oldest-age",
          "quota-rejections", "gateway-dead-letters", "gateway-retry-rate", "sse-reconnect-rate"})
        pass(name);
    return list;
}

template <typename Numbers>
Json numbers(const Numbers& named) {
    Json object = Json::object();
    for (const auto& one : named) object[std::string(one.name)] = one.value;
    return object;
}

Json item(const char* id, const char* command, std::vector<std::string> evidence,
          const std::string& summary) {
    static const std::string digits = "4be1a07c93d25f68";
    // Drill and load prove several items: one artifact each.
    const std::string name = command == std::string(drill_command) ? command : id;
    std::string hex;
    for (std::size_t i = 0; i < 64; ++i)
        hex +=
            digits[(i * i * 7 + i / 5 + static_cast<unsigned char>(name[i % name.size()])) % digits.size()];
    const bool soak = std::string(command).find("soak") != std::string::npos;
    return {{"id", id},
            {"blockingForPrivateBeta", true},
            {"status", "private-pass"},
            {"command", command},
            {"privateEvidenceRef", std::string("ops-runbook-42#") + id},
            {"publicRedactedSummary", summary},
            {"checksum", "sha256:" + hex},
            {"owner", "platform on-call"},
            {"followUpIssue", ""},
            {"report",
             {{"command", command},
              {"evidenceCommands", std::move(evidence)},
              {"commitSha", commit},
              {"imageDigests", {{"cloud", cloud_image}, {"gateway", gateway_image}}},
              {"sanitizedEnvironmentProfile",
               {{"profileName", "private-beta"},
                {"targetTier", "private-beta"},
                {"strict", true},
                {"cloudTokenProvided", true}}},
              {"startedAt", "2026-10-28T06:00:00.000Z"},
              {"finishedAt", soak ? "2026-10-28T10:00:03.500Z" : "2026-10-28T06:05:01.250Z"},
              {"durationMs", soak ? 14403500 : 301250},
              {"status", "pass"}}}};
}

Json items() {
    const std::string load = "pnpm deploy:load:strict", soak = "pnpm deploy:soak:strict",
                      gcp = "pnpm deploy:gcp:smoke", upkeep = "pnpm ops:validate",
                      package = "pnpm deploy:private-beta:validate", drill = drill_command,
                      continuation = "pnpm deploy:continuation:smoke", launch = "pnpm deploy:launch:validate";
    return {
        item("deployedDesktopWebGatewayContinuation", continuation.c_str(),
             {continuation, "pnpm test:cloud-continuation"},
             "One thread went on from web to desktop to chat."),
        item("deployedLoadTest", load.c_str(), {load}, "Strict load run, all gates held."),
        item("deployedSoakTest", soak.c_str(), {soak}, "Strict soak run of four hours, all gates held."),
        item("workerFailover", drill.c_str(), {drill, upkeep}, "A worker was killed; its command finished."),
        item("schedulerReplicaFailover", drill.c_str(), {drill, upkeep}, "The second replica took over."),
        item("postgresBackupRestore", gcp.c_str(), {upkeep, gcp}, "Restored to a point in time."),
        item("objectStoreArtifactRoundTrip", gcp.c_str(), {gcp}, "Uploaded, read back, restored."),
        item("secretAdapterResolution", gcp.c_str(), {gcp}, "References were resolved."),
        item("byokRedactionNoPlaintext", "pnpm test", {"pnpm test"}, "No plaintext in any read."),
        item("gatewayDeliveryReplayDeadLetter", drill.c_str(), {"pnpm deploy:gateway:smoke", drill, load},
             "Deliveries went on from their cursor."),
        item("quotaRateLimitBehavior", load.c_str(), {load}, "Quotas refused, and said when to come back."),
        item("billingEntitlementGating", package.c_str(), {package}, "Entitlements were enforced."),
        item("supportIncidentOwnershipEscalation", package.c_str(), {package}, "Owners are named."),
        item("costSloNotes", soak.c_str(), {load, soak}, "Objectives were met at the expected cost."),
        item("releaseRollback", launch.c_str(), {launch, package},
             "Rollback to the last images, revoke new tokens, drain workers, communication by the owner."),
    };
}

}  // namespace

Json good_load_report() {
    const auto& profile = *catalogue::find_load_profile("private-beta");
    const Json environment{{"profileName", "private-beta"},
                           {"mode", "load"},
                           {"strict", true},
                           {"cloudUrl", "https://cowork.example.com"},
                           {"gatewayUrl", "https://gateway.example.com"},
                           {"cloudTokenProvided", true},
                           {"gatewayAdminTokenProvided", true},
                           {"includeMutations", true},
                           {"includeSse", true},
                           {"includeOperator", true},
                           {"byokProvider", "openai"}};
    const Json period{{"startedAt", "2026-10-20T08:00:00.000Z"},
                      {"finishedAt", "2026-10-20T08:05:01.250Z"},
                      {"durationMs", 301250}};
    Json evidence{{"command", "pnpm deploy:load:strict"},
                  {"commitSha", commit},
                  {"imageDigests", {{"cloud", cloud_image}, {"gateway", gateway_image}}},
                  {"environmentProfile", environment},
                  {"status", "go"}};
    evidence.update(period);
    Json run = period;
    run.update(Json{{"concurrency", 12},
                    {"requestRatePerSecond", 6},
                    {"operationCount", 60 * operations.size()},
                    {"createdSessionCount", 25}});
    return {{"ok", true},
            {"generatedAt", "2026-10-20T08:05:02.100Z"},
            {"mode", "load"},
            {"profileName", "private-beta"},
            {"evidence", evidence},
            {"targets",
             {{"cloudUrl", "https://cowork.example.com"},
              {"gatewayUrl", "https://gateway.example.com"},
              {"capacityTargets", numbers(profile.capacity)},
              {"thresholds", numbers(profile.named_thresholds())}}},
            {"run", run},
            {"summary", summary()},
            {"metrics", metrics()},
            {"gates", {{"overall", "go"}, {"checks", checks()}, {"warnings", Json::array()}}}};
}

Json good_failover_drill() {
    const auto probe = [](const char* name) {
        return Json{{"name", name}, {"status", "pass"}, {"httpStatus", 200}};
    };
    const auto hook = [](const char* name, const char* said) {
        return Json{{"name", name},
                    {"status", "pass"},
                    {"evidence", said},
                    {"reason", "operator-confirmed-private-hook-evidence"}};
    };
    const Json period{{"startedAt", "2026-10-21T09:30:00.000Z"},
                      {"finishedAt", "2026-10-21T09:30:01.840Z"},
                      {"durationMs", 1840}};
    const Json targets{{"cloudUrl", "https://REDACTED_HOST"}, {"gatewayUrl", "https://REDACTED_HOST"}};
    Json environment = targets;
    for (const char* name : {"cloudTokenProvided", "gatewayAdminTokenProvided", "workerHookConfigured",
                             "schedulerHookConfigured", "gatewayHookConfigured", "executeHooks"})
        environment[name] = true;
    environment["dryRun"] = false;
    Json evidence{{"command", drill_command}, {"commitSha", commit}};
    evidence.update(period);
    evidence["status"] = "pass";
    evidence["imageDigests"] = {{"cloud", cloud_image}, {"gateway", gateway_image}};
    evidence["environmentProfile"] = environment;
    Json drill{
        {"schemaVersion", 1}, {"purpose", "open-cowork-launch-failover-drill-evidence"}, {"redacted", true}};
    drill.update(period);
    drill.update(Json{
        {"result", "pass"},
        {"evidence", evidence},
        {"executeHooks", true},
        {"dryRun", false},
        {"targets", targets},
        {"evidenceItems", {"workerFailover", "schedulerReplicaFailover", "gatewayDeliveryReplayDeadLetter"}},
        {"preflight", {probe("cloud-liveness-before"), probe("gateway-ready-before")}},
        {"hooks",
         {hook("worker-failover-hook", "worker pod deleted, lease taken over after 12 s"),
          hook("scheduler-failover-hook", "leader stopped, second replica claimed the next run"),
          hook("gateway-failover-hook", "gateway restarted, deliveries went on from their cursor")}},
        {"postflight",
         {probe("cloud-liveness-after"), probe("cloud-metrics-after"), probe("gateway-ready-after"),
          probe("gateway-metrics-after")}},
        {"notes", Json::array({"Keep the unredacted record in a private place."})}});
    return drill;
}

Json good_launch_manifest() {
    return {
        {"schemaVersion", 1},
        {"purpose", "managed-byok-private-beta-launch-evidence-record-template"},
        {"scope", "private-operations-record"},
        {"targetTier", "private-beta"},
        {"currentPublicTier", "local-self-host-beta"},
        {"decisionRule", "All fifteen items are private-pass."},
        {"publicPrivateBoundary",
         {{"rawEvidenceStorage", "operations ticket 42"},
          {"publicSummaryStorage", "deploy/private-beta/private-beta-go-no-go.public.md"},
          {"redactionReviewer", "security on-call"},
          {"allowedPublicFields", {"evidence item id", "redacted summary", "checksum of private artifact"}},
          {"forbiddenPublicFields", {"raw logs", "tokens", "customer names"}}}},
        {"statusValues",
         {"pending-private-evidence", "private-pass", "private-fail", "not-applicable-with-rationale"}},
        {"requiredReportFields",
         {"command", "evidenceCommands", "commitSha", "imageDigests", "sanitizedEnvironmentProfile",
          "startedAt", "finishedAt", "durationMs", "status"}},
        {"requiredEvidence", items()}};
}

std::vector<std::string> findings_of_text(const std::string& text, validators::Kind kind, bool promotion) {
    validators::Input input;
    input.path = "evidence.json";
    input.text = text;
    validators::recognise(input, kind);
    validators::Settings settings;
    settings.now = parse_timestamp("2026-11-01T12:00:00Z").value();
    settings.promotion = promotion;
    validators::Findings findings(input.text);
    validators::validator_of(kind).run(input, settings, findings);
    std::vector<std::string> found;
    for (const validators::Finding& one : findings.take())
        found.push_back(fmt::format("{} {} {}", one.rule->id, to_string(one.severity), one.key));
    return found;
}

std::vector<std::string> findings_of(const Json& record, bool promotion) {
    const validators::Kind kind = record.contains("requiredEvidence") ? validators::Kind::launch_evidence
                                  : record.contains("gates")          ? validators::Kind::load_report
                                                                      : validators::Kind::failover_drill;
    return findings_of_text(record.dump(2), kind, promotion);
}

bool breaks(const std::vector<std::string>& findings, std::string_view rule) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const std::string& one) { return one.starts_with(std::string(rule) + " "); });
}

}  // namespace cowork::test
