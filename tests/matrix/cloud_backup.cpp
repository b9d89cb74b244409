#include "matrix/groups.hpp"
#include "matrix/matrix.hpp"
#include "support/backup_evidence.hpp"

#include <nlohmann/json.hpp>

#include <chrono>

namespace cowork::test::matrix {
namespace {

using nlohmann::json;
using std::chrono::hours;

constexpr const char* check = "cloud.backup_posture.configured";

class BackupWorld : public World {
  public:
    BackupWorld() : evidence(good_backup_evidence()) {
        path = "full-hybrid";
        arguments = {"--only", check};
    }
    json& at(const char* pointer) { return evidence[json::json_pointer(pointer)]; }

    json evidence;     // null: no file
    std::string text;  // in its place, if any

  protected:
    void prepare() override {
        if (text.empty() && evidence.is_null()) return;
        (void)scratch.file("backup-evidence.json", text.empty() ? evidence.dump() : text);
    }
};

using BackupCase = Case<BackupWorld>;

const std::vector<BackupCase>& cases() {
    static const std::vector<BackupCase> all = [] {
        std::vector<BackupCase> made;
        const auto add = [&](std::string fault, Status status, const char* reason, auto breaks) {
            const int code = status == Status::ready ? 0 : status == Status::degraded ? 4 : 1;
            made.push_back({{check, std::move(fault), status, reason, code}, breaks});
        };
        const auto set = [&](std::string fault, Status status, const char* reason, const char* pointer,
                             json value) {
            add(std::move(fault), status, reason,
                [pointer, value = std::move(value)](BackupWorld& w) { w.at(pointer) = value; });
        };
        constexpr auto poor = Status::degraded;
        constexpr auto wrong = Status::action_required;
        const auto invalid = [&](std::string fault, const char* pointer, json value) {
            set(std::move(fault), wrong, "backup.evidence-invalid", pointer, std::move(value));
        };
        add("nothing", Status::ready, "", [](BackupWorld&) {});
        add("nothing, in a file that is named", Status::ready, "", [](BackupWorld& w) {
            w.arguments.insert(w.arguments.end(),
                               {"--backup-evidence", w.scratch.file("attested.json", w.evidence.dump())});
            w.evidence = nullptr;
        });
        add("no file", poor, "backup.no-evidence", [](BackupWorld& w) { w.evidence = nullptr; });
        add("the file that is named is not there", wrong, "backup.evidence-unreadable", [](BackupWorld& w) {
            w.arguments.insert(w.arguments.end(), {"--backup-evidence", "elsewhere.json"});
        });
        add("a directory in its place", wrong, "backup.evidence-unreadable", [](BackupWorld& w) {
            w.arguments.insert(w.arguments.end(), {"--backup-evidence", w.scratch.directory("evidence")});
        });
        add("a device without end", wrong, "backup.evidence-unreadable", [](BackupWorld& w) {
            w.arguments.insert(w.arguments.end(), {"--backup-evidence", "/dev/zero"});
        });
        add("a file of a megabyte", wrong, "backup.evidence-unreadable",
            [](BackupWorld& w) { w.text = std::string(1 << 20, ' '); });
        for (const auto& [words, text] : std::vector<std::pair<const char*, std::string>>{
                 {"no JSON", "backups: yes"},
                 {"deep JSON", std::string(100'000, '[')},
                 {"a list", "[]"},
                 {"JSON that ends early", good_backup_evidence().dump().substr(0, 300)}})
            add(words, wrong, "backup.evidence-invalid", [text = text](BackupWorld& w) { w.text = text; });
        invalid("another version", "/schemaVersion", 2);
        invalid("a member that nobody knows", "/note", "password=hunter2hunter2");
        invalid("a day without a time", "/drill/performedAt", "2026-01-31");
        invalid("a time with another offset", "/backups/postgres/lastBackupAt", "2026-01-31T12:00:00+02:00");
        invalid("a negative number of days", "/backups/postgres/retentionDays", -1);
        invalid("days with a fraction", "/backups/objectStore/retentionDays", 1.5);
        invalid("a pass row that is blank", "/drill/rows/redaction", "");
        invalid("no command was run", "/drill/smokes", json::array());
        invalid("a follow-up without owner", "/drill/followUps/0", {{"what", "mend it"}});
        invalid("an environment that nobody knows", "/environment", "prod");
        add("a pass row is missing", wrong, "backup.evidence-invalid",
            [](BackupWorld& w) { w.at("/drill/rows").erase("webOnlyBoot"); });
        set("no backups of Postgres", wrong, "backup.off", "/backups/postgres", {{"enabled", false}});
        set("no versions of objects", wrong, "backup.off", "/backups/objectStore", {{"versioning", false}});
        set("a backup of tomorrow", wrong, "backup.time-in-future", "/backups/postgres/lastBackupAt",
            time_ago(hours(-24)));
        set("a drill of tomorrow", wrong, "backup.time-in-future", "/drill/performedAt",
            time_ago(hours(-24)));
        set("the last backup is three days old", poor, "backup.stale", "/backups/postgres/lastBackupAt",
            time_ago(hours(72)));
        set("snapshots only", poor, "backup.no-pitr", "/backups/postgres/kind", "snapshot");
        set("objects are kept for a day", poor, "backup.retention-short",
            "/backups/objectStore/retentionDays", 1);
        set("in production, kept for 14 days", poor, "backup.retention-short", "/environment",
            "managed_production");
        set("kept for 14 and 20 days", poor, "backup.windows-differ", "/backups/objectStore/retentionDays",
            20);
        add("no drill", poor, "backup.drill-missing", [](BackupWorld& w) { w.evidence.erase("drill"); });
        set("a drill 100 days ago", poor, "backup.drill-stale", "/drill/performedAt",
            time_ago(hours(24 * 100)));
        for (const char* name : {"postgresRestore", "redaction"})
            set(std::string(name) + " failed", wrong, "backup.drill-failed",
                kept(std::string("/drill/rows/") + name).data(), "fail");
        set("an artifact fewer", wrong, "backup.drill-failed", "/drill/counts/after/artifacts", 11);
        set("a command failed", wrong, "backup.drill-failed", "/drill/smokes/0/result", "fail");
        set("a finding of high severity", wrong, "backup.drill-failed", "/drill/openHighSeverityFindings", 1);
        return made;
    }();
    return all;
}

}  // namespace

std::vector<Row> cloud_backup_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: backups of the Cloud", "[storage]") {
    run_cases(cases(), [] { return std::make_unique<BackupWorld>(); });
}

}  // namespace cowork::test::matrix
