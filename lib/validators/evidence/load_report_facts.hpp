#pragma once

#include "catalogue/load_profiles.hpp"
#include "validators/evidence/evidence_record.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// What a request of the load harness needs to be made at all.
enum class LoadToken { none, cloud, gateway_admin };

// A request of the product's harness or of cowork's, by the name that reports give it (section 14.2).
struct LoadRequest {
    std::string_view name, category;
    LoadToken token = LoadToken::none;
};
// Null for one that neither sends.
[[nodiscard]] const LoadRequest* find_load_request(std::string_view name);

// What a report says of one operation or category.
struct LoadBucket {
    std::string name;
    Part part;
    double count = 0, failures = 0;
    std::optional<double> p50, p95, p99;
};

// A report of a run, with what is read of it often. Numbers that are missing or impossible are 0 here and
// are told by their own rules.
struct LoadReport {
    Part root, run, environment, thresholds;
    std::string mode, overall;
    const catalogue::LoadProfile* profile = nullptr;  // null: none is named, or none of that name
    bool strict = false;
    std::vector<LoadBucket> operations, categories;
    double requests = 0, failures = 0;                     // over all operations
    std::optional<double> duration_ms, concurrency, rate;  // of the run, rate in requests a second

    [[nodiscard]] const LoadBucket* category(std::string_view name) const;
    // Whether every operation and category says how often it was sent and how often it failed.
    [[nodiscard]] bool counted() const;
    // Whether every operation is one that we know, so that sums over a category can be made.
    [[nodiscard]] bool all_known() const;
};
[[nodiscard]] LoadReport read_load_report(const Part& root);

// How bad it is that a report does not attest all that it should: an error where it says `go` all the same,
// or is to carry a release.
[[nodiscard]] Severity gap(const LoadReport& report, const Settings& settings);

// The parts of the judgement, each in a source of its own.
void check_load_shape(EvidenceJudge& judge, const LoadReport& report);
void check_load_sums(EvidenceJudge& judge, const LoadReport& report);
void check_load_gates(EvidenceJudge& judge, const LoadReport& report);
void check_load_claims(EvidenceJudge& judge, const LoadReport& report);
void check_load_run(EvidenceJudge& judge, const LoadReport& report);

}  // namespace cowork::validators
