#include "rules/backup_evidence.hpp"

#include "rules/backup_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cowork::rules {
namespace {

using std::chrono::hours;

constexpr auto wrong = Status::action_required;
constexpr auto poor = Status::degraded;
// A base backup is a daily one in every class, and one may fail.
constexpr hours oldest_backup{2 * 24};
constexpr std::chrono::minutes clocks_apart{5};

class BackupJudge {
  public:
    BackupJudge(const BackupDocument& document, Moment now, hours drill_max_age)
        : document_(document), now_(now), drill_max_age_(drill_max_age) {}

    std::vector<Violation> judge() {
        backups();
        retention();
        drill();
        std::stable_partition(found_.begin(), found_.end(),
                              [](const Violation& one) { return one.status == wrong; });
        return std::move(found_);
    }

  private:
    void add(std::string_view reason, Status status, std::string place, std::string message,
             std::string remedy) {
        found_.push_back({reason, status, std::move(place), std::move(message), std::move(remedy), {}});
    }
    [[nodiscard]] bool lasting() const { return document_.environment != "internal_dev"; }
    // Whether the moment lies ahead, which makes everything about it worthless.
    bool ahead(Moment moment, const char* place) {
        if (moment <= now_ + clocks_apart) return false;
        add("backup.time-in-future", wrong, place, fmt::format("{} lies in the future", place),
            "correct it, or this machine's clock");
        return true;
    }

    void backups() {
        if (!document_.postgres_enabled)
            add("backup.off", wrong, "backups.postgres.enabled", "Postgres is not backed up",
                "switch its backups on");
        if (!document_.versioning)
            add("backup.off", wrong, "backups.objectStore.versioning", "the bucket keeps no versions",
                "switch its versioning on");
        if (document_.postgres_enabled && lasting() && !document_.point_in_time)
            add("backup.no-pitr", poor, "backups.postgres.kind",
                "Postgres cannot be restored to a point in time", "switch point-in-time recovery on");
        if (!document_.last_backup_at || ahead(*document_.last_backup_at, "backups.postgres.lastBackupAt"))
            return;
        if (now_ - *document_.last_backup_at > oldest_backup)
            add("backup.stale", poor, "backups.postgres.lastBackupAt",
                fmt::format("the last backup is {} h old, more than {} h", age(*document_.last_backup_at),
                            oldest_backup.count()),
                "look why there is no newer one, and attest it");
    }
    void retention() {
        if (!document_.postgres_enabled || !document_.versioning) return;
        const std::int64_t least = document_.environment == "managed_production" ? 30 : 7;
        if (document_.postgres_days < least || document_.object_days < least)
            add("backup.retention-short", poor, "backups",
                fmt::format("backups are kept for less than {} days", least), "keep them longer");
        if (document_.postgres_days != document_.object_days)
            add("backup.windows-differ", poor, "backups",
                fmt::format("Postgres is kept for {} days and objects for {}: not every day of one has its "
                            "other half",
                            document_.postgres_days, document_.object_days),
                "keep both for the same number of days");
    }
    void drill() {
        if (!document_.drill)
            return add("backup.drill-missing", poor, "drill", "no restore drill is attested",
                       "restore a copy elsewhere as the runbook says, and attest it");
        const BackupDrill& drill = *document_.drill;
        const bool later = ahead(drill.performed_at, "drill.performedAt");
        ahead(drill.restored_to, "drill.postgres.restoredTo");
        if (!later && now_ - drill.performed_at > drill_max_age_)
            add("backup.drill-stale", poor, "drill.performedAt",
                fmt::format("the last restore drill was {} days ago, more than {}",
                            age(drill.performed_at) / 24, drill_max_age_.count() / 24),
                "do another, and attest it");
        results(drill);
    }
    void results(const BackupDrill& drill) {
        const auto failed = [&](const char* place, std::string message) {
            add("backup.drill-failed", wrong, place, std::move(message),
                "mend what failed, and do the drill again");
        };
        if (!drill.failed_rows.empty())
            failed("drill.rows",
                   fmt::format("the restore drill failed: {}", fmt::join(drill.failed_rows, ", ")));
        if (!drill.other_counts.empty())
            failed("drill.counts", fmt::format("counts differ before and after the restore: {}",
                                               fmt::join(drill.other_counts, ", ")));
        if (drill.failed_smokes > 0)
            failed("drill.smokes", fmt::format("{} commands failed after the restore", drill.failed_smokes));
        if (drill.open_high > 0)
            failed("drill.openHighSeverityFindings",
                   fmt::format("{} findings of high severity are open", drill.open_high));
    }
    [[nodiscard]] long long age(Moment moment) const {  // hours
        return std::chrono::duration_cast<hours>(now_ - moment).count();
    }

    const BackupDocument& document_;
    Moment now_;
    hours drill_max_age_;
    std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> check_backup_evidence(std::string_view json, std::chrono::system_clock::time_point now,
                                             hours drill_max_age) {
    BackupProblem problem;
    const auto document = read_backup_document(json, problem);
    if (document) return BackupJudge(*document, now, drill_max_age).judge();
    const std::string place = problem.place.empty() ? "the evidence" : problem.place;
    return {{"backup.evidence-invalid",
             wrong,
             problem.place,
             fmt::format("{} {}", place, problem.rule),
             "correct it: docs/reference/backup-evidence.md",
             {}}};
}

}  // namespace cowork::rules
