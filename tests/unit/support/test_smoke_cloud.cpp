#include "support/httplib_config.hpp"
#include "support/smoke_cloud.hpp"

#include <catch2/catch.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

// The fake is only worth what it shares with the recorded service: status and keys, and the words of a
// refusal, because those are what scenarios read.

using namespace cowork;
using nlohmann::json;
using test::SmokeCloud;
using test::SmokeCloudOptions;

namespace {

enum Mode { unlocked, locked };
enum Who { nobody, gateway, bogus };

struct Recorded {
    const char* name;  // of the recording
    Mode mode;
    Who who;
    const char* method;
    const char* path;
    const char* body;
    int status;
    const char* answer;  // the keys down to the third level; of a refusal all of it
};

const Recorded recordings[] = {
    {"get_auth_me", unlocked, nobody, "GET", "/auth/me", "", 200,
     "csrfToken expiresAt principal.accountId principal.authSource principal.email "
     "principal.orgId principal.role principal.tenantId principal.tenantName principal.userId"},
    {"auth_me_bad_bearer", unlocked, bogus, "GET", "/auth/me", "", 200,
     "csrfToken expiresAt principal.accountId principal.authSource principal.email "
     "principal.orgId principal.role principal.tenantId principal.tenantName principal.userId"},
    {"auth_me_gateway_bearer", unlocked, gateway, "GET", "/auth/me", "", 200,
     "csrfToken expiresAt principal.accountId principal.authSource principal.customRoleKey "
     "principal.email principal.orgId principal.permissions principal.role principal.tenantId "
     "principal.tenantName principal.tokenId principal.tokenScopes principal.userId"},
    {"get_", unlocked, nobody, "GET", "/", "", 404,
     R"({"error":"Unified renderer browser build was not found."})"},
    {"get_livez", unlocked, nobody, "GET", "/livez", "", 200, "ok profileName role"},
    {"get_readyz", unlocked, nobody, "GET", "/readyz", "", 200,
     "checks[].name checks[].status ok profileName role"},
    {"get_nope", unlocked, nobody, "GET", "/nope", "", 404, R"({"error":"Not found."})"},
    {"get_health", unlocked, nobody, "GET", "/health", "", 404, R"({"error":"Not found."})"},
    {"get_api_nope", unlocked, nobody, "GET", "/api/nope", "", 403,
     R"({"error":"Workspace action is not authorized.","verdict":{"allowed":false,"reason":"Workspace action is not authorized.","policyCode":"authorization.action_unknown"}})"},
    {"get_api_channels", unlocked, nobody, "GET", "/api/channels", "", 403,
     R"({"error":"Workspace action is not authorized.","verdict":{"allowed":false,"reason":"Workspace action is not authorized.","policyCode":"authorization.action_unknown"}})"},
    {"get_api_tokens", unlocked, nobody, "GET", "/api/tokens", "", 403,
     R"({"error":"Workspace action is not authorized.","verdict":{"allowed":false,"reason":"Workspace action is not authorized.","policyCode":"authorization.action_unknown"}})"},
    {"get_api_config", unlocked, nobody, "GET", "/api/config", "", 200,
     "allowedAgents allowedMcps allowedTools features.agents features.artifacts features.byok "
     "features.channels features.chat features.customAgents features.customMcps "
     "features.customSkills features.knowledge features.settings features.threadIndex "
     "features.webhooks features.workflows managedPolicy profileName publicBranding role"},
    {"get_api_workspace", unlocked, nobody, "GET", "/api/workspace", "", 200,
     "accountId email orgId orgName policy.allowedAgents policy.allowedMcps "
     "policy.allowedTools policy.features.agents policy.features.artifacts "
     "policy.features.byok policy.features.channels policy.features.chat "
     "policy.features.customAgents policy.features.customMcps policy.features.customSkills "
     "policy.features.knowledge policy.features.settings policy.features.threadIndex "
     "policy.features.webhooks policy.features.workflows policy.localFiles "
     "policy.localStdioMcps policy.machineRuntimeConfig profileName role tenantId tenantName "
     "userId"},
    {"get_api_sessions", unlocked, nobody, "GET", "/api/sessions", "", 200,
     "nextCursor sessions totalEstimate"},
    {"get_api_api-tokens", unlocked, nobody, "GET", "/api/api-tokens", "", 200, "tokens"},
    {"get_api_diagnostics", unlocked, nobody, "GET", "/api/diagnostics", "", 200,
     "billing byok gateway generatedAt links org.orgId org.profileName org.role org.tenantId "
     "redaction runtime.canExecute runtime.checkpoints runtime.commandProcessing "
     "runtime.heartbeatCount runtime.heartbeats[].activeSessionCount runtime.heartbeats[].ageMs "
     "runtime.heartbeats[].lastSeenAt runtime.heartbeats[].role runtime.heartbeats[].stale "
     "runtime.heartbeats[].workerId runtime.profileName runtime.role usage"},
    {"get_auth_desktop_config", unlocked, nobody, "GET", "/auth/desktop/config", "", 404,
     R"({"error":"Cloud desktop auth is not configured."})"},
    {"post_livez", unlocked, nobody, "POST", "/livez", "", 200, "ok profileName role"},
    {"livez-slash", unlocked, nobody, "GET", "/livez/", "", 404, R"({"error":"Not found."})"},
    {"post_api-tokens_admin", unlocked, nobody, "POST", "/api/api-tokens",
     R"({"name":"x","scopes":["admin"]})", 201,
     "plaintext token.accountId token.channelBindingIds token.createdAt token.expiresAt "
     "token.last4 token.lastUsedAt token.name token.orgId token.revokedAt token.scopes "
     "token.tokenId token.updatedAt"},
    {"tokens_bad_scope", unlocked, nobody, "POST", "/api/api-tokens", R"({"name":"x","scopes":["bogus"]})",
     400, R"({"error":"API token requires a name and at least one valid scope."})"},
    {"tokens_gateway_forbidden", unlocked, gateway, "POST", "/api/api-tokens",
     R"({"name":"x","scopes":["gateway"]})", 403,
     R"({"error":"The authenticated service token is not authorized for this workspace action.","verdict":{"allowed":false,"reason":"The authenticated service token is not authorized for this workspace action.","policyCode":"authorization.scope_required"}})"},
    {"post_sessions", unlocked, nobody, "POST", "/api/sessions", R"({"title":"probe"})", 201,
     "projection.sequence projection.sessionId projection.tenantId projection.updatedAt "
     "projection.view.artifacts projection.view.errors projection.view.isGenerating "
     "projection.view.lastError projection.view.lastInputTokens projection.view.messages "
     "projection.view.origin projection.view.pendingApprovals projection.view.pendingQuestions"
     " projection.view.profileName projection.view.projectSource "
     "projection.view.resolvedApprovals projection.view.resolvedQuestions "
     "projection.view.sessionCost projection.view.sessionId projection.view.sessionTokens "
     "projection.view.status projection.view.taskRuns projection.view.title "
     "projection.view.todos projection.view.toolCalls projection.view.updatedAt "
     "session.createdAt session.opencodeSessionId session.profileName session.projectSource "
     "session.sessionId session.status session.tenantId session.title session.updatedAt "
     "session.userId"},
    {"header-sessions-none", locked, nobody, "GET", "/api/sessions", "", 401,
     R"({"error":"Trusted header authentication secret is invalid."})"},
    {"header-auth_me-none", locked, nobody, "GET", "/auth/me", "", 401,
     R"({"error":"Trusted header authentication secret is invalid."})"},
    {"header-auth_me-gateway", locked, gateway, "GET", "/auth/me", "", 200,
     "csrfToken expiresAt principal.accountId principal.authSource principal.customRoleKey "
     "principal.email principal.orgId principal.permissions principal.role principal.tenantId "
     "principal.tenantName principal.tokenId principal.tokenScopes principal.userId"},
    {"header-api-tokens-gateway", locked, gateway, "GET", "/api/api-tokens", "", 403,
     R"({"error":"The authenticated service token is not authorized for this workspace action.","verdict":{"allowed":false,"reason":"The authenticated service token is not authorized for this workspace action.","policyCode":"authorization.scope_required"}})"},
    {"header-bindings-gateway", locked, gateway, "GET", "/api/channels/bindings", "", 403,
     R"({"error":"The authenticated service token is not authorized for this workspace action.","verdict":{"allowed":false,"reason":"The authenticated service token is not authorized for this workspace action.","policyCode":"authorization.scope_required"}})"},
    {"header-config-gateway", locked, gateway, "GET", "/api/config", "", 403,
     R"({"error":"The authenticated service token is not authorized for this workspace action.","verdict":{"allowed":false,"reason":"The authenticated service token is not authorized for this workspace action.","policyCode":"authorization.scope_required"}})"},
    {"header-workspace-gateway", locked, gateway, "GET", "/api/workspace", "", 403,
     R"({"error":"The authenticated service token is not authorized for this workspace action.","verdict":{"allowed":false,"reason":"The authenticated service token is not authorized for this workspace action.","policyCode":"authorization.scope_required"}})"},
    {"header-deliveries-gateway", locked, gateway, "GET",
     "/api/channels/deliveries?channelBindingId=fake-binding", "", 200, "deliveries"},
    {"post_agents", unlocked, nobody, "POST", "/api/channels/agents",
     R"({"agentId":"gw-agent-2","name":"Loopback agent","profileName":"full","status":"active","managed":false})",
     201,
     "agent.agentId agent.createdAt agent.createdByAccountId agent.managed agent.name "
     "agent.orgId agent.profileName agent.status agent.tenantId agent.updatedAt"},
    {"post_bindings", unlocked, nobody, "POST", "/api/channels/bindings",
     R"({"bindingId":"cli-binding","agentId":"gw-agent","provider":"cli","displayName":"CLI","status":"active","settings":{}})",
     201,
     "binding.agentId binding.bindingId binding.createdAt binding.credentialRefConfigured "
     "binding.credentialRefKind binding.displayName binding.externalWorkspaceId binding.orgId "
     "binding.provider binding.settings binding.status binding.updatedAt"},
};

httplib::Result ask(const SmokeCloud& cloud, const std::string& method, const std::string& path,
                    const std::string& bearer, const std::string& body) {
    httplib::Client client("127.0.0.1", cloud.port());
    httplib::Request request;
    request.method = method;
    request.path = path;
    if (!bearer.empty()) request.set_header("Authorization", "Bearer " + bearer);
    if (!body.empty()) request.set_header("Content-Type", "application/json");
    request.body = body;
    return client.send(request);
}

json asked(const SmokeCloud& cloud, const std::string& method, const std::string& path,
           const std::string& bearer, const json& body = nullptr) {
    const auto answer = ask(cloud, method, path, bearer, body.is_null() ? "" : body.dump());
    REQUIRE(answer);
    INFO(method << " " << path << ": " << answer->status << " " << answer->body);
    CHECK(answer->status < 300);
    return json::parse(answer->body);
}

// Parts that no scenario looks into; the fake has little of them.
bool left_whole(const std::string& path) {
    const std::set<std::string> parts{"billing", "gateway", "managedPolicy", "publicBranding"};
    return parts.count(path) > 0;
}

void collect(const json& value, const std::string& path, int depth, std::set<std::string>& keys) {
    if (value.is_array()) {
        if (!value.empty()) collect(value[0], path + "[]", depth, keys);
        return;
    }
    for (const auto& [key, inner] : value.items()) {
        const std::string at = path.empty() ? key : fmt::format("{}.{}", path, key);
        const bool deeper = depth < 2 && !left_whole(at) &&
                            ((inner.is_object() && !inner.empty()) ||
                             (inner.is_array() && !inner.empty() && inner[0].is_object()));
        if (deeper)
            collect(inner, at, depth + 1, keys);
        else
            keys.insert(at);
    }
}

std::string keys_of(const json& value) {
    std::set<std::string> keys;
    collect(value, "", 0, keys);
    std::string all;
    for (const std::string& key : keys) all += (all.empty() ? "" : " ") + key;
    return all;
}

// A Cloud that holds what the recorded one held.
struct Prepared {
    explicit Prepared(Mode mode)
        : cloud({.open = mode == unlocked, .agents = std::vector<std::string>{}, .workbench = false}) {
        const std::string admin = SmokeCloudOptions{}.admin_token;
        asked(cloud, "POST", "/api/channels/agents", admin, {{"agentId", "gw-agent"}, {"name", "agent"}});
        asked(cloud, "POST", "/api/channels/bindings", admin,
              {{"bindingId", "fake-binding"},
               {"agentId", "gw-agent"},
               {"provider", "cli"},
               {"displayName", "CLI"}});
        token = asked(cloud, "POST", "/api/api-tokens", admin,
                      {{"name", "gateway"}, {"scopes", {"gateway"}}, {"channelBindingIds", {"fake-binding"}}})
                    .at("plaintext");
    }

