#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// What the remote side of a pairing may do; the product's eight keys.
struct PairingPolicy {
    bool allow_prompts = true;
    bool allow_abort = true;
    std::string approvals = "local_confirmation";  // disabled, local_confirmation, remote_allowed
    std::string questions = "local_confirmation";
    bool expose_artifact_bodies = false;
    bool expose_local_paths = false;
    bool expose_mcp_details = false;
    bool allow_attachments = false;
};

// A pairing of desktop-pairings.json, as far as setup and doctor ask. Times are RFC 3339; empty: never.
struct DesktopPairing {
    std::string id;
    std::string label;        // printable, cut at 60 characters
    std::string whole_label;  // as written: a report removes secrets before it cuts
    std::string device_name;  // as written
    std::string status;       // paired_online, paired_offline, disabled, revoked, error
    bool enabled = false;
    bool has_broker = false;
    bool connected_once = false;
    bool every_session = false;        // no list of allowed sessions
    std::size_t allowed_sessions = 0;  // how many are in that list
    std::size_t allowed_workspaces = 0;
    PairingPolicy policy;
    std::vector<std::string> elevated;  // what the remote side may do beyond the safe policy, a phrase each
    std::vector<std::string_view> elevated_keys;  // the same as keys of the policy
    std::string broker_url;                       // empty: none
    std::string last_heartbeat, last_connected, created, revoked_at;

    [[nodiscard]] bool revoked() const { return status == "revoked"; }
};

struct PairingFile {
    std::vector<DesktopPairing> pairings;
    // What makes Desktop put the whole file aside as desktop-pairings.json.corrupt and go on with no pairing
    // at all (contract/health-center.md sections 6.1 and 7.2). Empty for a file that it reads. No text holds
    // a value of the file.
    std::vector<std::string> unusable;
};

// Judges the text of desktop-pairings.json as strictly as Desktop reads it.
[[nodiscard]] PairingFile judge_pairings(std::string_view text);

}  // namespace cowork::rules
