#include "checks/workspace_rows.hpp"

#include "checks/desktop_inventory.hpp"
#include "core/timestamp.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cowork::checks {
namespace {

using catalogue::WorkspaceKind;

// Where Desktop keeps credentials, one file for all workspaces of a kind.
constexpr std::string_view cloud_credentials = "cloud-workspace-credentials.json";
constexpr std::string_view gateway_credentials = "gateway-workspace-credentials.json";
constexpr std::string_view pairing_credentials = "desktop-pairing-credentials.json";

SafeText origin_of(const Context& context, const std::string& url) {
    const auto parsed = net::parse_url(url);
    return parsed ? context.redactor.clean(parsed->origin()) : SafeText{};
}

// Cleaned first: half a secret is none that the Redactor knows.
SafeText name_of(const Context& context, const std::string& name) {
    return context.redactor.text("{:.60}", name);
}

report::TimeRow time_of(const RowSource& source, const std::string& written) {
    report::TimeRow row{source.context.redactor.clean(written), {}};
    if (const auto when = parse_timestamp(written))
        row.age_seconds = std::chrono::floor<std::chrono::seconds>(source.now - *when).count();
    return row;
}

report::CredentialRow credential_of(const RowSource& source, std::string_view file) {
    const auto facts = source.context.files.facts(source.desktop.file(file));
    if (facts)
        return {"unknown",
                "Desktop's credential file for all of this kind is usually encrypted, and was not opened"};
    if (facts.error().code == ErrorCode::not_found)
        return {"missing", "Desktop keeps no credential of this kind"};
    return {"unknown", "Desktop's credential file cannot be looked at"};
}

// What the kind settles.
report::WorkspaceRow row_of_kind(WorkspaceKind kind) {
    report::WorkspaceRow row;
    row.kind = kind;
    row.authority = catalogue::authority_of(kind);
    row.support = catalogue::support_summary(kind);
    row.pairing_state = catalogue::find_authority(row.authority)->pairing_state;
    row.status_source = "files";
    return row;
}

// The word of a closed list in a literal; the last one for anything else.
template <std::size_t N>
std::string_view literal(const std::array<std::string_view, N>& words, std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? words.back() : *found;
}

std::string_view status_word(std::string_view status) {
    constexpr std::array<std::string_view, 5> words{"paired_online", "paired_offline", "disabled", "revoked",
                                                    "error"};
    return literal(words, status);
}

std::string_view decision_word(std::string_view decision) {
    constexpr std::array<std::string_view, 3> words{"disabled", "local_confirmation", "remote_allowed"};
    return literal(words, decision);
}

// As Desktop's list of workspaces shows a pairing (contract/health-center.md section 5.4).
std::string_view workspace_status(const rules::DesktopPairing& pairing) {
    if (pairing.revoked() || !pairing.enabled) return "disabled";
    return pairing.status == "paired_online" ? "online" : "offline";
}

std::string_view pairing_state(const rules::DesktopPairing& pairing) {
    if (pairing.revoked()) return "revoked";
    return pairing.enabled && pairing.status == "paired_online" ? "paired_online" : "paired_offline";
}

report::PairingPolicyRow policy_row(const rules::PairingPolicy& policy) {
    return {.allow_prompts = policy.allow_prompts,
            .allow_abort = policy.allow_abort,
            .approvals = decision_word(policy.approvals),
            .questions = decision_word(policy.questions),
            .expose_artifact_bodies = policy.expose_artifact_bodies,
            .expose_local_paths = policy.expose_local_paths,
            .expose_mcp_details = policy.expose_mcp_details,
            .allow_attachments = policy.allow_attachments};
}

}  // namespace

report::WorkspaceRow local_workspace_row() {
    auto row = row_of_kind(WorkspaceKind::local);
    row.id = "local"_safe;
    row.label = "This Desktop"_safe;
    row.status = "online";
    row.credential.status = "not_applicable";
    row.source = "Desktop";
    return row;
}

report::WorkspaceRow remote_workspace_row(const RowSource& source, const rules::DesktopWorkspace& workspace,
                                          rules::RemoteKind kind, std::string_view file) {
    const bool cloud = kind == rules::RemoteKind::cloud;
    auto row = row_of_kind(cloud ? WorkspaceKind::cloud : WorkspaceKind::gateway);
    row.id = source.context.redactor.clean(workspace.id);
    row.label = name_of(source.context, workspace.label);
    row.base_url = origin_of(source.context, workspace.base_url);
    row.credential = credential_of(source, cloud ? cloud_credentials : gateway_credentials);
    row.status = row.credential.status == "missing" ? "auth_required" : "unknown";
    row.last_synced = time_of(source, workspace.last_synced);
    row.source = file;
    return row;
}

report::WorkspaceRow paired_workspace_row(const RowSource& source, const rules::DesktopPairing& pairing) {
    auto row = row_of_kind(WorkspaceKind::paired_desktop);
    row.id = source.context.redactor.text("paired-desktop:{}", pairing.id);
    row.label = name_of(source.context, pairing.whole_label);
    row.status = workspace_status(pairing);
    row.pairing_state = pairing_state(pairing);
    row.base_url = origin_of(source.context, pairing.broker_url);
    row.credential = credential_of(source, pairing_credentials);
    row.source = pairings_file;
    return row;
}

report::PairingRow pairing_row(const RowSource& source, const rules::DesktopPairing& pairing) {
    report::PairingRow row;
    row.id = source.context.redactor.clean(pairing.id);
    row.label = name_of(source.context, pairing.whole_label);
    row.device_name = name_of(source.context, pairing.device_name);
    row.status = status_word(pairing.status);
    row.enabled = pairing.enabled;
    row.scoped = pairing.elevated.empty();
    row.elevated = pairing.elevated_keys;
    row.policy = policy_row(pairing.policy);
    if (!pairing.every_session) row.allowed_sessions = static_cast<std::int64_t>(pairing.allowed_sessions);
    row.allowed_workspaces = static_cast<std::int64_t>(pairing.allowed_workspaces);
    row.credential = credential_of(source, pairing_credentials);
    row.last_heartbeat = time_of(source, pairing.last_heartbeat);
    row.last_connected = time_of(source, pairing.last_connected);
    row.created = time_of(source, pairing.created);
    row.revoked = time_of(source, pairing.revoked_at);
    row.broker_origin = origin_of(source.context, pairing.broker_url);
    return row;
}

}  // namespace cowork::checks
