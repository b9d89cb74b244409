#include "validators/evidence/load_report.hpp"

#include "validators/evidence/load_report_facts.hpp"

#include <fmt/format.h>

namespace cowork::validators {
namespace {

void check_plan(EvidenceJudge& judge, const LoadReport& report) {
    judge.add("plan", report.root.at("mode"), "mode is plan: nothing was sent and nothing measured", {},
              gap(report, judge.settings()));
}

}  // namespace

bool looks_like_load_report(const config::JsoncDocument& document) {
    const Part root(document.root());
    if (root.at("planPath").is_text() && root.at("mode").is_text()) return true;
    return root.at("gates").is_object() && root.at("summary").at("operations").is_object();
}

void validate_load_report(const Input& input, const Settings& settings, Findings& findings) {
    if (!input.json) return;
    EvidenceJudge judge(*input.json, settings, findings, "load");
    if (judge.too_large(input)) return;
    const LoadReport report = read_load_report(Part(input.json->root()));
    if (report.mode == "plan") return check_plan(judge, report);
    check_load_shape(judge, report);
    if (report.counted()) {
        check_load_sums(judge, report);
        check_load_gates(judge, report);
    }
    check_load_claims(judge, report);
    check_load_run(judge, report);
}

}  // namespace cowork::validators
