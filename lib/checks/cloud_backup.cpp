#include "checks/cloud.hpp"
#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "core/atomic_file.hpp"
#include "rules/backup_evidence.hpp"

#include <array>

namespace cowork::checks {
namespace {

constexpr auto wrong = Status::action_required;
constexpr auto poor = Status::degraded;
constexpr std::string_view default_file = "backup-evidence.json";
constexpr std::array reasons{
    Reason{"backup.no-evidence", poor, "nothing attests that there are backups, and that they restore",
           "write what docs/reference/backup-evidence.md shows, and name it with --backup-evidence"},
    Reason{"backup.evidence-unreadable", wrong, "the evidence cannot be read",
           "name a regular file that this user may read, of at most 256 KiB"},
    Reason{"backup.evidence-invalid", wrong, "the evidence is not in its format",
           "correct the place that is named: docs/reference/backup-evidence.md"},
    Reason{"backup.off", wrong, "Postgres or the bucket is not backed up",
           "switch the database's backups and the bucket's versioning on"},
    Reason{"backup.time-in-future", wrong, "the evidence tells of a time that has not come",
           "correct it, or this machine's clock"},
    Reason{"backup.drill-failed", wrong, "the last restore drill failed in part",
           "mend what failed, and do the drill again, never over the live system"},
    Reason{"backup.stale", poor, "the last backup is more than two days old",
           "look why there is no newer one, and attest it"},
    Reason{"backup.no-pitr", poor, "the environment needs point-in-time recovery and has none",
           "switch point-in-time recovery on"},
    Reason{"backup.retention-short", poor, "backups are kept for fewer days than the environment needs",
           "keep them for 7 days, in production for 30"},
    Reason{"backup.windows-differ", poor, "Postgres and objects are kept for different times",
           "keep both for the same number of days"},
    Reason{"backup.drill-missing", poor, "no restore drill is attested",
           "restore a copy elsewhere as a drill, and attest it"},
    Reason{"backup.drill-stale", poor, "the last restore drill is too long ago",
           "do another, or say with --drill-max-age how old it may be"},
};

Finding backup_posture(const Context& context) {
    Layers layers;
    const bool named = !context.wishes.backup_evidence.empty();
    const std::string file = named ? context.wishes.backup_evidence : std::string(default_file);
    layers.source({file, 0, 0, {}});
    const auto text = read_file(file, rules::backup_evidence_limit);
    if (!text && text.error().code == ErrorCode::not_found && !named) {
        layers.source({});
        return layers.broke("attestation", poor, "backup.no-evidence",
                            "nothing attests that backups exist and restore"_safe);
    }
    if (!text)
        return layers.broke("file", wrong, "backup.evidence-unreadable",
                            context.redactor.text("the evidence cannot be read: {}", text.error().message));
    layers.passed("file", "the evidence was read"_safe);
    const auto violations =
        rules::check_backup_evidence(*text, std::chrono::system_clock::now(), context.wishes.drill_max_age);
    layers.evidence("broken_rules", static_cast<std::int64_t>(violations.size()));
    for (const auto& violation : violations)
        layers.evidence("place", context.redactor.text("{}: {}", violation.key, violation.message));
    if (violations.empty()) return layers.ready("backups are attested, and a restore drill that passed"_safe);
    const auto& worst = violations.front();
    layers.source({file, 0, 0, worst.key});
    Finding finding =
        layers.broke("attestation", worst.status, worst.reason_code, context.redactor.clean(worst.message));
    finding.action = context.redactor.clean(worst.remedy);
    return finding;
}

using catalogue::Intent;
constexpr std::array waits{Intent::full_hybrid};
constexpr std::array shows{Intent::cloud_connect};
constexpr std::array docs{std::string_view{"docs/reference/backup-evidence.md"}};
constexpr std::array rows{
    Check{.id = "cloud.backup_posture.configured",
          .label = "Cloud backup posture configured",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = poor,
          .looks_at = "The file in which the operator attests backups and the last restore drill: "
                      "--backup-evidence, or backup-evidence.json in the working directory.",
          .docs = docs,
          .needs = {},
          .ready_when = waits,
          .also_for = {},
          .reasons = reasons,
          .run = backup_posture,
          .shown_for = shows},
};

}  // namespace

std::span<const Check> cloud_backup_checks() { return rows; }

}  // namespace cowork::checks
