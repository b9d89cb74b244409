#include "rules/desktop_pairings.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace cowork::rules;
using nlohmann::json;

namespace {

json policy() {
    return {{"allowRemotePrompts", true},
            {"allowRemoteAbort", true},
            {"remoteApprovals", "local_confirmation"},
            {"remoteQuestions", "local_confirmation"},
            {"exposeArtifactBodies", false},
            {"exposeLocalPaths", false},
            {"exposeLocalMcpDetails", false},
            {"allowRemoteAttachments", false}};
}

json record() {
    return {{"id", "desktop_pairing_1"},
            {"label", "Phone"},
            {"deviceName", "Desktop"},
            {"status", "paired_online"},
            {"enabled", true},
            {"brokerUrl", "https://broker.example.org"},
            {"allowedWorkspaceIds", {"local"}},
            {"allowedSessionIds", nullptr},
            {"policy", policy()},
            {"lastConnectedAt", "2026-08-01T10:00:00.000Z"},
            {"lastHeartbeatAt", "2026-08-01T10:00:02.500Z"},
            {"lastCommandSequence", 7},
            {"error", nullptr},
            {"createdAt", "2026-08-01T09:00:00.000Z"},
            {"updatedAt", "2026-08-01T10:00:02.500Z"},
            {"revokedAt", nullptr}};
}

json audit(const std::string& action) {
    return {{"id", "a1"},
            {"pairingId", "desktop_pairing_1"},
            {"action", action},
            {"actorId", nullptr},
            {"actorLabel", nullptr},
            {"workspaceId", "local"},
            {"sessionId", nullptr},
            {"commandId", nullptr},
            {"reason", nullptr},
            {"createdAt", "2026-08-01T09:00:00.000Z"}};
}

json state(json pairing = record()) {
    return {{"schemaVersion", 1}, {"pairings", json::array({std::move(pairing)})}, {"audit", json::array()}};
}

std::string joined(const PairingFile& file) {
    std::string text;
    for (const std::string& reason : file.unusable) text += reason + "\n";
    return text;
}

using Change = std::function<void(json&)>;  // of the record

}  // namespace

TEST_CASE("Desktop pairings: what Desktop writes is read") {
    const PairingFile file = judge_pairings(state().dump(2));
    CHECK(joined(file) == "");
    REQUIRE(file.pairings.size() == 1);
    const DesktopPairing& pairing = file.pairings[0];
    CHECK(pairing.label == "Phone");
    CHECK(pairing.status == "paired_online");
    CHECK(pairing.enabled);
    CHECK(pairing.has_broker);
    CHECK(pairing.connected_once);
    CHECK(pairing.every_session);
    CHECK(pairing.elevated.empty());
    CHECK(judge_pairings(R"({"schemaVersion":1,"pairings":[],"audit":[]})").unusable.empty());
}

TEST_CASE("Desktop pairings: values that are unusual and allowed") {
    for (const Change& change : std::vector<Change>{
             [](json& r) { r["brokerUrl"] = nullptr; },
             [](json& r) { r["brokerUrl"] = "http://localhost:9000"; },
             [](json& r) {
                 r["allowedSessionIds"] = {"s1", "s2"};
             },
             [](json& r) {
                 r["allowedWorkspaceIds"] = {"other", "local"};
             },
             [](json& r) { r["lastHeartbeatAt"] = nullptr; },
             [](json& r) { r["error"] = "Desktop pairing token is missing."; },
             [](json& r) { r["lastCommandSequence"] = 9007199254740991; },
             [](json& r) { r["label"] = std::string(512, 'x'); },
             [](json& r) { r["status"] = "error"; },
         }) {
        json changed = record();
        change(changed);
        CAPTURE(changed.dump());
        const PairingFile file = judge_pairings(state(changed).dump());
        CHECK(joined(file) == "");
        CHECK(file.pairings.size() == 1);
    }
}

