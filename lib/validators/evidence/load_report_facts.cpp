#include "validators/evidence/load_report_facts.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

constexpr std::array requests{
    LoadRequest{"cloud-health", "read"},
    LoadRequest{"cloud-readiness", "read"},
    LoadRequest{"cloud-liveness", "read"},
    LoadRequest{"cloud-web-workbench", "read"},
    // The harness sends these two without a token as well.
    LoadRequest{"cloud-config-bootstrap", "read"},
    LoadRequest{"cloud-workspace-bootstrap", "read"},
    LoadRequest{"cloud-session-list", "read", LoadToken::cloud},
    LoadRequest{"cloud-thread-list", "read", LoadToken::cloud},
    LoadRequest{"cloud-thread-tags", "read", LoadToken::cloud},
    LoadRequest{"cloud-thread-smart-filters", "read", LoadToken::cloud},
    LoadRequest{"cloud-workflow-list", "read", LoadToken::cloud},
    LoadRequest{"cloud-byok-status", "read", LoadToken::cloud},
    LoadRequest{"cloud-usage-summary", "operator", LoadToken::cloud},
    LoadRequest{"cloud-channel-deliveries", "gateway", LoadToken::cloud},
    LoadRequest{"cloud-admin-policy", "operator", LoadToken::cloud},
    LoadRequest{"cloud-worker-heartbeats", "operator", LoadToken::cloud},
    LoadRequest{"cloud-runtime-status", "operator", LoadToken::cloud},
    LoadRequest{"cloud-prometheus-metrics", "operator", LoadToken::cloud},
    LoadRequest{"cloud-session-create", "mutation", LoadToken::cloud},
    LoadRequest{"cloud-prompt-enqueue", "mutation", LoadToken::cloud},
    LoadRequest{"cloud-artifact-upload", "mutation", LoadToken::cloud},
    LoadRequest{"cloud-artifact-download", "read", LoadToken::cloud},
    LoadRequest{"cloud-workflow-create", "mutation", LoadToken::cloud},
    LoadRequest{"cloud-workflow-run", "mutation", LoadToken::cloud},
    LoadRequest{"cloud-byok-provider-validate", "mutation", LoadToken::cloud},
    LoadRequest{"cloud-workspace-sse", "sse", LoadToken::cloud},
    LoadRequest{"gateway-health", "gateway"},
    LoadRequest{"gateway-readiness", "gateway"},
    LoadRequest{"gateway-prometheus-metrics", "gateway", LoadToken::gateway_admin},
};

std::vector<LoadBucket> read_buckets(const Part& holder) {
    std::vector<LoadBucket> buckets;
    for (Part::Member& member : holder.members()) {
        const Part& part = member.value;
        LoadBucket bucket{std::move(member.name), part, 0, 0, {}, {}, {}};
        bucket.count = part.at("count").count().value_or(0);
        bucket.failures = part.at("failures").count().value_or(0);
        bucket.p50 = part.at("p50LatencyMs").number();
        bucket.p95 = part.at("p95LatencyMs").number();
        bucket.p99 = part.at("p99LatencyMs").number();
        buckets.push_back(std::move(bucket));
    }
    return buckets;
}

}  // namespace

const LoadRequest* find_load_request(std::string_view name) {
    const auto found = std::find_if(requests.begin(), requests.end(),
                                    [&](const LoadRequest& one) { return one.name == name; });
    return found == requests.end() ? nullptr : &*found;
}

const LoadBucket* LoadReport::category(std::string_view name) const {
    const auto found = std::find_if(categories.begin(), categories.end(),
                                    [&](const LoadBucket& one) { return one.name == name; });
    return found == categories.end() ? nullptr : &*found;
}

bool LoadReport::counted() const {
    const auto counts = [](const LoadBucket& one) {
        return one.part.at("count").count() && one.part.at("failures").count();
    };
    return std::all_of(operations.begin(), operations.end(), counts) &&
           std::all_of(categories.begin(), categories.end(), counts);
}

bool LoadReport::all_known() const {
    return std::all_of(operations.begin(), operations.end(),
                       [](const LoadBucket& one) { return find_load_request(one.name) != nullptr; });
}

LoadReport read_load_report(const Part& root) {
    LoadReport report;
    report.root = root;
    report.run = root.at("run");
    report.environment = root.at("evidence").at("environmentProfile");
    report.thresholds = root.at("targets").at("thresholds");
    report.mode = root.at("mode").text();
    report.overall = root.at("gates").at("overall").text();
    report.profile = catalogue::find_load_profile(root.at("profileName").text());
    report.strict = report.environment.at("strict").truth().value_or(false);
    report.operations = read_buckets(root.at("summary").at("operations"));
    report.categories = read_buckets(root.at("summary").at("categories"));
    for (const LoadBucket& one : report.operations) {
        report.requests += one.count;
        report.failures += one.failures;
    }
    report.duration_ms = report.run.at("durationMs").number();
    report.concurrency = report.run.at("concurrency").number();
    report.rate = report.run.at("requestRatePerSecond").number();
    return report;
}

Severity gap(const LoadReport& report, const Settings& settings) {
    return report.overall == "go" || settings.promotion ? Severity::error : Severity::warning;
}

}  // namespace cowork::validators
