#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The evidence file read into values; only backup_evidence.cpp judges them.
using Moment = std::chrono::system_clock::time_point;

inline constexpr std::array drill_rows{
    std::string_view{"postgresRestore"},         std::string_view{"objectStoreRestore"},
    std::string_view{"secretReferences"},        std::string_view{"webOnlyBoot"},
    std::string_view{"sessionProjectionParity"}, std::string_view{"artifactMetadata"},
    std::string_view{"workerRecovery"},          std::string_view{"schedulerRecovery"},
    std::string_view{"gatewayRecovery"},         std::string_view{"redaction"}};
inline constexpr std::array drill_counts{
    std::string_view{"sessions"},         std::string_view{"projections"},
    std::string_view{"artifacts"},        std::string_view{"workflows"},
    std::string_view{"channelBindings"},  std::string_view{"pendingDeliveries"},
    std::string_view{"failedDeliveries"}, std::string_view{"deadDeliveries"}};

// How much may be lost, and how long it may take.
struct BackupObjectives {
    std::int64_t rpo_minutes = 0, rto_minutes = 0;
};

struct BackupDrill {
    Moment performed_at, restored_to;
    std::vector<std::string_view> failed_rows;   // of drill_rows
    std::vector<std::string_view> other_counts;  // of drill_counts, that differ
    int failed_smokes = 0;
    std::int64_t open_high = 0;
    std::int64_t restored = 0;                 // all counts together, after the restore
    std::optional<BackupObjectives> measured;  // what the drill took
    std::vector<std::string> secret_versions;
};

struct BackupDocument {
    std::string environment;  // internal_dev, private_beta or managed_production
    bool postgres_enabled = false;
    bool point_in_time = false;
    std::optional<Moment> last_backup_at;  // always, when enabled
    std::int64_t postgres_days = 0;
    bool versioning = false;
    std::int64_t object_days = 0;
    std::optional<BackupObjectives> objectives;
    std::optional<BackupDrill> drill;
};

// The first place that is not as the format has it, and the rule.
struct BackupProblem {
    std::string place;  // empty: the whole
    std::string rule;
};

// Nothing and `problem` when the text is not in the format.
[[nodiscard]] std::optional<BackupDocument> read_backup_document(std::string_view text,
                                                                 BackupProblem& problem);

}  // namespace cowork::rules