    SmokeCloud cloud;
    std::string token;
};

}  // namespace

TEST_CASE("smoke cloud: it answers as was recorded") {
    for (const Recorded& recorded : recordings) {
        INFO(recorded.name);
        // GET lists are recorded empty; everything else needs the gateway's binding.
        const Prepared prepared(recorded.mode);
        const SmokeCloud empty({.open = true, .agents = std::vector<std::string>{}, .workbench = false});
        const bool fresh = recorded.mode == unlocked && std::string(recorded.path) == "/api/api-tokens" &&
                           std::string(recorded.method) == "GET";
        const std::string bearer = recorded.who == gateway ? prepared.token
                                   : recorded.who == bogus ? "nope"
                                                           : "";
        const auto answer =
            ask(fresh ? empty : prepared.cloud, recorded.method, recorded.path, bearer, recorded.body);
        REQUIRE(answer);
        CHECK(answer->status == recorded.status);
        const json body = json::parse(answer->body);
        if (recorded.status < 400)
            CHECK(keys_of(body) == recorded.answer);
        else
            CHECK(body == json::parse(recorded.answer));
        CHECK(answer->get_header_value("content-type") == "application/json; charset=utf-8");
    }
}

TEST_CASE("smoke cloud: a prompt of an agent that is not enabled is refused as recorded") {
    const Prepared prepared(unlocked);
    const json made = asked(prepared.cloud, "POST", "/api/sessions", "", json::object());
    const std::string id = made.at("session").at("sessionId");
    const auto answer =
        ask(prepared.cloud, "POST", "/api/sessions/" + id + "/prompt", "", R"({"text":"hi"})");
    CHECK(answer->status == 403);
    CHECK(
        answer->body ==
        R"({"error":"Agent \"build\" is not enabled for cloud profile \"full\".","verdict":{"allowed":false,)"
        R"("reason":"Agent \"build\" is not enabled for cloud profile \"full\".",)"
        R"("policyCode":"policy.agent_not_enabled"}})");
}

