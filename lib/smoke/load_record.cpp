#include "report/model.hpp"
#include "smoke/load.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace cowork::smoke {
namespace {

using json = nlohmann::ordered_json;

double rounded(double value, double steps = 100) { return std::round(value * steps) / steps; }

json summary_json(const LoadSummary& summary) {
    json statuses = json::object();
    for (const auto& [status, count] : summary.statuses) statuses[std::to_string(status)] = count;
    json errors = json::array();
    for (const SafeText& error : summary.errors) errors.push_back(error.str());
    return {{"count", summary.count},
            {"failures", summary.failures},
            {"errorRate", rounded(summary.error_rate(), 10000)},
            {"p50LatencyMs", rounded(summary.p50)},
            {"p95LatencyMs", rounded(summary.p95)},
            {"p99LatencyMs", rounded(summary.p99)},
            {"statuses", statuses},
            {"sampleErrors", errors}};
}

json metrics_json(const std::map<std::string, double>& metrics) {
    json object = json::object();
    for (const auto& [name, value] : metrics) object[name] = value;
    return object;
}

json growth_json(const LoadResult& result) {
    json object = json::object();
    for (const auto& [name, after] : result.metrics_after) {
        const auto before = result.metrics_before.find(name);
        object[name] = before == result.metrics_before.end() ? after : std::max(0.0, after - before->second);
    }
    return object;
}

template <typename Numbers>
json numbers_json(const Numbers& numbers) {
    json object = json::object();
    for (const auto& number : numbers) object[std::string(number.name)] = number.value;
    return object;
}

json where_json(LoadService service, const LoadResult& result, const Run& run) {
    for (const auto& [operation, summary] : result.operations)
        if (operation->service == service)
            if (const auto target = load_target(service, run)) return target->where.str();
    return nullptr;
}

json gateway_json(const LoadResult& result, const Run& run) {
    json where = where_json(LoadService::standalone_gateway, result, run);
    return where.is_null() ? where_json(LoadService::channel_gateway, result, run) : where;
}

bool has_token(LoadService service, const Run& run) {
    const auto target = load_target(service, run);
    return target && !target->token.empty();
}

// What ties the record to a build, as the product's own harness is told it; null where nobody did.
json told(const Run& run, std::string_view name) {
    const auto& environment = run.context.environment;
    for (const auto& [key, value] : environment)
        if (key == name && !value.empty()) return run.context.redactor.clean(value).str();
    return nullptr;
}

json gates_json(const LoadGates& gates) {
    json checks = json::array();
    for (const LoadGate& gate : gates.gates)
        checks.push_back({{"name", gate.name},
                          {"status", gate.passed ? "pass" : "fail"},
                          {"message", gate.message.str()}});
    json warnings = json::array();
    for (const SafeText& warning : gates.warnings) warnings.push_back(warning.str());
    return {{"overall", gates.overall()}, {"checks", checks}, {"warnings", warnings}};
}

}  // namespace

std::string load_record(const LoadResult& result, const LoadWishes& wishes, const Run& run,
                        std::string_view command) {
    const LoadGates gates = judge_load(result, wishes, run.context.redactor);
    const json cloud = where_json(LoadService::cloud, result, run);
    const json gateway = gateway_json(result, run);
    const std::string started = report::utc_timestamp(result.started);
    const std::string finished = report::utc_timestamp(result.finished);
    const json profile = wishes.profile == nullptr ? json(nullptr) : json(wishes.profile->name);
    json operations = json::object();
    for (const auto& [operation, summary] : result.operations)
        operations[std::string(operation->name)] = summary_json(summary);
    json categories = json::object();
    for (const auto& [category, summary] : result.categories)
        categories[std::string(to_string(category))] = summary_json(summary);
    const json environment{{"profileName", profile},
                           {"mode", "load"},
                           {"strict", false},
                           {"cloudUrl", cloud},
                           {"gatewayUrl", gateway},
                           {"cloudTokenProvided", has_token(LoadService::cloud, run)},
                           {"gatewayAdminTokenProvided", has_token(LoadService::standalone_gateway, run) ||
                                                             has_token(LoadService::channel_gateway, run)},
                           {"includeMutations", false},
                           {"includeSse", false},
                           {"includeOperator", false},
                           {"byokProvider", nullptr}};
    const json document{
        {"ok", gates.passed()},
        {"generatedAt", finished},
        {"mode", "load"},
        {"profileName", profile},
        {"evidence",
         {{"command", command},
          {"commitSha", told(run, "OPEN_COWORK_EVIDENCE_COMMIT_SHA")},
          {"imageDigests",
           {{"cloud", told(run, "OPEN_COWORK_EVIDENCE_CLOUD_IMAGE_DIGEST")},
            {"gateway", told(run, "OPEN_COWORK_EVIDENCE_GATEWAY_IMAGE_DIGEST")}}},
          {"environmentProfile", environment},
          {"status", gates.overall()},
          {"startedAt", started},
          {"finishedAt", finished},
          {"durationMs", result.duration().count()}}},
        {"targets",
         {{"cloudUrl", cloud},
          {"gatewayUrl", gateway},
          {"capacityTargets",
           wishes.profile == nullptr ? json::object() : numbers_json(wishes.profile->capacity)},
          {"thresholds",
           wishes.profile == nullptr ? json::object() : numbers_json(wishes.profile->named_thresholds())}}},
        {"run",
         {{"startedAt", started},
          {"finishedAt", finished},
          {"durationMs", result.duration().count()},
          {"concurrency", wishes.concurrency},
          {"requestRatePerSecond", wishes.rate()},
          {"operationCount", result.overall.count},
          {"createdSessionCount", 0}}},
        {"summary", {{"operations", operations}, {"categories", categories}}},
        {"metrics",
         {{"before", metrics_json(result.metrics_before)},
          {"after", metrics_json(result.metrics_after)},
          {"delta", growth_json(result)}}},
        {"gates", gates_json(gates)}};
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace cowork::smoke
