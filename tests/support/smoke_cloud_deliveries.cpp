#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>

namespace cowork::test::smoke_cloud {
namespace {

constexpr const char* out_of_scope = "Gateway API token is not authorized for the requested channel binding.";

void create(Call& call) {
    State& state = call.state;
    const std::string agent = text(call.body, "agentId");
    const std::string binding_id = text(call.body, "channelBindingId");
    const std::string provider = text(call.body, "provider");
    const std::string type = text(call.body, "eventType");
    const Json target = record(call.body, "target");
    const Json payload = record(call.body, "payload");
    if (agent.empty() || binding_id.empty() || provider.empty() || type.empty() || target.is_null() ||
        payload.is_null())
        return send_error(call.response, 400,
                          "Channel delivery requires agentId, channelBindingId, provider, target, eventType, "
                          "and payload.");
    const Json* binding = find(state.bindings, "bindingId", binding_id);
    if (binding == nullptr || (*binding)["agentId"] != agent)
        return send_error(call.response, 403, out_of_scope);
    if ((*binding)["provider"] != provider)
        return send_error(call.response, 400,
                          "Channel delivery provider does not match the channel binding.");
    std::string id = text(call.body, "deliveryId");
    if (id.empty()) id = state.uuid();
    if (const Json* there = find(state.deliveries, "deliveryId", id))
        return send_json(call.response, 201, {{"delivery", *there}});
    std::string status = word(call.body, "status", {"pending", "claimed", "sent", "failed", "dead"});
    if (status.empty()) status = "pending";
    const std::string now = state.now();
    state.deliveries.push_back({{"deliveryId", id},
                                {"orgId", "default"},
                                {"agentId", agent},
                                {"channelBindingId", binding_id},
                                {"sessionBindingId", or_null(text(call.body, "sessionBindingId"))},
                                {"provider", provider},
                                {"target", target},
                                {"eventType", type},
                                {"payload", payload},
                                {"status", status},
                                {"attemptCount", 0},
                                {"claimedBy", nullptr},
                                {"lastClaimedBy", nullptr},
                                {"claimExpiresAt", nullptr},
                                {"nextAttemptAt", now},
                                {"lastError", nullptr},
                                {"createdAt", now},
                                {"updatedAt", now}});
    send_json(call.response, 201, {{"delivery", state.deliveries.back()}});
}

void list(Call& call) {
    std::vector<Json> shown;
    for (const Json& one : call.state.deliveries) {
        const auto differs = [&](const char* key) {
            return call.request.has_param(key) && one[key] != call.request.get_param_value(key);
        };
        const bool theirs = call.who.manages_channels() ||
                            in_scope(call.state, call.who, {one["channelBindingId"].get<std::string>()});
        if (theirs && !differs("status") && !differs("channelBindingId") && !differs("deliveryId") &&
            !call.state.faulty("delivery-not-listed"))
            shown.push_back(one);
    }
    send_json(call.response, 200, {{"deliveries", newest(shown, limit_of(call.request, 50))}});
}

void settle(Call& call) {
    const std::string action = call.at(4);
    Json* delivery = find(call.state.deliveries, "deliveryId", call.at(3));
    std::string status = "failed";
    if (action == "dead-letter") status = "dead";
    if (action == "ack") {
        status = word(call.body, "status", {"sent", "failed", "dead"});
        if (status.empty())
            return send_error(call.response, 400,
                              "Channel delivery ack requires status sent, failed, or dead.");
    }
    if (delivery == nullptr) return send_error(call.response, 404, "Channel delivery was not found.");
    if (!call.state.faulty("delivery-" + action + "-ignored")) (*delivery)["status"] = status;
    const std::string error = text(call.body, "lastError");
    (*delivery)["lastError"] = action == "dead-letter" && error.empty()
                                   ? Json("Manually dead-lettered by gateway operator.")
                                   : or_null(error);
    (*delivery)["updatedAt"] = call.state.now();
    send_json(call.response, 200, {{"delivery", *delivery}});
}

void open_interaction(Call& call) {
    State& state = call.state;
    const std::string kind = word(call.body, "kind", {"permission", "question"});
    const std::string target = text(call.body, "targetId");
    const std::string session_id = text(call.body, "sessionId");
    if (kind.empty() || target.empty() || session_id.empty() || text(call.body, "agentId").empty() ||
        text(call.body, "provider").empty())
        return send_error(call.response, 400,
                          "Channel interaction requires agentId, sessionId, provider, kind, and targetId.");
    const Json* thread = find(state.threads, "sessionId", session_id);
    if (thread == nullptr || (*thread)["agentId"] != text(call.body, "agentId"))
        return send_error(call.response, 403, out_of_scope);
    const std::string id = state.uuid();
    const std::string now = state.now();
    Json interaction{{"interactionId", id},
                     {"orgId", "default"},
                     {"agentId", text(call.body, "agentId")},
                     {"channelBindingId", (*thread)["channelBindingId"]},
                     {"sessionBindingId", (*thread)["bindingId"]},
                     {"sessionId", session_id},
                     {"provider", text(call.body, "provider")},
                     {"externalInteractionId", or_null(text(call.body, "externalInteractionId"))},
                     {"kind", kind},
                     {"targetId", target},
                     {"status", "pending"},
                     {"createdByIdentityId", nullptr},
                     {"expiresAt", now},
                     {"usedAt", nullptr},
                     {"createdAt", now},
                     {"updatedAt", now}};
    const std::string plaintext = "occi_" + id + "_" + state.unique("abcdefghijklmnopqrstuvwxyz", 32);
    state.plaintexts[id] = plaintext;
    state.interactions.push_back(interaction);
    send_json(call.response, 201, {{"interaction", interaction}, {"plaintextToken", plaintext}});
}

void resolve_interaction(Call& call) {
    State& state = call.state;
    const std::string token = text(call.body, "token");
    for (Json& interaction : state.interactions) {
        if (state.plaintexts[interaction["interactionId"]] != token || interaction["status"] != "pending")
            continue;
        interaction["status"] = "used";
        interaction["usedAt"] = interaction["updatedAt"] = state.now();
        const Json* session = find_session(state, interaction["sessionId"]);
        return send_json(call.response, 202,
                         {{"interaction", interaction},
                          {"command", {{"commandId", state.uuid()}, {"status", "pending"}}},
                          {"processed", 0},
                          {"view", view_of(*session)},
                          {"projectionFence", nullptr}});
    }
    send_error(call.response, 404, "Channel interaction was not found or is no longer pending.");
}

}  // namespace

bool serve_channel_deliveries(Call& call) {
    if (call.at(1) != "channels") return false;
    if (call.at(2) == "interactions")
        return (call.at(3) == "resolve" ? resolve_interaction(call) : open_interaction(call)), true;
    if (call.at(2) != "deliveries") return false;
    if (!call.at(4).empty())
        settle(call);
    else if (call.is("POST"))
        create(call);
    else
        list(call);
    return true;
}

}  // namespace cowork::test::smoke_cloud