TEST_CASE("smoke cloud: an id that exists answers with the record as it is") {
    const SmokeCloud cloud;
    const std::string admin = SmokeCloudOptions{}.admin_token;
    asked(cloud, "POST", "/api/channels/agents", admin, {{"agentId", "a"}, {"name", "first"}});
    asked(cloud, "PATCH", "/api/channels/agents/a", admin, {{"status", "disabled"}});
    const json again = asked(cloud, "POST", "/api/channels/agents", admin,
                             {{"agentId", "a"}, {"name", "second"}, {"status", "active"}});
    CHECK(again["agent"]["name"] == "first");
    CHECK(again["agent"]["status"] == "disabled");
}

TEST_CASE("smoke cloud: the state is what is active, and goes back to what it was") {
    const SmokeCloud cloud;
    const std::string admin = SmokeCloudOptions{}.admin_token;
    const std::string before = cloud.state();
    asked(cloud, "POST", "/api/channels/agents", admin, {{"agentId", "a"}, {"name", "agent"}});
    asked(cloud, "POST", "/api/channels/bindings", admin,
          {{"bindingId", "b"}, {"agentId", "a"}, {"provider", "cli"}, {"displayName", "CLI"}});
    const json token =
        asked(cloud, "POST", "/api/api-tokens", admin, {{"name", "t"}, {"scopes", {"gateway"}}});
    const json user{{"provider", "cli"}, {"externalUserId", "u"}, {"role", "member"}, {"status", "active"}};
    asked(cloud, "POST", "/api/channels/identities/resolve", admin, user);
    CHECK(cloud.state() ==
          "token t [\"gateway\"] []\nagent a agent full\nbinding b a cli\nidentity cli u member\n");
    asked(cloud, "PATCH", "/api/channels/agents/a", admin, {{"status", "disabled"}});
    asked(cloud, "PATCH", "/api/channels/bindings/b", admin, {{"status", "disabled"}});
    asked(cloud, "DELETE", "/api/api-tokens/" + token["token"]["tokenId"].get<std::string>(), admin);
    json gone = user;
    gone["status"] = "disabled";
    asked(cloud, "POST", "/api/channels/identities/resolve", admin, gone);
    CHECK(cloud.state() == before);
    CHECK(cloud.remains().find("binding b a cli") != std::string::npos);
}

