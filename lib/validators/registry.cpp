#include "validators/registry.hpp"

#include "validators/compose/compose.hpp"
#include "validators/env/env.hpp"
#include "validators/evidence/backup_evidence.hpp"
#include "validators/evidence/failover_drill.hpp"
#include "validators/evidence/launch_evidence.hpp"
#include "validators/evidence/load_report.hpp"
#include "validators/file_rules.hpp"
#include "validators/helm/helm.hpp"
#include "validators/kubernetes/kubernetes.hpp"
#include "validators/leaks/leaks.hpp"
#include "validators/opencode/opencode.hpp"
#include "validators/product_config/product_config.hpp"
#include "validators/service_rules.hpp"
#include "validators/suppressions/suppressions.hpp"
#include "validators/together/together.hpp"
#include "validators/topology/topology.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace cowork::validators {
namespace {

void nothing(const Input&, const Settings&, Findings&) {}

constexpr std::array validators{
    Validator{Kind::env, "validate.env", "Env file", validate_env},
    Validator{Kind::compose, "validate.compose", "Compose file", validate_compose},
    Validator{Kind::kubernetes, "validate.kubernetes", "Kubernetes manifests", validate_kubernetes},
    Validator{Kind::helm, "validate.helm", "Helm values", validate_helm},
    Validator{Kind::topology, "validate.topology", "Topology", validate_topology},
    Validator{Kind::load_report, "validate.load_report", "Load report", validate_load_report},
    Validator{Kind::failover_drill, "validate.failover_drill", "Failover drill", validate_failover_drill},
    Validator{Kind::launch_evidence, "validate.launch_evidence", "Launch evidence", validate_launch_evidence},
    Validator{Kind::backup_evidence, "validate.backup_evidence", "Backup evidence", validate_backup_evidence},
    Validator{Kind::opencode, "validate.opencode", "OpenCode configuration", validate_opencode},
    Validator{Kind::product_config, "validate.product_config", "Open Cowork configuration",
              validate_product_config},
    Validator{Kind::settings, "validate.settings", "Settings of validate", validate_settings_file},
    Validator{Kind::text, "validate.text", "Text", nothing},
};
static_assert(validators.size() == all_kinds.size());

// A row for each group, like the registries of checks and steps.
const std::array groups{
    RuleGroup{"Any file", file_rules()},
    RuleGroup{"Env files: how they are read", env_rules()},
    RuleGroup{"Settings of the services", service_rules()},
    RuleGroup{"Compose files", compose_rules()},
    RuleGroup{"Kubernetes manifests", kubernetes_rules()},
    RuleGroup{"Helm values", helm_rules()},
    RuleGroup{"Several files together", together_rules()},
    RuleGroup{"Topology and security gates", topology_rules()},
    RuleGroup{"Load and soak reports", load_report_rules()},
    RuleGroup{"Failover drills", failover_drill_rules()},
    RuleGroup{"Launch evidence", launch_evidence_rules()},
    RuleGroup{"Backup and restore evidence", backup_evidence_rules()},
    RuleGroup{"OpenCode's configuration", opencode_rules()},
    RuleGroup{"Open Cowork's configuration", product_config_rules()},
    RuleGroup{"Leaked secrets", leak_rules()},
    RuleGroup{"Permissions to break a rule", suppression_rules()},
};

}  // namespace

const Validator& validator_of(Kind kind) {
    return *std::find_if(validators.begin(), validators.end(),
                         [&](const Validator& one) { return one.kind == kind; });
}

std::span<const RuleGroup> rule_groups() { return groups; }

const Rule* find_rule(std::string_view id) {
    static const auto* const known = [] {
        auto* table = new std::unordered_map<std::string_view, const Rule*>;
        for (const RuleGroup& group : groups)
            for (const Rule& rule : group.rules) table->emplace(rule.id, &rule);
        return table;
    }();
    const auto found = known->find(id);
    return found == known->end() ? nullptr : found->second;
}

std::vector<std::string_view> rule_ids() {
    std::vector<std::string_view> ids;
    for (const RuleGroup& group : rule_groups())
        for (const Rule& rule : group.rules) ids.push_back(rule.id);
    return ids;
}

}  // namespace cowork::validators