TEST_CASE("Desktop pairings: one wrong record makes the file unusable") {
    struct Row {
        Change change;
        std::string words;
    };
    for (const Row& row : std::vector<Row>{
             {[](json& r) { r.erase("revokedAt"); }, "pairing 1 has no revokedAt"},
             {[](json& r) { r["note"] = "hunter2"; }, "pairing 1 has the key 'note'"},
             {[](json& r) { r["id"] = ""; }, "id is no text of 1 to 256"},
             {[](json& r) { r["id"] = std::string(257, 'x'); }, "id is no text of 1 to 256"},
             {[](json& r) { r["label"] = "  "; }, "label is no text"},
             {[](json& r) { r["label"] = std::string(513, 'x'); }, "label is no text of 1 to 512"},
             {[](json& r) { r["deviceName"] = nullptr; }, "deviceName is no text"},
             {[](json& r) { r["status"] = "online"; }, "status is no status"},
             {[](json& r) { r["enabled"] = "true"; }, "enabled is not true or false"},
             {[](json& r) { r["brokerUrl"] = "https://u:hunter2@x.org"; }, "brokerUrl is a URL that Desktop"},
             {[](json& r) { r["brokerUrl"] = "https://10.0.0.1"; }, "brokerUrl is a URL that Desktop"},
             {[](json& r) { r["allowedWorkspaceIds"] = json::array(); }, "does not include local"},
             {[](json& r) { r["allowedWorkspaceIds"] = {"cloud:1"}; }, "does not include local"},
             {[](json& r) { r["allowedWorkspaceIds"] = json(std::vector<std::string>(129, "local")); },
              "no list of up to 128"},
             {[](json& r) { r["allowedSessionIds"] = "s"; }, "neither null nor a list"},
             {[](json& r) { r["policy"] = nullptr; }, "the policy of pairing 1 is not an object"},
             {[](json& r) { r["policy"].erase("remoteApprovals"); },
              "the policy of pairing 1 has no remoteApprovals"},
             {[](json& r) { r["policy"]["more"] = 1; }, "the policy of pairing 1 has the key 'more'"},
             {[](json& r) { r["policy"]["remoteApprovals"] = "yes"; },
              "none of disabled, local_confirmation"},
             {[](json& r) { r["policy"]["exposeLocalPaths"] = 0; }, "exposeLocalPaths is not true or false"},
             {[](json& r) { r["createdAt"] = nullptr; }, "createdAt is no time"},
             {[](json& r) { r["updatedAt"] = "yesterday"; }, "updatedAt is no time"},
             {[](json& r) { r["lastHeartbeatAt"] = 5; }, "lastHeartbeatAt is neither null nor a time"},
             {[](json& r) { r["lastCommandSequence"] = -1; }, "no whole number"},
             {[](json& r) { r["lastCommandSequence"] = 1.5; }, "no whole number"},
             {[](json& r) { r["lastCommandSequence"] = 1e300; }, "no whole number"},
             {[](json& r) { r["error"] = std::string(513, 'x'); }, "error is neither null nor"},
         }) {
        json changed = record();
        row.change(changed);
        CAPTURE(row.words);
        const PairingFile file = judge_pairings(state(changed).dump());
        CAPTURE(joined(file));
        CHECK(joined(file).find(row.words) != std::string::npos);
        CHECK(joined(file).find("hunter2") == std::string::npos);
        CHECK(file.unusable.size() == 1);
        CHECK(file.pairings.empty());
    }
}

TEST_CASE("Desktop pairings: a wrong file is unusable") {
    json newer = state();
    newer["schemaVersion"] = 2;
    json extra = state();
    extra["more"] = 1;
    json no_audit = state();
    no_audit.erase("audit");
    json object = state();
    object["pairings"] = json::object();
    json unknown_action = state();
    unknown_action["audit"] = json::array({audit("pairing.created"), audit("pairing.exploded")});
    // Desktop names this action and does not take it from its own file.
    json elevated_action = state();
    elevated_action["audit"] = json::array({audit("pairing.remote_allowed_enabled")});
    json short_audit = state();
    short_audit["audit"] = json::array({audit("pairing.created")});
    short_audit["audit"][0].erase("reason");
    struct Row {
        std::string text;
        std::string words;
    };
    for (const Row& row : std::vector<Row>{
             {"", "the file is no JSON object"},
             {"[]", "the file is no JSON object"},
             {"{ // comments are not allowed here\n}", "the file is no JSON object"},
             {std::string(100000, '['), "the file is no JSON object"},
             {state().dump().substr(0, 200), "the file is no JSON object"},
             {newer.dump(), "schemaVersion other than 1"},
             {extra.dump(), "the file has the key 'more'"},
             {no_audit.dump(), "the file has no audit"},
             {object.dump(), "else than a list"},
             {unknown_action.dump(), "audit entry 2: action is no action"},
             {elevated_action.dump(), "audit entry 1: action is no action"},
             {short_audit.dump(), "audit entry 1 has no reason"},
         }) {
        CAPTURE(row.text.substr(0, 80));
        const PairingFile file = judge_pairings(row.text);
        CAPTURE(joined(file));
        CHECK(joined(file).find(row.words) != std::string::npos);
    }
    json good = state();
    good["audit"] = json::array({audit("command.blocked")});
    good["audit"][0]["metadata"] = {{"sequence", 1}};
    CHECK(judge_pairings(good.dump()).unusable.empty());
}

