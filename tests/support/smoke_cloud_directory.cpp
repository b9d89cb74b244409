#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::test::smoke_cloud {
namespace {

constexpr std::array provider_kinds{"telegram", "slack",  "email",   "discord",
                                    "whatsapp", "signal", "webhook", "cli"};

// Agents, bindings and lists are refused to whoever is no admin behind the policy too.
bool may_manage(Call& call) {
    if (call.who.manages_channels() || call.state.faulty("gateway-makes-agents")) return true;
    send_error(call.response, 403, "Channel administration requires an org admin or admin-scoped API token.");
    return false;
}

std::string provider_in(const Json& body) {
    const std::string provider = text(body, "provider");
    const bool known = std::any_of(provider_kinds.begin(), provider_kinds.end(),
                                   [&](const char* kind) { return provider == kind; });
    return known || provider.find('-') != std::string::npos ? provider : std::string{};
}

void make_agent(Call& call) {
    State& state = call.state;
    const std::string name = text(call.body, "name");
    if (name.empty()) return send_error(call.response, 400, "Headless agent name is required.");
    std::string id = text(call.body, "agentId");
    if (id.empty()) id = state.uuid();
    // One that is there already stays as it is.
    if (const Json* there = find(state.agents, "agentId", id))
        return send_json(call.response, 201, {{"agent", *there}});
    std::string status = word(call.body, "status", {"active", "disabled"});
    if (status.empty()) status = "active";
    if (state.faulty("agent-disabled")) status = "disabled";
    std::string profile = text(call.body, "profileName");
    if (profile.empty()) profile = "full";
    const std::string now = state.now();
    state.agents.push_back({{"agentId", id},
                            {"orgId", "default"},
                            {"tenantId", "default"},
                            {"profileName", profile},
                            {"name", name},
                            {"status", status},
                            {"managed", call.body.value("managed", Json()) == true},
                            {"createdByAccountId", "local-user"},
                            {"createdAt", now},
                            {"updatedAt", now}});
    send_json(call.response, 201, {{"agent", state.agents.back()}});
}

void change(Call& call, Json* found, const char* kind, const char* missing,
            std::initializer_list<const char*> texts, std::initializer_list<std::string_view> statuses) {
    if (found == nullptr) return send_error(call.response, 404, missing);
    for (const char* key : texts)
        if (const std::string value = text(call.body, key); !value.empty()) (*found)[key] = value;
    const std::string status = word(call.body, "status", statuses);
    const bool ignored = std::string_view(kind) == "binding" && call.state.faulty("binding-toggle-ignored");
    if (!status.empty() && !ignored) (*found)["status"] = status;
    if (const Json settings = record(call.body, "settings"); !settings.is_null())
        (*found)["settings"] = settings;
    (*found)["updatedAt"] = call.state.now();
    send_json(call.response, 200, {{kind, *found}});
}

void make_binding(Call& call) {
    State& state = call.state;
    std::string agent = text(call.body, "agentId");
    const std::string provider = provider_in(call.body);
    const std::string name = text(call.body, "displayName");
    if (agent.empty() || provider.empty() || name.empty())
        return send_error(call.response, 400, "Channel binding requires agentId, provider, and displayName.");
    if (find(state.agents, "agentId", agent) == nullptr)
        return send_error(call.response, 404, "Headless agent was not found.");
    std::string id = text(call.body, "bindingId");
    if (id.empty()) id = state.uuid();
    if (const Json* there = find(state.bindings, "bindingId", id))
        return send_json(call.response, 201, {{"binding", *there}});
    std::string status = word(call.body, "status", {"active", "disabled", "auth_required", "error"});
    if (status.empty()) status = "active";
    if (state.faulty("binding-other-agent")) agent = "another-agent";
    const Json settings = record(call.body, "settings");
    const std::string now = state.now();
    state.bindings.push_back({{"bindingId", id},
                              {"orgId", "default"},
                              {"agentId", agent},
                              {"provider", provider},
                              {"externalWorkspaceId", or_null(text(call.body, "externalWorkspaceId"))},
                              {"displayName", name},
                              {"status", status},
                              {"createdAt", now},
                              {"updatedAt", now},
                              {"credentialRefConfigured", !text(call.body, "credentialRef").empty()},
                              {"credentialRefKind", nullptr},
                              {"settings", settings.is_null() ? Json::object() : settings}});
    send_json(call.response, 201, {{"binding", state.bindings.back()}});
}

bool is_identity(const Json& one, const std::string& provider, const std::string& user,
                 const Json& workspace) {
    return one["provider"] == provider && one["externalUserId"] == user &&
           one["externalWorkspaceId"] == workspace;
}

// Found or made; only an admin says what it may do.
void resolve_identity(Call& call) {
    State& state = call.state;
    const std::string provider = provider_in(call.body);
    const std::string user = text(call.body, "externalUserId");
    if (provider.empty() || user.empty())
        return send_error(call.response, 400,
                          "Channel identity resolution requires provider and externalUserId.");
    const Json workspace = or_null(text(call.body, "externalWorkspaceId"));
    const auto there = std::find_if(state.identities.begin(), state.identities.end(), [&](const Json& one) {
        return is_identity(one, provider, user, workspace);
    });
    const bool known = there != state.identities.end();
    const std::string now = state.now();
    Json identity = known ? *there
                          : Json{{"identityId", state.uuid()},
                                 {"orgId", "default"},
                                 {"provider", provider},
                                 {"externalWorkspaceId", workspace},
                                 {"externalUserId", user},
                                 {"accountId", nullptr},
                                 {"role", "viewer"},
                                 {"status", "pending"},
                                 {"metadata", Json::object()},
                                 {"createdAt", now},
                                 {"updatedAt", now}};
    const std::string role = word(call.body, "role", {"owner", "admin", "member", "approver", "viewer"});
    const std::string status = word(call.body, "status", {"active", "disabled", "pending"});
    if (call.who.manages_channels()) {
        if (!role.empty() && !state.faulty("identity-viewer")) identity["role"] = role;
        if (!status.empty() && !(status == "active" && state.faulty("identity-pending")))
            identity["status"] = status;
    }
    const Json metadata = record(call.body, "metadata");
    identity["metadata"] = metadata.is_null() ? Json::object() : metadata;
    identity["updatedAt"] = now;
    if (known)
        *there = identity;
    else
        state.identities.push_back(identity);
    send_json(call.response, 200, {{"identity", identity}});
}

void list_identities(Call& call) {
    std::vector<Json> shown;
    for (const Json& one : call.state.identities) {
        const auto differs = [&](const char* key) {
            return call.request.has_param(key) && one[key] != call.request.get_param_value(key);
        };
        if (!differs("provider") && !differs("status") && !differs("role")) shown.push_back(one);
    }
    send_json(call.response, 200, {{"identities", newest(shown, limit_of(call.request, 100))}});
}

void list_bindings(Call& call) {
    std::vector<Json> shown;
    const std::string agent = call.request.get_param_value("agentId");
    for (const Json& one : call.state.bindings)
        if ((agent.empty() || one["agentId"] == agent) && !call.state.faulty("binding-not-listed"))
            shown.push_back(one);
    send_json(call.response, 200, {{"bindings", newest(shown, limit_of(call.request, 100))}});
}

}  // namespace

