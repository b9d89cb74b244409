#include "validators/evidence/evidence_forms.hpp"
#include "validators/evidence/launch_evidence_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

// What a manifest says of itself, before its items.
namespace cowork::validators {
namespace {

constexpr std::string_view public_summary = "deploy/private-beta/private-beta-go-no-go.public.md";
constexpr std::string_view template_scope = "public-template-only";

bool lists(const Part& list, std::string_view word) {
    const auto members = list.members();
    return std::any_of(members.begin(), members.end(),
                       [&](const Part::Member& one) { return one.value.says(word); });
}

void check_fixed(EvidenceJudge& judge, const Part& part, std::string_view due) {
    if (!part.says(due))
        judge.add("header", part, fmt::format("{} has to be {}", config::dotted(part.pointer()), due));
}

}  // namespace

void check_launch_header(EvidenceJudge& judge, const Part& manifest) {
    if (manifest.at("schemaVersion").number() != 1)
        judge.add("header", manifest.at("schemaVersion"), "schemaVersion has to be 1");
    check_fixed(judge, manifest.at("purpose"), launch_purpose);
    check_fixed(judge, manifest.at("targetTier"), "private-beta");
    check_fixed(judge, manifest.at("currentPublicTier"), "local-self-host-beta");
    const Part statuses = manifest.at("statusValues");
    for (const std::string_view status : launch_statuses)
        if (!lists(statuses, status))
            judge.add("status-values", statuses, fmt::format("{} is not among the status values", status));
    for (const Part::Member& one : statuses.members())
        if (std::find(launch_statuses.begin(), launch_statuses.end(), one.value.text()) ==
            launch_statuses.end())
            judge.add("status-values", one.value, "this is none of the four status values");
    const Part fields = manifest.at("requiredReportFields");
    for (const std::string_view field : launch_report_fields)
        if (!lists(fields, field))
            judge.add("report-fields", fields, fmt::format("requiredReportFields does not name {}", field));
}

void check_launch_boundary(EvidenceJudge& judge, const Part& manifest,
                           const std::vector<LaunchEntry>& entries) {
    const Part boundary = manifest.at("publicPrivateBoundary");
    const Part storage = boundary.at("publicSummaryStorage");
    if (!storage.says(public_summary))
        judge.add("boundary", storage, fmt::format("publicSummaryStorage has to be {}", public_summary));
    for (const char* name : {"allowedPublicFields", "forbiddenPublicFields"})
        if (boundary.at(name).members().empty())
            judge.add("boundary", boundary.at(name), fmt::format("{} lists nothing", name));
    const bool any_passed =
        std::any_of(entries.begin(), entries.end(), [](const LaunchEntry& entry) { return entry.passed(); });
    if (any_passed || judge.settings().promotion)
        for (const char* name : {"rawEvidenceStorage", "redactionReviewer"})
            if (is_unfilled(boundary.at(name).text()))
                judge.add("boundary", boundary.at(name), fmt::format("{} is not filled in", name), {},
                          Severity::warning);
    const Part scope = manifest.at("scope");
    if ((any_passed || judge.settings().promotion) && scope.says(template_scope))
        judge.add("template", scope,
                  judge.settings().promotion
                      ? "this is the public template, and no record of evidence"
                      : "the scope is that of the public template, and items have passed");
}

}  // namespace cowork::validators
