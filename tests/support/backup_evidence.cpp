#include "support/backup_evidence.hpp"

#include <nlohmann/json.hpp>

#include <ctime>

namespace cowork::test {

using nlohmann::json;
using std::chrono::hours;

std::string time_ago(std::chrono::hours age) {
    const std::time_t when = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - age);
    std::tm fields{};
    gmtime_r(&when, &fields);
    char text[40]{};
    (void)std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields);
    return text;
}

nlohmann::json good_backup_evidence() {
    json counts;
    for (const char* name : {"sessions", "projections", "artifacts", "workflows", "channelBindings",
                             "pendingDeliveries", "failedDeliveries", "deadDeliveries"})
        counts[name] = 12;
    json rows;
    for (const char* name : {"postgresRestore", "objectStoreRestore", "secretReferences", "webOnlyBoot",
                             "sessionProjectionParity", "artifactMetadata", "workerRecovery",
                             "schedulerRecovery", "gatewayRecovery", "redaction"})
        rows[name] = "pass";
    return {{"schemaVersion", 1},
            {"environment", "private_beta"},
            {"backups",
             {{"postgres",
               {{"enabled", true},
                {"kind", "pitr"},
                {"lastBackupAt", time_ago(hours(6))},
                {"retentionDays", 14}}},
              {"objectStore", {{"versioning", true}, {"retentionDays", 14}}}}},
            {"drill",
             {{"environment", "restore-test"},
              {"target", "a second project"},
              {"performedAt", time_ago(hours(24 * 20))},
              {"postgres", {{"source", "base backup"}, {"restoredTo", time_ago(hours(24 * 21))}}},
              {"objectStore", {{"snapshot", "generation 7"}}},
              {"secretVersions", {"cloud-secret-key/3"}},
              {"counts", {{"before", counts}, {"after", counts}}},
              {"rows", rows},
              {"smokes", {{{"command", "cowork doctor cloud-connect"}, {"result", "pass"}}}},
              {"exclusions", json::array()},
              {"followUps", {{{"what", "shorten step 3"}, {"owner", "operations"}}}},
              {"openHighSeverityFindings", 0}}}};
}

}  // namespace cowork::test
