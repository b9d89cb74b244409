#pragma once

#include <array>
#include <string>
#include <string_view>

namespace cowork::checks {

// What a migrated Cloud database holds: contract/cloud.md section 4.

inline constexpr std::string_view cloud_ledger = "cloud_schema_migrations";

inline constexpr auto cloud_migrations = std::to_array<std::string_view>(
    {"001_cloud_control_plane_baseline", "002_cloud_control_plane_concurrent_indexes",
     "003_cloud_workflow_webhook_secrets", "004_channel_interaction_binding_scope",
     "005_channel_idempotency_scope", "006_artifact_upload_lifecycle"});
static_assert(cloud_migrations.size() == 6);

// Beside the ledger.
inline constexpr auto cloud_tables =
    std::to_array<std::string_view>({"cloud_accounts",
                                     "cloud_api_token_channel_binding_grants",
                                     "cloud_api_tokens",
                                     "cloud_artifact_index",
                                     "cloud_artifact_upload_reservations",
                                     "cloud_audit_events",
                                     "cloud_auth_failures",
                                     "cloud_byok_secrets",
                                     "cloud_channel_bindings",
                                     "cloud_channel_deliveries",
                                     "cloud_channel_identities",
                                     "cloud_channel_interactions",
                                     "cloud_channel_provider_events",
                                     "cloud_channel_session_bindings",
                                     "cloud_concurrency_counters",
                                     "cloud_coordination_watches",
                                     "cloud_custom_roles",
                                     "cloud_knowledge_page_versions",
                                     "cloud_knowledge_pages",
                                     "cloud_knowledge_proposals",
                                     "cloud_knowledge_spaces",
                                     "cloud_launchpad_session_summaries",
                                     "cloud_managed_policies",
                                     "cloud_managed_worker_heartbeats",
                                     "cloud_managed_workers",
                                     "cloud_memberships",
                                     "cloud_org_sso_configs",
                                     "cloud_orgs",
                                     "cloud_quota_locks",
                                     "cloud_rate_limits",
                                     "cloud_scim_sync_events",
                                     "cloud_session_commands",
                                     "cloud_session_events",
                                     "cloud_session_projections",
                                     "cloud_sessions",
                                     "cloud_setting_metadata",
                                     "cloud_subscriptions",
                                     "cloud_tenants",
                                     "cloud_thread_smart_filters",
                                     "cloud_thread_tag_links",
                                     "cloud_thread_tags",
                                     "cloud_usage_counters",
                                     "cloud_usage_events",
                                     "cloud_users",
                                     "cloud_webhook_auth_failures",
                                     "cloud_webhook_rate_limits",
                                     "cloud_webhook_replay_claims",
                                     "cloud_worker_credentials",
                                     "cloud_worker_heartbeats",
                                     "cloud_worker_leases",
                                     "cloud_worker_pools",
                                     "cloud_workflow_runs",
                                     "cloud_workflow_webhook_secrets",
                                     "cloud_workflows",
                                     "cloud_workspace_event_counters",
                                     "cloud_workspace_events",
                                     "headless_agents"});
static_assert(cloud_tables.size() == 57);

// Built concurrently, so that one may be there and not be valid.
inline constexpr auto cloud_indexes = std::to_array<std::string_view>(
    {"cloud_worker_leases_reaper_idx", "cloud_workflow_runs_reaper_idx", "cloud_sessions_session_id_idx",
     "cloud_sessions_opencode_session_idx", "cloud_workflow_runs_due_idx",
     "cloud_channel_deliveries_retention_idx", "cloud_channel_interactions_expiry_idx",
     "cloud_webhook_replay_claims_seen_idx", "cloud_memberships_account_idx",
     "cloud_session_events_created_idx", "cloud_audit_events_created_idx", "cloud_usage_events_created_idx",
     "cloud_workspace_events_created_idx", "cloud_channel_interactions_pending_idx",
     "cloud_sessions_projection_lag_idx", "cloud_artifact_index_task_idx",
     "cloud_workflow_runs_workflow_recent_idx", "cloud_workflows_webhook_lookup_idx"});
static_assert(cloud_indexes.size() == 18);

// The names with commas between, as a parameter of a query.
template <typename Names>
std::string comma_list(const Names& names) {
    std::string all;
    for (const auto& name : names) {
        if (!all.empty()) all += ',';
        all += name;
    }
    return all;
}

}  // namespace cowork::checks
