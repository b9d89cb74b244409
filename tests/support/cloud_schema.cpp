#include "support/cloud_schema.hpp"

#include <array>
#include <sstream>
#include <string_view>
#include <vector>

namespace cowork::test {
namespace {

// In the order in which the product applies them.
constexpr std::array migrations{
    "001_cloud_control_plane_baseline",      "003_cloud_workflow_webhook_secrets",
    "004_channel_interaction_binding_scope", "005_channel_idempotency_scope",
    "006_artifact_upload_lifecycle",         "002_cloud_control_plane_concurrent_indexes"};

constexpr std::string_view tables =
    "cloud_accounts cloud_api_token_channel_binding_grants cloud_api_tokens cloud_artifact_index "
    "cloud_artifact_upload_reservations cloud_audit_events cloud_auth_failures cloud_byok_secrets "
    "cloud_channel_bindings cloud_channel_deliveries cloud_channel_identities cloud_channel_interactions "
    "cloud_channel_provider_events cloud_channel_session_bindings cloud_concurrency_counters "
    "cloud_coordination_watches cloud_custom_roles cloud_knowledge_page_versions cloud_knowledge_pages "
    "cloud_knowledge_proposals cloud_knowledge_spaces cloud_launchpad_session_summaries "
    "cloud_managed_policies cloud_managed_worker_heartbeats cloud_managed_workers cloud_memberships "
    "cloud_org_sso_configs cloud_orgs cloud_quota_locks cloud_rate_limits cloud_scim_sync_events "
    "cloud_session_commands cloud_session_events cloud_session_projections cloud_sessions "
    "cloud_setting_metadata cloud_subscriptions cloud_tenants cloud_thread_smart_filters "
    "cloud_thread_tag_links cloud_thread_tags cloud_usage_counters cloud_usage_events cloud_users "
    "cloud_webhook_auth_failures cloud_webhook_rate_limits cloud_webhook_replay_claims "
    "cloud_worker_credentials cloud_worker_heartbeats cloud_worker_leases cloud_worker_pools "
    "cloud_workflow_runs cloud_workflow_webhook_secrets cloud_workflows cloud_workspace_event_counters "
    "cloud_workspace_events headless_agents";

constexpr std::string_view indexes =
    "cloud_worker_leases_reaper_idx cloud_workflow_runs_reaper_idx cloud_sessions_session_id_idx "
    "cloud_sessions_opencode_session_idx cloud_workflow_runs_due_idx "
    "cloud_channel_deliveries_retention_idx cloud_channel_interactions_expiry_idx "
    "cloud_webhook_replay_claims_seen_idx cloud_memberships_account_idx cloud_session_events_created_idx "
    "cloud_audit_events_created_idx cloud_usage_events_created_idx cloud_workspace_events_created_idx "
    "cloud_channel_interactions_pending_idx cloud_sessions_projection_lag_idx "
    "cloud_artifact_index_task_idx cloud_workflow_runs_workflow_recent_idx "
    "cloud_workflows_webhook_lookup_idx";

struct Columns {
    std::string_view table, columns;
};
// Of the tables that are read.
constexpr std::array read_tables{
    Columns{"cloud_worker_heartbeats",
            "worker_id text PRIMARY KEY, role text NOT NULL, "
            "active_session_ids jsonb NOT NULL, last_seen_at timestamptz NOT NULL"},
    Columns{"cloud_managed_worker_heartbeats",
            "worker_id text PRIMARY KEY, received_at timestamptz NOT NULL"},
    Columns{"cloud_worker_leases",
            "tenant_id text NOT NULL, session_id text NOT NULL, leased_by text NOT NULL, "
            "lease_token text NOT NULL, lease_expires_at_ms bigint NOT NULL, "
            "checkpoint_version integer NOT NULL, PRIMARY KEY (tenant_id, session_id)"},
    Columns{"cloud_session_commands",
            "command_id text PRIMARY KEY, tenant_id text NOT NULL, session_id text NOT NULL, "
            "status text NOT NULL, attempt_count integer NOT NULL DEFAULT 0, "
            "created_at timestamptz NOT NULL, available_at timestamptz"},
    Columns{"cloud_channel_deliveries",
            "delivery_id text PRIMARY KEY, status text NOT NULL, next_attempt_at timestamptz NOT NULL, "
            "created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL"},
};

std::vector<std::string> words(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> all;
    for (std::string word; in >> word;) all.push_back(word);
    return all;
}

std::string columns_of(const std::string& table) {
    for (const Columns& row : read_tables)
        if (row.table == table) return std::string(row.columns);
    return "id text PRIMARY KEY";
}

// The table that an index belongs to: the longest name that it begins with.
std::string table_of(const std::string& index) {
    std::string best;
    for (const std::string& table : words(tables))
        if (index.starts_with(table + "_") && table.size() > best.size()) best = table;
    return best;
}

// The first column of a table.
std::string column_of(const std::string& table) {
    const std::string columns = columns_of(table);
    return columns.substr(0, columns.find(' '));
}

}  // namespace

std::string cloud_schema_sql() {
    std::string sql =
        "CREATE TABLE cloud_schema_migrations (id text PRIMARY KEY, applied_at timestamptz NOT NULL);\n";
    int minutes = 60;
    for (const char* id : migrations)
        sql += std::string("INSERT INTO cloud_schema_migrations VALUES ('") + id + "', now() - interval '" +
               std::to_string(minutes--) + " minutes');\n";
    for (const std::string& table : words(tables))
        sql += "CREATE TABLE " + table + " (" + columns_of(table) + ");\n";
    for (const std::string& index : words(indexes))
        sql +=
            "CREATE INDEX " + index + " ON " + table_of(index) + " (" + column_of(table_of(index)) + ");\n";
    return sql;
}

}  // namespace cowork::test
