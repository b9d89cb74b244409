#pragma once

#include "rules/service.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace cowork::rules {

// What an operator attests about backups and the last restore drill, in cowork's own format
// (docs/reference/backup-evidence.md, docs/schemas/backup-evidence.schema.json); the product has none
// (contract/cloud.md section 14.5).

inline constexpr std::size_t backup_evidence_limit = std::size_t{256} * 1024;  // bytes

// All broken rules, the worst first: `backup.evidence-invalid` alone when the text is not in that format.
// `key` is the place in the document (`drill.rows.redaction`). No text holds a value of it.
[[nodiscard]] std::vector<Violation> check_backup_evidence(std::string_view json,
                                                           std::chrono::system_clock::time_point now,
                                                           std::chrono::hours drill_max_age);

// What can be said of the record itself, whenever it is read: times and numbers that contradict each other,
// objectives that are missed or weaker than the environment asks for (section 14.5), a drill that restored
// nothing, values of secrets. `backup.contradiction`, `backup.objective-weak`, `backup.objective-missed`,
// `backup.nothing-restored`, `backup.secret-value`. Nothing when the text is not in the format.
[[nodiscard]] std::vector<Violation> check_backup_record(std::string_view json);

}  // namespace cowork::rules
