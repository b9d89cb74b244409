#pragma once

#include "catalogue/authorities.hpp"
#include "catalogue/workspace_support.hpp"
#include "secrets/safe_text.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cowork::report {

// Rows for the report's lists of Desktop's workspaces and pairings. Words are the product's
// (contract/health-center.md sections 5 and 6.1); every string_view is a literal.

// Whether Desktop keeps what a workspace or a pairing needs to sign in. Its files are never opened for it.
struct CredentialRow {
    std::string_view status;  // not_applicable, missing, unknown
    std::string_view reason;  // a sentence; empty where nothing is to be explained
};

// A time of one of Desktop's files, and how long ago it was when the report was made.
struct TimeRow {
    SafeText at;                              // RFC 3339; empty: never
    std::optional<std::int64_t> age_seconds;  // negative: in the future
};

// A workspace that Desktop has, under its one execution authority.
struct WorkspaceRow {
    SafeText id;
    SafeText label;
    catalogue::WorkspaceKind kind = catalogue::WorkspaceKind::local;
    catalogue::Authority authority = catalogue::Authority::desktop_local;
    std::string_view status;         // online, offline, auth_required, disabled, unknown
    std::string_view status_source;  // files, probe
    std::optional<bool> reachable;   // whether it answered; nothing when it was not asked, or not for long
    SafeText base_url;               // its origin; may be empty
    CredentialRow credential;
    catalogue::SupportSummary support;
    std::string_view pairing_state;
    TimeRow last_synced;
    std::string_view source;  // the file that has it
};
// Unhealthy as the product has it, or not told in time.
[[nodiscard]] bool is_problem(const WorkspaceRow& row);

// What the other side of a pairing may do.
struct PairingPolicyRow {
    bool allow_prompts = false;
    bool allow_abort = false;
    std::string_view approvals;  // disabled, local_confirmation, remote_allowed
    std::string_view questions;
    bool expose_artifact_bodies = false;
    bool expose_local_paths = false;
    bool expose_mcp_details = false;
    bool allow_attachments = false;
};

// A pairing of Desktop.
struct PairingRow {
    SafeText id;
    SafeText label;
    SafeText device_name;
    std::string_view status;
    bool enabled = false;
    bool scoped = false;
    std::vector<std::string_view> elevated;  // keys of the policy
    PairingPolicyRow policy;
    std::optional<std::int64_t> allowed_sessions;  // nothing: all
    std::int64_t allowed_workspaces = 0;
    CredentialRow credential;
    TimeRow last_heartbeat, last_connected, created, revoked;
    SafeText broker_origin;  // may be empty
};
// Switched on, and not connected or allowed more than a new one.
[[nodiscard]] bool is_problem(const PairingRow& row);

}  // namespace cowork::report
