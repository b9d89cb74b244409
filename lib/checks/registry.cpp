#include "checks/registry.hpp"

#include "checks/cloud.hpp"
#include "checks/desktop.hpp"
#include "checks/gateway.hpp"

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

// The engine's own ends, beside each check's reasons.
constexpr std::array shared_reasons{
    Reason{"dependency.not_ready", Status::unknown,
           "a check that this one needs is not ready, so it did not run",
           "mend the check named by blockedBy first"},
    Reason{"deadline.exceeded", Status::unknown, "the run's deadline came before the answer",
           "raise --deadline, or mend what answers slowly"},
    Reason{"run.stopped", Status::unknown, "the run was stopped by a signal before the answer",
           "run doctor again"},
    Reason{"skipped.by_user", Status::unknown, "--only or --skip left it out",
           "run it without --only or --skip"},
    Reason{"check.failed", Status::unknown, "the check itself failed; this is a defect in cowork",
           "report it with the output of -v"},
};

bool contains(std::span<const catalogue::Intent> intents, catalogue::Intent intent) {
    return std::find(intents.begin(), intents.end(), intent) != intents.end();
}

std::vector<const Check*> collect() {
    std::vector<const Check*> all;
    // The product's thirteen in its order, then cowork's own.
    for (const auto group : {desktop_runtime_checks(),
                             desktop_credentials_checks(),
                             workspace_authority_checks(),
                             cloud_sign_in_checks(),
                             cloud_sync_checks(),
                             gateway_opencode_checks(),
                             gateway_provider_checks(),
                             gateway_operator_checks(),
                             cloud_database_checks(),
                             cloud_storage_checks(),
                             cloud_backup_checks(),
                             pairing_checks(),
                             gateway_host_checks(),
                             gateway_database_checks(),
                             cloud_isolation_checks(),
                             cloud_liveness_checks(),
                             cloud_queue_checks(),
                             cloud_host_checks(),
                             desktop_configuration_checks(),
                             desktop_files_checks(),
                             desktop_capabilities_checks(),
                             opencode_configuration_checks(),
                             opencode_capabilities_checks(),
                             workspace_remotes_checks()})
        for (const Check& check : group) all.push_back(&check);
    return all;
}

}  // namespace

bool Check::required_for(catalogue::Intent intent) const {
    return contains(ready_when, intent) || contains(also_for, intent);
}

bool Check::needed_by_cowork(catalogue::Intent intent) const { return contains(also_for, intent); }

bool Check::applies_to(catalogue::Intent intent) const {
    return required_for(intent) || contains(shown_for, intent);
}

const Reason* Check::reason(std::string_view code) const {
    for (const auto& list : {reasons, engine_reasons()}) {
        const auto found =
            std::find_if(list.begin(), list.end(), [&](const Reason& r) { return r.code == code; });
        if (found != list.end()) return &*found;
    }
    return nullptr;
}

std::span<const Reason> engine_reasons() { return shared_reasons; }

const std::vector<const Check*>& registry() {
    static const std::vector<const Check*> all = collect();
    return all;
}

std::vector<const Check*> checks_for(std::span<const catalogue::Intent> paths) {
    std::vector<const Check*> chosen;
    for (const Check* check : registry())
        if (std::any_of(paths.begin(), paths.end(),
                        [&](catalogue::Intent path) { return check->applies_to(path); }))
            chosen.push_back(check);
    return chosen;
}

const Check* find_check(std::string_view id) {
    for (const Check* check : registry())
        if (check->id == id) return check;
    return nullptr;
}

}  // namespace cowork::checks
