#include "validators/evidence/load_report_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

// Sums and orders that hold in every report of one run, whatever was measured.
namespace cowork::validators {
namespace {

// What is written is rounded to two decimals, rates to four.
constexpr double latency_slack = 0.011;
constexpr double rate_slack = 0.0001;

struct Percentile {
    const char* name;
    std::optional<double> LoadBucket::*value;
};
constexpr std::array percentiles{Percentile{"p50LatencyMs", &LoadBucket::p50},
                                 Percentile{"p95LatencyMs", &LoadBucket::p95},
                                 Percentile{"p99LatencyMs", &LoadBucket::p99}};

void check_statuses(EvidenceJudge& judge, const LoadBucket& bucket) {
    const Part statuses = bucket.part.at("statuses");
    if (!statuses.is_object()) return;
    double sum = 0;
    for (const Part::Member& status : statuses.members()) sum += status.value.count().value_or(0);
    if (sum != bucket.count)
        judge.add("counts-differ", statuses,
                  fmt::format("{} add up to {}, and count is {}", config::dotted(statuses.pointer()), sum,
                              bucket.count));
    const double unanswered = statuses.at("0").count().value_or(0);
    if (unanswered > bucket.failures)
        judge.add("counts-differ", statuses.at("0"),
                  fmt::format("{} requests had no answer, and failures are {}", unanswered, bucket.failures));
}

void check_bucket(EvidenceJudge& judge, const LoadBucket& bucket) {
    check_statuses(judge, bucket);
    if (bucket.failures > bucket.count)
        judge.add("impossible-number", bucket.part.at("failures"),
                  fmt::format("{} failures of {} requests", bucket.failures, bucket.count));
    const auto stated = bucket.part.at("errorRate").number();
    const double rate = bucket.count > 0 ? bucket.failures / bucket.count : 0;
    if (stated && std::abs(*stated - rate) > rate_slack)
        judge.add("impossible-number", bucket.part.at("errorRate"),
                  fmt::format("errorRate is {}, and {} of {} requests failed", *stated, bucket.failures,
                              bucket.count));
    for (std::size_t i = 1; i < percentiles.size(); ++i) {
        const Percentile &below = percentiles.at(i - 1), &above = percentiles.at(i);
        const auto lower = bucket.*below.value, upper = bucket.*above.value;
        if (lower && upper && *lower > *upper)
            judge.add("impossible-number", bucket.part.at(above.name),
                      fmt::format("{} is below {}", above.name, below.name));
    }
}

void check_totals(EvidenceJudge& judge, const LoadReport& report) {
    double requests = 0, failures = 0;
    for (const LoadBucket& one : report.categories) {
        requests += one.count;
        failures += one.failures;
    }
    const Part categories = report.root.at("summary").at("categories");
    const auto differ = [&](const char* what, double of_categories, double of_operations) {
        if (of_categories != of_operations)
            judge.add("counts-differ", categories,
                      fmt::format("the categories have {} {}, the operations {}", of_categories, what,
                                  of_operations));
    };
    differ("requests", requests, report.requests);
    differ("failures", failures, report.failures);
    const Part total = report.run.at("operationCount");
    if (total.count() && *total.count() != report.requests)
        judge.add("counts-differ", total,
                  fmt::format("run.operationCount is {}, and the operations add up to {}", *total.count(),
                              report.requests));
}

// Of one category: the operations that it is made of.
std::vector<const LoadBucket*> operations_in(const LoadReport& report, std::string_view category) {
    std::vector<const LoadBucket*> found;
    for (const LoadBucket& one : report.operations)
        if (one.count > 0 && find_load_request(one.name)->category == category) found.push_back(&one);
    return found;
}

// A percentile of several lists put together lies between the smallest and the largest of theirs.
void check_between(EvidenceJudge& judge, const LoadBucket& category,
                   const std::vector<const LoadBucket*>& operations, const Percentile& percentile) {
    const auto stated = category.*percentile.value;
    if (!stated) return;
    double least = std::numeric_limits<double>::max(), most = 0;
    for (const LoadBucket* one : operations) {
        const auto value = one->*percentile.value;
        if (!value) return;
        least = std::min(least, *value);
        most = std::max(most, *value);
    }
    if (*stated < least - latency_slack || *stated > most + latency_slack)
        judge.add("impossible-number", category.part.at(percentile.name),
                  fmt::format("{} is {}, and its operations have from {} to {}", percentile.name, *stated,
                              least, most));
}

void check_category(EvidenceJudge& judge, const LoadReport& report, const LoadBucket& category) {
    const auto operations = operations_in(report, category.name);
    double count = 0, failures = 0;
    for (const LoadBucket* one : operations) {
        count += one->count;
        failures += one->failures;
    }
    const auto differ = [&](const char* what, double stated, double sum) {
        if (stated != sum)
            judge.add(
                "counts-differ", category.part.at(what),
                fmt::format("{} is {}, and the operations of this category have {}", what, stated, sum));
    };
    differ("count", category.count, count);
    differ("failures", category.failures, failures);
    if (operations.empty()) return;
    for (const Percentile& one : percentiles) check_between(judge, category, operations, one);
}

}  // namespace

void check_load_sums(EvidenceJudge& judge, const LoadReport& report) {
    for (const LoadBucket& one : report.operations) check_bucket(judge, one);
    for (const LoadBucket& one : report.categories) check_bucket(judge, one);
    check_totals(judge, report);
    if (!report.all_known()) return;
    for (const LoadBucket& one : report.categories) check_category(judge, report, one);
}

}  // namespace cowork::validators