TEST_CASE("smoke cloud: a revoked token is nobody") {
    const SmokeCloud cloud;
    const std::string admin = SmokeCloudOptions{}.admin_token;
    const json made =
        asked(cloud, "POST", "/api/api-tokens", admin, {{"name", "t"}, {"scopes", {"gateway"}}});
    const std::string plaintext = made["plaintext"];
    CHECK(ask(cloud, "GET", "/auth/me", plaintext, "")->status == 200);
    const json revoked =
        asked(cloud, "DELETE", "/api/api-tokens/" + made["token"]["tokenId"].get<std::string>(), admin);
    CHECK(revoked["revoked"] == true);
    CHECK(revoked["token"]["revokedAt"].is_string());
    CHECK(ask(cloud, "GET", "/auth/me", plaintext, "")->status == 401);
}

TEST_CASE("smoke cloud: a binding's token acts for that binding alone") {
    const Prepared prepared(locked);
    const auto code = [&](const std::string& binding) {
        const auto answer = ask(prepared.cloud, "GET", "/api/channels/deliveries?channelBindingId=" + binding,
                                prepared.token, "");
        return answer->status == 200 ? ""
                                     : json::parse(answer->body)["verdict"]["policyCode"].get<std::string>();
    };
    CHECK(code("fake-binding").empty());
    CHECK(code("another") == "channels.binding_scope_required");
    asked(prepared.cloud, "PATCH", "/api/channels/bindings/fake-binding", SmokeCloudOptions{}.admin_token,
          {{"status", "disabled"}});
    CHECK(code("fake-binding") == "channels.binding_scope_required");
}

