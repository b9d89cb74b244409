#include "validators/evidence/backup_evidence.hpp"

#include <array>

namespace cowork::validators {
namespace {

constexpr std::array rules{
    Rule{"backup.evidence-invalid", Severity::error, "backup evidence that is not in its format",
         "Nothing in it can be judged, so it attests nothing.",
         "Correct the place that is named; docs/reference/backup-evidence.md shows the format."},
    Rule{"backup.off", Severity::error, "something that is not backed up",
         "What is lost with the machine or the bucket is lost for good.",
         "Switch the database's backups and the bucket's versioning on."},
    Rule{"backup.time-in-future", Severity::error, "evidence of a time that has not come",
         "Nobody can have seen it, so nothing else in the record can be believed either.",
         "Correct the time, or the clock of this machine."},
    Rule{"backup.contradiction", Severity::error, "times that contradict each other",
         "One of them is wrong, and with it what the drill has shown.",
         "Write the times as the backup and the restore logged them."},
    Rule{"backup.drill-failed", Severity::error, "a restore drill that failed in part",
         "What did not come back in the drill does not come back in an emergency.",
         "Mend what failed, and do the drill again, never over the live system."},
    Rule{"backup.objective-missed", Severity::error, "a drill that took longer, or lost more, than it may",
         "An emergency takes longer than a drill.", "Mend what took so long, and do the drill again."},
    Rule{"backup.secret-value", Severity::error, "a secret's value in the evidence",
         "Evidence is passed around and kept for years.",
         "Write the secret's name and version, and change the secret."},
    Rule{"backup.stale", Severity::warning, "a last backup of more than two days ago",
         "A base backup is made once a day, and one may fail. An older one means that they have stopped, or "
         "that nobody has looked.",
         "Look why there is no newer one, and attest it."},
    Rule{"backup.no-pitr", Severity::warning, "no point-in-time recovery where the environment needs it",
         "All of a day is lost with the machine, where minutes are allowed.",
         "Switch point-in-time recovery on."},
    Rule{"backup.retention-short", Severity::warning, "backups that are kept for too few days",
         "Damage that is found late has no backup from before it any more.",
         "Keep them for 7 days, in production for 30."},
    Rule{"backup.windows-differ", Severity::warning, "Postgres and objects that are kept for different times",
         "The days that only one of them has cannot be restored as a whole.",
         "Keep both for the same number of days."},
    Rule{"backup.drill-missing", Severity::warning, "no restore drill",
         "A backup that nobody has restored is a hope.",
         "Restore a copy elsewhere as a drill, and attest it."},
    Rule{"backup.drill-stale", Severity::warning, "a restore drill of more than 90 days ago",
         "What has changed since then, nobody has restored.", "Do another drill, and attest it."},
    Rule{"backup.objective-weak", Severity::warning, "objectives below those of the environment",
         "The runbook allows less to be lost, and less time, in such an environment.",
         "Back up more often, or restore faster, or name another environment."},
    Rule{"backup.nothing-restored", Severity::warning, "a drill that restored nothing",
         "Counts that are all zero before and after agree whatever was lost.",
         "Do the drill with a copy of what is really there."},
};

}  // namespace

std::span<const Rule> backup_evidence_rules() { return rules; }

}  // namespace cowork::validators
