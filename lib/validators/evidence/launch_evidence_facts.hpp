#pragma once

#include "validators/evidence/evidence_record.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::validators {

// One of the fifteen items that a launch needs (contract/cloud.md section 14.3).
struct LaunchItem {
    std::string_view id;
    std::string_view command;                    // with which the manifest's template names it
    std::array<std::string_view, 3> evidence{};  // what the matrix demands besides; empty past the last

    [[nodiscard]] bool needs(std::string_view command_line) const;
};
[[nodiscard]] std::span<const LaunchItem> launch_items();
[[nodiscard]] const LaunchItem* find_launch_item(std::string_view id);

inline constexpr std::string_view launch_purpose =
    "managed-byok-private-beta-launch-evidence-record-template";
inline constexpr std::array<std::string_view, 4> launch_statuses{
    "pending-private-evidence", "private-pass", "private-fail", "not-applicable-with-rationale"};
inline constexpr std::array<std::string_view, 9> launch_report_fields{
    "command",   "evidenceCommands", "commitSha",  "imageDigests", "sanitizedEnvironmentProfile",
    "startedAt", "finishedAt",       "durationMs", "status"};

// One item of a manifest.
struct LaunchEntry {
    const LaunchItem* item = nullptr;
    Part part, report;
    std::string status;

    [[nodiscard]] bool passed() const { return status == "private-pass"; }
};

// The parts of the judgement.
void check_launch_header(EvidenceJudge& judge, const Part& manifest);
[[nodiscard]] std::vector<LaunchEntry> read_launch_entries(EvidenceJudge& judge, const Part& manifest);
void check_launch_boundary(EvidenceJudge& judge, const Part& manifest,
                           const std::vector<LaunchEntry>& entries);
void check_launch_entry(EvidenceJudge& judge, const LaunchEntry& entry);
void check_launch_report(EvidenceJudge& judge, const LaunchEntry& entry);
void check_launch_across(EvidenceJudge& judge, const std::vector<LaunchEntry>& entries);

}  // namespace cowork::validators