namespace {

// What a stream says until it has said `wanted`.
std::string streamed(const SmokeCloud& cloud, const std::string& path, const std::string& wanted) {
    httplib::Client client("127.0.0.1", cloud.port());
    std::string all;
    const auto ended = client.Get(path, {{"Authorization", "Bearer " + SmokeCloudOptions{}.admin_token}},
                                  [&](const char* data, std::size_t size) {
                                      all.append(data, size);
                                      return all.find(wanted) == std::string::npos;
                                  });
    return all;
}

std::vector<std::string> ids_in(const std::string& stream) {
    std::vector<std::string> ids;
    for (std::size_t at = stream.find("id: "); at != std::string::npos; at = stream.find("\nid: ", at + 1))
        ids.push_back(stream.substr(at, stream.find('\n', at + 1) - at));
    for (std::string& id : ids) id = id.substr(id.find(' ') + 1);
    return ids;
}

std::string session_with_prompt(const SmokeCloud& cloud) {
    const std::string admin = SmokeCloudOptions{}.admin_token;
    const json made = asked(cloud, "POST", "/api/sessions", admin, json::object());
    std::string id = made["session"]["sessionId"];
    asked(cloud, "POST", "/api/sessions/" + id + "/prompt", admin, {{"text", "hi"}});
    return id;
}

}  // namespace

TEST_CASE("smoke cloud: events are streamed with their numbers, and resumed after a cursor") {
    const SmokeCloud cloud;
    const std::string path = "/api/sessions/" + session_with_prompt(cloud) + "/events";
    const std::string all = streamed(cloud, path, "event: session.idle");
    CHECK(all.rfind(": connected\n\n", 0) == 0);
    CHECK(ids_in(all) == std::vector<std::string>{"1", "2", "3", "4"});
    CHECK(all.find("event: session.created\ndata: {") != std::string::npos);
    CHECK(ids_in(streamed(cloud, path + "?after=2", "event: session.idle")) ==
          std::vector<std::string>{"3", "4"});
    // Nonsense is no position.
    CHECK(ids_in(streamed(cloud, path + "?after=-1", "event: session.idle")).size() == 4);
    CHECK(ids_in(streamed(cloud, "/api/events", "event: session.idle")).size() == 4);
}

