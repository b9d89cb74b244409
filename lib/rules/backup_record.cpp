#include "rules/backup_document.hpp"
#include "rules/backup_evidence.hpp"
#include "secrets/token_families.hpp"

#include <fmt/format.h>

#include <utility>

namespace cowork::rules {
namespace {

constexpr auto wrong = Status::action_required;
constexpr auto poor = Status::degraded;
constexpr std::chrono::minutes clocks_apart{5};

// contract/cloud.md section 14.5.
BackupObjectives asked_of(std::string_view environment) {
    if (environment == "managed_production") return {5, 60};
    if (environment == "private_beta") return {15, 120};
    return {1440, 240};
}

class RecordJudge {
  public:
    explicit RecordJudge(const BackupDocument& document) : document_(document) {}

    std::vector<Violation> judge() {
        objectives();
        if (document_.drill) drill(*document_.drill);
        return std::move(found_);
    }

  private:
    void add(std::string_view reason, Status status, std::string place, std::string message,
             std::string remedy) {
        found_.push_back({reason, status, std::move(place), std::move(message), std::move(remedy), {}});
    }

    void objectives() {
        if (!document_.objectives) return;
        const BackupObjectives asked = asked_of(document_.environment);
        const auto weak = [&](const char* name, std::int64_t stated, std::int64_t wanted) {
            if (stated > wanted)
                add("backup.objective-weak", poor, fmt::format("objectives.{}", name),
                    fmt::format("objectives.{} is more than the {} minutes of {}", name, wanted,
                                document_.environment),
                    "back up more often, or restore faster");
        };
        weak("rpoMinutes", document_.objectives->rpo_minutes, asked.rpo_minutes);
        weak("rtoMinutes", document_.objectives->rto_minutes, asked.rto_minutes);
    }

    void drill(const BackupDrill& drill) {
        times(drill);
        measured(drill);
        if (drill.restored == 0)
            add("backup.nothing-restored", poor, "drill.counts",
                "drill.counts are all zero: the drill restored nothing",
                "do the drill with a copy of what is really there");
        std::size_t at = 0;
        for (const std::string& version : drill.secret_versions) {
            const std::string place = fmt::format("drill.secretVersions[{}]", at++);
            if (without_token_shapes(version, {}) != version)
                add("backup.secret-value", wrong, place, fmt::format("{} looks like a secret itself", place),
                    "write the secret's name and version, and change the secret");
        }
    }

    void times(const BackupDrill& drill) {
        const auto contradicts = [&](std::string what, std::string remedy) {
            add("backup.contradiction", wrong, "drill.postgres.restoredTo", std::move(what),
                std::move(remedy));
        };
        if (drill.restored_to - clocks_apart > drill.performed_at)
            contradicts("drill.postgres.restoredTo is later than drill.performedAt",
                        "write to which time Postgres was restored, and when that was done");
        if (!document_.postgres_enabled || !document_.last_backup_at) return;
        if (!document_.point_in_time && drill.restored_to - clocks_apart > *document_.last_backup_at)
            contradicts("drill.postgres.restoredTo is later than the last snapshot",
                        "correct lastBackupAt, or write the snapshot's own time");
        // In seconds: nothing can be added to the clock's last nanosecond.
        using std::chrono::floor, std::chrono::seconds;
        const std::chrono::hours kept{24 * (document_.postgres_days + 1)};
        if (document_.postgres_days > 0 &&
            floor<seconds>(drill.restored_to) + kept < floor<seconds>(drill.performed_at))
            contradicts("drill.postgres.restoredTo is older than anything that is kept",
                        "correct the time, or retentionDays");
    }

    void measured(const BackupDrill& drill) {
        if (!drill.measured) return;
        const BackupObjectives wanted = document_.objectives.value_or(asked_of(document_.environment));
        const auto missed = [&](const char* name, std::int64_t took, std::int64_t allowed) {
            if (took > allowed)
                add("backup.objective-missed", wrong, fmt::format("drill.measured.{}", name),
                    fmt::format("drill.measured.{} is more than the {} minutes of the objective", name,
                                allowed),
                    "mend what took so long, and do the drill again");
        };
        missed("rpoMinutes", drill.measured->rpo_minutes, wanted.rpo_minutes);
        missed("rtoMinutes", drill.measured->rto_minutes, wanted.rto_minutes);
    }

    const BackupDocument& document_;
    std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> check_backup_record(std::string_view json) {
    BackupProblem problem;
    const auto document = read_backup_document(json, problem);
    return document ? RecordJudge(*document).judge() : std::vector<Violation>{};
}

}  // namespace cowork::rules