TEST_CASE("Desktop pairings: what goes beyond the safe policy is named") {
    for (const auto& [key, value, phrase] : std::vector<std::tuple<std::string, json, std::string>>{
             {"remoteApprovals", "remote_allowed", "approvals"},
             {"remoteQuestions", "remote_allowed", "questions"},
             {"exposeArtifactBodies", true, "artifacts"},
             {"exposeLocalPaths", true, "paths"},
             {"exposeLocalMcpDetails", true, "commands"},
             {"allowRemoteAttachments", true, "attachments"},
         }) {
        json elevated = record();
        elevated["policy"][key] = value;
        const PairingFile file = judge_pairings(state(elevated).dump());
        CAPTURE(key);
        REQUIRE(file.pairings.size() == 1);
        REQUIRE(file.pairings[0].elevated.size() == 1);
        CHECK(file.pairings[0].elevated[0].find(phrase) != std::string::npos);
    }
    json tight = record();
    tight["policy"]["remoteApprovals"] = "disabled";
    CHECK(judge_pairings(state(tight).dump()).pairings[0].elevated.empty());
}

TEST_CASE("Desktop pairings: a label is shown without control characters and not at full length") {
    json hostile = record();
    hostile["label"] = "a\x1B[31m\nb" + std::string(400, 'x') + "\xC3\xA4";
    const PairingFile file = judge_pairings(state(hostile).dump());
    REQUIRE(file.pairings.size() == 1);
    CHECK(file.pairings[0].label.substr(0, 8) == "a?[31m?b");
    CHECK(file.pairings[0].label.size() == 60);
}

TEST_CASE("Desktop pairings: a revoked pairing is never enabled, and many faults are cut short") {
    json revoked = record();
    revoked["status"] = "revoked";
    CHECK_FALSE(judge_pairings(state(revoked).dump()).pairings[0].enabled);
    json many = state();
    for (int i = 0; i < 100; ++i) many["pairings"].push_back(7);
    CHECK(judge_pairings(many.dump()).unusable.size() == 20);
}

TEST_CASE("Desktop pairings: policy, limits and times are read") {
    json one = record();
    one["label"] = std::string(100, 'x');
    one["deviceName"] = "Ada's machine";
    one["allowedWorkspaceIds"] = {"local", "other"};
    one["allowedSessionIds"] = {"s1", "s2", "s3"};
    one["policy"]["allowRemotePrompts"] = false;
    one["policy"]["remoteQuestions"] = "disabled";
    one["policy"]["exposeLocalMcpDetails"] = true;
    one["lastConnectedAt"] = "2026-08-01T09:00:01.000Z";
    one["lastHeartbeatAt"] = nullptr;
    one["createdAt"] = "2026-08-01T09:00:02.000Z";
    one["revokedAt"] = "2026-08-01T09:00:03.000Z";
    const PairingFile file = judge_pairings(state(one).dump());
    CHECK(joined(file) == "");
    REQUIRE(file.pairings.size() == 1);
    const DesktopPairing& pairing = file.pairings[0];
    CHECK(pairing.whole_label.size() == 100);
    CHECK(pairing.device_name == "Ada's machine");
    CHECK(pairing.allowed_workspaces == 2);
    CHECK_FALSE(pairing.every_session);
    CHECK(pairing.allowed_sessions == 3);
    CHECK_FALSE(pairing.policy.allow_prompts);
    CHECK(pairing.policy.allow_abort);
    CHECK(pairing.policy.approvals == "local_confirmation");
    CHECK(pairing.policy.questions == "disabled");
    CHECK(pairing.policy.expose_mcp_details);
    CHECK_FALSE((pairing.policy.expose_artifact_bodies || pairing.policy.expose_local_paths ||
                 pairing.policy.allow_attachments));
    CHECK(pairing.last_connected == "2026-08-01T09:00:01.000Z");
    CHECK(pairing.last_heartbeat.empty());
    CHECK(pairing.created == "2026-08-01T09:00:02.000Z");
    CHECK(pairing.revoked_at == "2026-08-01T09:00:03.000Z");
}
