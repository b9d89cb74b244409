#include "rules/desktop_pairing_record.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

namespace cowork::rules {
namespace {

using Json = nlohmann::json;

// What is more than the policy that a new pairing has.
struct Elevation {
    std::string_view key;
    std::string_view phrase;
};
constexpr std::array elevations{
    Elevation{"remoteApprovals", "answers approvals"},
    Elevation{"remoteQuestions", "answers questions"},
    Elevation{"exposeArtifactBodies", "sees the content of artifacts"},
    Elevation{"exposeLocalPaths", "sees paths of this machine"},
    Elevation{"exposeLocalMcpDetails", "sees the commands of local tools"},
    Elevation{"allowRemoteAttachments", "sends attachments"},
};

std::string text_or_none(const Json& record, const char* key) {
    return record[key].is_string() ? record[key].get<std::string>() : std::string{};
}

PairingPolicy policy_of(const Json& policy) {
    return {.allow_prompts = policy["allowRemotePrompts"].get<bool>(),
            .allow_abort = policy["allowRemoteAbort"].get<bool>(),
            .approvals = policy["remoteApprovals"].get<std::string>(),
            .questions = policy["remoteQuestions"].get<std::string>(),
            .expose_artifact_bodies = policy["exposeArtifactBodies"].get<bool>(),
            .expose_local_paths = policy["exposeLocalPaths"].get<bool>(),
            .expose_mcp_details = policy["exposeLocalMcpDetails"].get<bool>(),
            .allow_attachments = policy["allowRemoteAttachments"].get<bool>()};
}

void read_elevations(const Json& policy, DesktopPairing& pairing) {
    for (const Elevation& elevation : elevations) {
        const Json& at = policy[std::string(elevation.key)];
        if (at != true && at != "remote_allowed") continue;
        pairing.elevated.emplace_back(elevation.phrase);
        pairing.elevated_keys.push_back(elevation.key);
    }
}

void read_times(const Json& record, DesktopPairing& pairing) {
    pairing.last_heartbeat = text_or_none(record, "lastHeartbeatAt");
    pairing.last_connected = text_or_none(record, "lastConnectedAt");
    pairing.created = text_or_none(record, "createdAt");
    pairing.revoked_at = text_or_none(record, "revokedAt");
    pairing.connected_once = !pairing.last_heartbeat.empty();
}

}  // namespace

DesktopPairing pairing_of(const Json& record) {
    DesktopPairing pairing;
    pairing.id = printable(record["id"].get<std::string>());
    pairing.whole_label = record["label"].get<std::string>();
    pairing.label = printable(pairing.whole_label);
    pairing.device_name = record["deviceName"].get<std::string>();
    pairing.status = record["status"].get<std::string>();
    pairing.enabled = record["enabled"].get<bool>() && !pairing.revoked();
    pairing.broker_url = text_or_none(record, "brokerUrl");
    pairing.has_broker = !pairing.broker_url.empty();
    pairing.allowed_workspaces = record["allowedWorkspaceIds"].size();
    pairing.every_session = record["allowedSessionIds"].is_null();
    if (!pairing.every_session) pairing.allowed_sessions = record["allowedSessionIds"].size();
    read_times(record, pairing);
    pairing.policy = policy_of(record["policy"]);
    read_elevations(record["policy"], pairing);
    return pairing;
}

std::string printable(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool continuation = (c & '\xC0') == '\x80';
        if (out.size() >= 60 && !continuation) break;
        out += continuation || static_cast<unsigned char>(c) >= 0xC0 || (c >= ' ' && c != '\x7F') ? c : '?';
    }
    return out;
}

}  // namespace cowork::rules
