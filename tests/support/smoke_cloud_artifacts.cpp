#include "secrets/encodings.hpp"
#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>

namespace cowork::test::smoke_cloud {
namespace {

// The bytes of base64 text; nothing when it is none.
std::optional<std::string> decoded(const std::string& text) {
    std::string bytes(text.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0 || text.empty()) return std::nullopt;
    const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

Json public_record(const Json& record, std::size_t order) {
    Json shown = record;
    shown.erase("key");
    shown["order"] = order;
    return shown;
}

void upload(Call& call, Json& session) {
    State& state = call.state;
    const std::string filename = text(call.body, "filename");
    const std::string type = text(call.body, "contentType");
    const std::string data = text(call.body, "dataBase64");
    if (filename.empty()) return send_error(call.response, 400, "Artifact filename is required.");
    if (filename.size() > 256 || filename.find_first_of("/\\") != std::string::npos)
        return send_error(call.response, 400, "Artifact filename is invalid.");
    if (data.empty()) return send_error(call.response, 400, "Artifact dataBase64 is required.");
    const auto bytes = decoded(data);
    if (!bytes) return send_error(call.response, 400, "Artifact dataBase64 is invalid.");
    const std::string id = state.uuid();
    const std::string session_id = session["session"]["sessionId"];
    const std::string now = state.now();
    Json record{{"artifactId", id},
                {"id", id},
                {"toolId", "cloud-artifact"},
                {"toolName", "cloud.artifact"},
                {"filePath", "cloud-artifact://" + id + "/" + filename},
                {"filename", filename},
                {"order", 0},
                {"source", "cloud"},
                {"cloudArtifactId", id},
                {"sessionId", session_id},
                {"sessionTitle", nullptr},
                {"workspaceId", nullptr},
                {"contentType", or_null(type)},
                {"size", bytes->size()},
                {"createdAt", now},
                {"updatedAt", now},
                {"kind", "document"},
                {"status", "draft"},
                {"authorAgentId", nullptr},
                {"projectId", nullptr},
                {"taskId", nullptr},
                {"statusUpdatedBy", nullptr},
                {"statusUpdatedAt", nullptr},
                {"key", "artifacts/default/" + session_id + "/" + id + "/" + filename}};
    if (!type.empty()) record["mime"] = type;
    state.artifacts.push_back({{"record", record}, {"bytes", base64(*bytes)}});
    append_event(state, session, "artifact.created", record);
    send_json(call.response, 201, {{"artifact", public_record(record, 0)}});
}

Json listed(Call& call, const std::string& session_id) {
    Json shown = Json::array();
    if (call.state.faulty("artifact-not-listed")) return shown;
    for (const Json& artifact : call.state.artifacts)
        if (session_id.empty() || artifact["record"]["sessionId"] == session_id)
            shown.push_back(public_record(artifact["record"], shown.size()));
    return shown;
}

void download(Call& call, const std::string& session_id, const std::string& id) {
    for (const Json& artifact : call.state.artifacts) {
        if (artifact["record"]["artifactId"] != id || artifact["record"]["sessionId"] != session_id) continue;
        Json shown = public_record(artifact["record"], 0);
        if (call.state.faulty("artifact-lost"))
            return send_error(call.response, 404, "Cloud artifact object was not found.");
        shown["dataBase64"] = call.state.faulty("artifact-changed") ? base64("other bytes")
                                                                    : artifact["bytes"].get<std::string>();
        return send_json(call.response, 200, {{"artifact", shown}});
    }
    send_error(call.response, 404, "Cloud artifact was not found.");
}

}  // namespace

bool serve_artifacts(Call& call) {
    if (call.at(1) == "artifacts") {
        const Json all = listed(call, call.request.get_param_value("sessionId"));
        send_json(call.response, 200,
                  {{"artifacts", all}, {"total", all.size()}, {"scannedSessions", 0}, {"truncated", false}});
        return true;
    }
    if (call.at(1) != "sessions" || call.at(3) != "artifacts") return false;
    Json* session = find_session(call.state, call.at(2));
    if (session == nullptr)
        send_error(call.response, 404, "Cloud session was not found.");
    else if (call.is("POST"))
        upload(call, *session);
    else if (call.at(4).empty())
        send_json(call.response, 200, {{"artifacts", listed(call, call.at(2))}});
    else
        download(call, call.at(2), call.at(4));
    return true;
}

}  // namespace cowork::test::smoke_cloud
