#include "validators/evidence/evidence_forms.hpp"
#include "validators/evidence/evidence_privacy.hpp"
#include "validators/evidence/launch_evidence_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

// One item of a manifest, without its report.
namespace cowork::validators {
namespace {

void check_status(EvidenceJudge& judge, const LaunchEntry& entry) {
    const Part status = entry.part.at("status");
    const bool promotion = judge.settings().promotion;
    if (std::find(launch_statuses.begin(), launch_statuses.end(), entry.status) == launch_statuses.end())
        return judge.add("status-word", status,
                         fmt::format("the status of {} is none of the four", entry.item->id));
    if (entry.passed()) return;
    const Severity otherwise = entry.status == "private-fail" ? Severity::warning : Severity::note;
    judge.add("not-passed", status, fmt::format("{} is {}", entry.item->id, entry.status), {},
              promotion ? Severity::error : otherwise);
    if (entry.status == "private-fail" && is_unfilled(entry.part.at("followUpIssue").text()))
        judge.add("no-reason", entry.part.at("followUpIssue"),
                  fmt::format("{} failed, and no issue follows it up", entry.item->id));
    if (entry.status == "not-applicable-with-rationale" &&
        is_unfilled(entry.part.at("publicRedactedSummary").text()))
        judge.add("no-reason", entry.part.at("publicRedactedSummary"),
                  fmt::format("{} is not applicable, and no rationale is given", entry.item->id));
}

void check_command(EvidenceJudge& judge, const LaunchEntry& entry) {
    const Part command = entry.part.at("command");
    if (command.text().empty())
        return judge.add("command", command, fmt::format("{} names no command", entry.item->id), {},
                         Severity::error);
    if (!command.says(entry.item->command))
        judge.add("command", command, fmt::format("{} is proven by {}", entry.item->id, entry.item->command));
}

void check_filled(EvidenceJudge& judge, const LaunchEntry& entry) {
    if (!entry.passed()) return;
    for (const char* name : {"privateEvidenceRef", "publicRedactedSummary", "checksum", "owner"})
        if (is_unfilled(entry.part.at(name).text()))
            judge.add("incomplete-pass", entry.part.at(name),
                      fmt::format("{} passed without {}", entry.item->id, name));
}

void check_checksum(EvidenceJudge& judge, const LaunchEntry& entry) {
    const Part checksum = entry.part.at("checksum");
    const std::string text = checksum.text();
    if (is_unfilled(text)) return;
    if (!is_checksum(text)) {
        judge.add(
            "checksum-form", checksum,
            fmt::format("the checksum of {} is neither sha256: with 64 hexadecimal digits nor artifact: "
                        "with an id",
                        entry.item->id));
    } else if (is_made_up(text)) {
        judge.add("checksum-form", checksum,
                  fmt::format("the checksum of {} is that of no file with evidence", entry.item->id));
    }
}

void check_summary(EvidenceJudge& judge, const LaunchEntry& entry) {
    const Part summary = entry.part.at("publicRedactedSummary");
    const std::string text = summary.text();
    const std::string_view what = private_value_in(text);
    if (!what.empty())
        judge.add("private-value", summary,
                  fmt::format("the public summary of {} holds {}", entry.item->id, what));
    if (has_foreign_url(text))
        judge.add("url-in-summary", summary,
                  fmt::format("the public summary of {} holds a web address", entry.item->id));
    const std::string_view marker = refused_marker_in(text);
    if (what.empty() && !marker.empty())
        judge.add("refused-word", summary,
                  fmt::format("the public summary of {} has {} in a word", entry.item->id, marker), {},
                  judge.settings().promotion ? Severity::warning : Severity::note);
}

}  // namespace

void check_launch_entry(EvidenceJudge& judge, const LaunchEntry& entry) {
    if (entry.part.at("blockingForPrivateBeta").truth() != true)
        judge.add("not-blocking", entry.part.at("blockingForPrivateBeta"),
                  fmt::format("blockingForPrivateBeta of {} has to be true", entry.item->id));
    check_status(judge, entry);
    check_command(judge, entry);
    check_filled(judge, entry);
    check_checksum(judge, entry);
    check_summary(judge, entry);
}

}  // namespace cowork::validators
