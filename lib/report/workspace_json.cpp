#include "report/workspace_json.hpp"

#include <nlohmann/json.hpp>

namespace cowork::report {
namespace {

using json = nlohmann::ordered_json;

json text_or_null(std::string_view text) { return text.empty() ? json(nullptr) : json(text); }

template <typename Value>
json value_or_null(const std::optional<Value>& value) {
    return value ? json(*value) : json(nullptr);
}

json credential_json(const CredentialRow& row) {
    return {{"status", row.status}, {"reason", text_or_null(row.reason)}};
}

json support_json(const catalogue::SupportSummary& support) {
    return {{"summary", support.text()},  {"supported", support.supported}, {"readOnly", support.read_only},
            {"blocked", support.blocked}, {"deferred", support.deferred},   {"byPolicy", support.by_policy}};
}

json policy_json(const PairingPolicyRow& policy) {
    return {{"allowRemotePrompts", policy.allow_prompts},
            {"allowRemoteAbort", policy.allow_abort},
            {"remoteApprovals", policy.approvals},
            {"remoteQuestions", policy.questions},
            {"exposeArtifactBodies", policy.expose_artifact_bodies},
            {"exposeLocalPaths", policy.expose_local_paths},
            {"exposeLocalMcpDetails", policy.expose_mcp_details},
            {"allowRemoteAttachments", policy.allow_attachments}};
}

}  // namespace

json workspace_json(const WorkspaceRow& row) {
    const auto& contract = *catalogue::find_authority(row.authority);
    return {{"id", row.id.str()},
            {"label", row.label.str()},
            {"kind", to_string(row.kind)},
            {"authority", to_string(row.authority)},
            {"runtimeAuthority", to_string(contract.runtime)},
            {"stateOwner", contract.state_owner},
            {"status", row.status},
            {"statusSource", row.status_source},
            {"reachable", value_or_null(row.reachable)},
            {"baseUrl", text_or_null(row.base_url.view())},
            {"credential", credential_json(row.credential)},
            {"support", support_json(row.support)},
            {"approvals", contract.interactions},
            {"questions", contract.interactions},
            {"pathExposure", contract.path_exposure},
            {"artifacts", contract.artifacts},
            {"pairingState", row.pairing_state},
            {"lastSyncedAt", text_or_null(row.last_synced.at.view())},
            {"lastSyncedAgeSeconds", value_or_null(row.last_synced.age_seconds)},
            {"source", row.source}};
}

json pairing_json(const PairingRow& row) {
    return {{"id", row.id.str()},
            {"label", row.label.str()},
            {"deviceName", row.device_name.str()},
            {"status", row.status},
            {"enabled", row.enabled},
            {"scoped", row.scoped},
            {"elevated", row.elevated},
            {"policy", policy_json(row.policy)},
            {"allowedSessions", row.allowed_sessions ? json(*row.allowed_sessions) : json("all")},
            {"allowedWorkspaces", row.allowed_workspaces},
            {"credential", credential_json(row.credential)},
            {"lastHeartbeatAt", text_or_null(row.last_heartbeat.at.view())},
            {"heartbeatAgeSeconds", value_or_null(row.last_heartbeat.age_seconds)},
            {"lastConnectedAt", text_or_null(row.last_connected.at.view())},
            {"createdAt", text_or_null(row.created.at.view())},
            {"revokedAt", text_or_null(row.revoked.at.view())},
            {"brokerOrigin", text_or_null(row.broker_origin.view())}};
}

}  // namespace cowork::report
