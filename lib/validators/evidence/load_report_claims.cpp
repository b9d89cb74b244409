#include "validators/evidence/load_report_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

// What the report says of itself in more than one place.
namespace cowork::validators {
namespace {

void contradicts(EvidenceJudge& judge, const Part& where, std::string message) {
    judge.add("claims-contradict", where, std::move(message));
}

void check_tokens(EvidenceJudge& judge, const LoadReport& report) {
    const bool no_cloud = report.environment.at("cloudTokenProvided").truth() == false;
    const bool no_admin = report.environment.at("gatewayAdminTokenProvided").truth() == false;
    for (const LoadBucket& one : report.operations) {
        const LoadRequest* request = find_load_request(one.name);
        if (request == nullptr || one.count == 0) continue;
        if (request->token == LoadToken::cloud && no_cloud)
            contradicts(
                judge, one.part,
                fmt::format("{} needs a Cloud token, and cloudTokenProvided is false", request->name));
        if (request->token == LoadToken::gateway_admin && no_admin)
            contradicts(
                judge, one.part,
                fmt::format("{} needs the gateway's admin token, and gatewayAdminTokenProvided is false",
                            request->name));
    }
    for (const Part::Member& one : report.root.at("metrics").at("after").members()) {
        if (!one.value.number()) continue;
        if ((no_cloud && one.name.starts_with("open_cowork_cloud_")) ||
            (no_admin && one.name.starts_with("open_cowork_gateway_")))
            contradicts(judge, one.value,
                        "this metric is told only to whoever has a token, and none was provided");
    }
}

// A service that is not in the targets answered nothing.
void check_targets(EvidenceJudge& judge, const LoadReport& report) {
    const Part targets = report.root.at("targets");
    const std::array<std::pair<const char*, std::string_view>, 2> services{
        {{"cloudUrl", "cloud-"}, {"gatewayUrl", "gateway-"}}};
    for (const auto& [url, prefix] : services) {
        if (!targets.at(url).is_null()) continue;
        for (const LoadBucket& one : report.operations)
            if (one.count > 0 && one.name.starts_with(prefix) && find_load_request(one.name) != nullptr)
                contradicts(judge, one.part, fmt::format("it has requests, and targets.{} is null", url));
    }
}

bool has_operation(const LoadReport& report, std::initializer_list<std::string_view> names) {
    return std::any_of(report.operations.begin(), report.operations.end(), [&](const LoadBucket& one) {
        return std::find(names.begin(), names.end(), one.name) != names.end();
    });
}

// Whether an operation's turn never came, which its own check says.
bool some_not_sampled(const LoadReport& report) {
    const auto checks = report.root.at("gates").at("checks").members();
    return std::any_of(checks.begin(), checks.end(), [](const Part::Member& one) {
        return one.value.at("name").text().ends_with("-sampled") && one.value.at("status").says("fail");
    });
}

// What was to be included, and what the summary has of it.
void check_included(EvidenceJudge& judge, const LoadReport& report) {
    if (!report.all_known() || report.operations.empty()) return;
    const bool expected = !some_not_sampled(report) &&
                          report.environment.at("cloudTokenProvided").truth() == true &&
                          !report.root.at("targets").at("cloudUrl").is_null();
    const auto check = [&](const char* flag, bool there) {
        const auto claimed = report.environment.at(flag).truth();
        if (!claimed || *claimed == there || (*claimed && !expected)) return;
        contradicts(judge, report.environment.at(flag),
                    *claimed ? fmt::format("{} is true, and the summary has none of these operations", flag)
                             : fmt::format("{} is false, and the summary has these operations", flag));
    };
    check("includeMutations",
          has_operation(report, {"cloud-session-create", "cloud-prompt-enqueue", "cloud-artifact-upload",
                                 "cloud-artifact-download", "cloud-workflow-create", "cloud-workflow-run"}));
    check("includeSse", has_operation(report, {"cloud-workspace-sse"}));
    check("includeOperator", has_operation(report, {"cloud-admin-policy", "cloud-worker-heartbeats",
                                                    "cloud-runtime-status", "cloud-prometheus-metrics"}));
}

void check_copies(EvidenceJudge& judge, const LoadReport& report) {
    for (const char* name : {"mode", "profileName"}) {
        const Part copy = report.environment.at(name), original = report.root.at(name);
        if (copy.is_text() && original.is_text() && copy.text() != original.text())
            contradicts(judge, copy, fmt::format("{} is another one than at the top", name));
    }
    const Part command = report.root.at("evidence").at("command");
    const std::string words = command.text();
    const auto has = [&](const char* word) { return words.find(word) != std::string::npos; };
    if ((has("deploy:soak") && report.mode == "load") || (has("deploy:load") && report.mode == "soak"))
        contradicts(judge, command, "the command is that of another mode");
    if ((has("deploy:load:strict") || has("deploy:soak:strict")) &&
        report.environment.at("strict").truth() == false)
        contradicts(judge, command, "the command is strict, and strict is false");
}

void check_metrics(EvidenceJudge& judge, const LoadReport& report) {
    const Part metrics = report.root.at("metrics");
    for (const Part::Member& one : metrics.at("delta").members()) {
        const auto before = metrics.at("before").at(one.name).number();
        const auto after = metrics.at("after").at(one.name).number();
        const auto stated = one.value.number();
        if (!after || !stated) continue;
        const double growth = before ? std::max(0.0, *after - *before) : *after;
        const double slack = 1e-6 * std::max(1.0, std::abs(growth));
        if (std::abs(*stated - growth) > slack)
            judge.add("metrics-differ", one.value,
                      fmt::format("it says {}, and after minus before is {}", *stated, growth));
    }
}

}  // namespace

void check_load_claims(EvidenceJudge& judge, const LoadReport& report) {
    check_tokens(judge, report);
    check_targets(judge, report);
    check_included(judge, report);
    check_copies(judge, report);
    check_metrics(judge, report);
}

}  // namespace cowork::validators
