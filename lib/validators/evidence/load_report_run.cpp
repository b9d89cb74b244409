#include "validators/evidence/evidence_build.hpp"
#include "validators/evidence/evidence_times.hpp"
#include "validators/evidence/load_report_facts.hpp"

#include <fmt/format.h>

#include <cmath>

// How the run was made: by which profile, how long, how hard, of which build, and when.
namespace cowork::validators {
namespace {

void check_profile(EvidenceJudge& judge, const LoadReport& report) {
    const Part name = report.root.at("profileName");
    if (!name.there()) {
        judge.add("profile", name, "no profile is named, so no gate can be recomputed", {},
                  Severity::warning);
    } else if (report.profile == nullptr) {
        judge.add("profile", name, "profileName is none of the product's profiles");
    }
    if (report.profile == nullptr || !report.thresholds.is_object()) return;
    for (const auto& threshold : report.profile->named_thresholds()) {
        const Part stated = report.thresholds.at(threshold.name);
        if (stated.number() != threshold.value)
            judge.add("thresholds-edited", stated,
                      fmt::format("{} of {} is {}", threshold.name, report.profile->name, threshold.value));
    }
}

void check_duration(EvidenceJudge& judge, const LoadReport& report) {
    if (report.profile == nullptr || !report.duration_ms) return;
    const auto due = report.mode == "soak" ? report.profile->soak_duration : report.profile->load_duration;
    constexpr double slack_ms = 1000;
    if (*report.duration_ms + slack_ms < static_cast<double>(due.count()))
        judge.add(
            "short-run", report.run.at("durationMs"),
            fmt::format("it lasted {:.0f} s, and a {} run of {} lasts {} s", *report.duration_ms / 1000,
                        report.mode == "soak" ? "soak" : "load", report.profile->name, due.count() / 1000),
            {}, gap(report, judge.settings()));
}

void check_load(EvidenceJudge& judge, const LoadReport& report) {
    if (report.profile == nullptr) return;
    const auto below = [&](const char* name, std::optional<double> stated, double due) {
        if (stated && *stated < due)
            judge.add("below-profile", report.run.at(name),
                      fmt::format("{} is {}, and {} has {}", name, *stated, report.profile->name, due), {},
                      gap(report, judge.settings()));
    };
    below("concurrency", report.concurrency, report.profile->concurrency);
    below("requestRatePerSecond", report.rate, report.profile->requests_per_second);
}

// Each worker pauses between its requests for as long as concurrency and rate make it.
void check_pace(EvidenceJudge& judge, const LoadReport& report) {
    if (!report.duration_ms || !report.concurrency || !report.rate) return;
    if (*report.duration_ms <= 0 || *report.concurrency <= 0 || *report.rate <= 0) return;
    const double pause_ms = std::floor(1000 * *report.concurrency / *report.rate);
    if (pause_ms < 1) return;
    const double most = *report.concurrency * (*report.duration_ms / pause_ms + 1);
    const Part total = report.run.at("operationCount");
    const auto pace = fmt::format("{} requests in {:.0f} s", report.requests, *report.duration_ms / 1000);
    if (report.requests > 1.1 * most + 10)
        judge.add("too-many-requests", total,
                  fmt::format("{}, and the stated pace allows {:.0f}", pace, most));
    constexpr double too_short_to_tell_ms = 10000;
    const double due = *report.rate * *report.duration_ms / 1000;
    if (*report.duration_ms >= too_short_to_tell_ms && report.requests < due / 2)
        judge.add("rate-not-reached", total, fmt::format("{}, and the stated pace is {:.0f}", pace, due));
}

void check_strict(EvidenceJudge& judge, const LoadReport& report) {
    if (report.strict) return;
    const Part strict = report.environment.at("strict");
    judge.add("not-strict", strict,
              strict.there() ? "strict is not true" : "the report does not say that the run was strict", {},
              gap(report, judge.settings()));
}

// A service that was left out needs no digest, except for a promotion.
void check_build_of(EvidenceJudge& judge, const LoadReport& report) {
    const Part evidence = report.root.at("evidence"), targets = report.root.at("targets");
    std::vector<std::string_view> services;
    for (const auto& [service, url] : {std::pair{"cloud", "cloudUrl"}, {"gateway", "gatewayUrl"}})
        if (!targets.at(url).is_null() || evidence.at("imageDigests").at(service).there() ||
            judge.settings().promotion)
            services.emplace_back(service);
    check_build(judge, evidence, services, gap(report, judge.settings()));
}

void check_times(EvidenceJudge& judge, const LoadReport& report) {
    const Part evidence = report.root.at("evidence");
    check_period(judge,
                 {report.run.at("startedAt"), report.run.at("finishedAt"), report.run.at("durationMs")},
                 oldest_load);
    // Aged by the run; these are its copies.
    check_period(judge, {evidence.at("startedAt"), evidence.at("finishedAt"), evidence.at("durationMs")},
                 std::nullopt);
    // The harness may read the clock again, before and after it asks for the metrics.
    constexpr std::chrono::minutes apart{5};
    for (const char* name : {"startedAt", "finishedAt"}) {
        const auto copy = parse_evidence_time(evidence.at(name).text());
        const auto original = parse_evidence_time(report.run.at(name).text());
        if (copy && original && std::chrono::abs(copy->when - original->when) > apart)
            judge.add("claims-contradict", evidence.at(name),
                      fmt::format("{} is another one than of the run", name));
    }
    const auto generated = check_time(judge, report.root.at("generatedAt"));
    const auto finished = parse_evidence_time(report.run.at("finishedAt").text());
    constexpr std::chrono::seconds slack{2};
    if (generated && finished && generated->when + slack < finished->when)
        judge.add("time-order", report.root.at("generatedAt"), "the report was written before the run ended");
}

}  // namespace

void check_load_run(EvidenceJudge& judge, const LoadReport& report) {
    check_profile(judge, report);
    check_duration(judge, report);
    check_load(judge, report);
    check_pace(judge, report);
    check_strict(judge, report);
    check_build_of(judge, report);
    check_times(judge, report);
}

}  // namespace cowork::validators
