#include "core/text.hpp"
#include "validators/evidence/evidence_forms.hpp"
#include "validators/evidence/launch_evidence_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

// What the items of one manifest have to do with each other.
namespace cowork::validators {
namespace {

// One drill proves three items, one load run two. Items that no command has in common have no artifact in
// common either.
bool may_share(const LaunchItem& a, const LaunchItem& b) {
    return b.needs(a.command) || std::any_of(a.evidence.begin(), a.evidence.end(), [&](std::string_view one) {
               return !one.empty() && b.needs(one);
           });
}

void check_checksums(EvidenceJudge& judge, const std::vector<LaunchEntry>& entries) {
    std::map<std::string, const LaunchEntry*> seen;
    for (const LaunchEntry& entry : entries) {
        const Part checksum = entry.part.at("checksum");
        if (is_unfilled(checksum.text())) continue;
        const auto [first, fresh] = seen.emplace(lowered(checksum.text()), &entry);
        if (!fresh && !may_share(*first->second->item, *entry.item))
            judge.add("same-checksum", checksum,
                      fmt::format("{} and {} have the same checksum, and no run proves both",
                                  first->second->item->id, entry.item->id));
    }
}

// All evidence is of one build: that of most reports.
void check_builds(EvidenceJudge& judge, const std::vector<LaunchEntry>& entries, std::string_view what,
                  Part (*part_of)(const LaunchEntry&), bool (*has_form)(std::string_view)) {
    std::map<std::string, int> votes;
    for (const LaunchEntry& entry : entries)
        if (const std::string text = part_of(entry).text(); has_form(text)) ++votes[text];
    if (votes.size() < 2) return;
    const auto most = std::max_element(votes.begin(), votes.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const LaunchEntry& entry : entries) {
        const Part part = part_of(entry);
        if (has_form(part.text()) && part.text() != most->first)
            judge.add("builds-differ", part,
                      fmt::format("the {} of {} is another one than that of {} other items", what,
                                  entry.item->id, most->second));
    }
}

}  // namespace

void check_launch_across(EvidenceJudge& judge, const std::vector<LaunchEntry>& entries) {
    check_checksums(judge, entries);
    check_builds(
        judge, entries, "commit", [](const LaunchEntry& one) { return one.report.at("commitSha"); },
        is_commit_sha);
    check_builds(
        judge, entries, "cloud image",
        [](const LaunchEntry& one) { return one.report.at("imageDigests").at("cloud"); }, is_image_digest);
    check_builds(
        judge, entries, "gateway image",
        [](const LaunchEntry& one) { return one.report.at("imageDigests").at("gateway"); }, is_image_digest);
}

}  // namespace cowork::validators