TEST_CASE("smoke cloud: a stream waits for what comes, and others are served meanwhile") {
    const SmokeCloud cloud;
    std::string id;
    httplib::Client client("127.0.0.1", cloud.port());
    std::string all;
    const auto ended =
        client.Get("/api/events", {{"Authorization", "Bearer " + SmokeCloudOptions{}.admin_token}},
                   [&](const char* data, std::size_t size) {
                       all.append(data, size);
                       if (id.empty()) id = session_with_prompt(cloud);
                       return all.find("event: session.idle") == std::string::npos;
                   });
    CHECK(all.find(id) != std::string::npos);
}

TEST_CASE("smoke cloud: a stream's faults show") {
    const auto ids_with = [](const char* fault, const char* query) {
        const SmokeCloud cloud({.faults = {fault}});
        return ids_in(streamed(cloud, "/api/sessions/" + session_with_prompt(cloud) + "/events" + query,
                               "event: session.idle"));
    };
    using Ids = std::vector<std::string>;
    CHECK(ids_with("events-skip-after-cursor", "?after=2") == Ids{"4"});
    CHECK(ids_with("events-from-the-beginning", "?after=2").size() == 4);
    CHECK(ids_with("events-out-of-order", "") == Ids{"2", "1", "3", "4"});
}

TEST_CASE("smoke cloud: beyond its rate it says when to come again") {
    const SmokeCloud cloud({.open = true, .rate_limit = 2});
    CHECK(ask(cloud, "GET", "/api/config", "", "")->status == 200);
    CHECK(ask(cloud, "GET", "/api/config", "", "")->status == 200);
    const auto refused = ask(cloud, "GET", "/api/config", "", "");
    CHECK(refused->status == 429);
    CHECK(std::stoi(refused->get_header_value("retry-after")) > 0);
    CHECK(json::parse(refused->body)["verdict"]["policyCode"] == "rate_limit.http_exceeded");
    CHECK(ask(cloud, "GET", "/livez", "", "")->status == 200);
}

TEST_CASE("smoke cloud: an artifact comes back as it went in") {
    const SmokeCloud cloud;
    const std::string admin = SmokeCloudOptions{}.admin_token;
    const std::string id = session_with_prompt(cloud);
    const std::string path = "/api/sessions/" + id + "/artifacts";
    const json made =
        asked(cloud, "POST", path, admin,
              {{"filename", "a.txt"}, {"contentType", "text/plain"}, {"dataBase64", "aGVsbG8="}});
    CHECK(made["artifact"]["size"] == 5);
    const json back =
        asked(cloud, "GET", path + "/" + made["artifact"]["artifactId"].get<std::string>(), admin);
    CHECK(back["artifact"]["dataBase64"] == "aGVsbG8=");
    CHECK(asked(cloud, "GET", path, admin)["artifacts"].size() == 1);
}

TEST_CASE("smoke cloud: a channel's thread keeps its session") {
    const Prepared prepared(locked);
    const std::string admin = SmokeCloudOptions{}.admin_token;
    asked(prepared.cloud, "POST", "/api/channels/identities/resolve", admin,
          {{"provider", "cli"}, {"externalUserId", "u"}, {"role", "member"}, {"status", "active"}});
    const json thread{{"channelBindingId", "fake-binding"},
                      {"provider", "cli"},
                      {"externalUserId", "u"},
                      {"externalChatId", "c"},
                      {"externalThreadId", "t"},
                      {"title", "mine"}};
    const json first = asked(prepared.cloud, "POST", "/api/channels/sessions/bind", prepared.token, thread);
    const json again = asked(prepared.cloud, "POST", "/api/channels/sessions/bind", prepared.token, thread);
    CHECK(first["binding"] == again["binding"]);
    CHECK(first["session"]["session"]["title"] == "mine");
    const json found = asked(
        prepared.cloud, "GET",
        "/api/channels/sessions/by-thread?provider=cli&externalChatId=c&externalThreadId=t", prepared.token);
    CHECK(found["binding"] == first["binding"]);
}

TEST_CASE("smoke cloud: a fault that it does not know is refused") {
    CHECK_THROWS_AS(SmokeCloud({.faults = {"no-such-fault"}}), std::invalid_argument);
}