bool serve_channel_directory(Call& call) {
    if (call.at(1) != "channels") return false;
    State& state = call.state;
    const std::string collection = call.at(2);
    if (collection == "identities" && call.at(3) == "resolve") return resolve_identity(call), true;
    if (collection != "agents" && collection != "bindings" && collection != "identities") return false;
    if (!may_manage(call)) return true;
    if (collection == "identities") return list_identities(call), true;
    if (collection == "agents" && call.is("POST")) return make_agent(call), true;
    if (collection == "bindings" && call.is("POST")) return make_binding(call), true;
    if (collection == "agents" && call.is("PATCH"))
        change(call, find(state.agents, "agentId", call.at(3)), "agent", "Headless agent was not found.",
               {"name", "profileName"}, {"active", "disabled"});
    else if (collection == "bindings" && call.is("PATCH"))
        change(call, find(state.bindings, "bindingId", call.at(3)), "binding",
               "Channel binding was not found.", {"displayName"},
               {"active", "disabled", "auth_required", "error"});
    else if (collection == "bindings")
        list_bindings(call);
    else
        send_json(call.response, 200,
                  {{"agents", newest(state.faulty("agent-not-listed") ? std::vector<Json>{} : state.agents,
                                     limit_of(call.request, 100))}});
    return true;
}

}  // namespace cowork::test::smoke_cloud
