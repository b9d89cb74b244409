#include "core/timestamp.hpp"
#include "report/model.hpp"
#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::test::smoke_cloud {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;

constexpr std::string_view base64url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::array scopes_that_exist{"desktop", "gateway", "admin", "operator", "worker-internal"};

// The scopes asked for; nothing when one is unknown or none is there.
Json scopes_in(const Json& body) {
    const auto asked = body.find("scopes");
    if (asked == body.end() || !asked->is_array() || asked->empty()) return nullptr;
    for (const Json& scope : *asked)
        if (std::none_of(scopes_that_exist.begin(), scopes_that_exist.end(),
                         [&](const char* known) { return scope == known; }))
            return nullptr;
    return *asked;
}

// When the token ends; an error message when that cannot be.
std::string expiry_in(const Json& body, std::string& problem) {
    const auto now = system_clock::now();
    if (text(body, "expiresAt").empty()) return report::utc_timestamp(now + hours(24 * 90));
    const auto when = parse_timestamp(text(body, "expiresAt"));
    if (!when)
        problem = "Date value must be a valid ISO timestamp.";
    else if (*when <= now)
        problem = "API token expiration must be in the future.";
    else if (*when > now + hours(24 * 365))
        problem = "API token expiration cannot be more than 365 days in the future.";
    return when ? report::utc_timestamp(*when) : std::string{};
}

void mint(Call& call) {
    State& state = call.state;
    Json scopes = scopes_in(call.body);
    const std::string name = text(call.body, "name");
    if (name.empty() || scopes.is_null())
        return send_error(call.response, 400, "API token requires a name and at least one valid scope.");
    std::string problem;
    std::string expiry = expiry_in(call.body, problem);
    if (!problem.empty()) return send_error(call.response, 400, problem);
    if (holds(scopes, "worker-internal"))
        return send_error(call.response, 403,
                          "API token scope is disabled by cloud policy: worker-internal.");
    const Json grants = call.body.value("channelBindingIds", Json::array());
    for (const Json& grant : grants)
        if (!grant.is_string() || find(state.bindings, "bindingId", grant) == nullptr)
            return send_error(call.response, 404, "Channel binding was not found.");
    if (state.faulty("token-scope-widened")) scopes = {"gateway", "admin"};
    if (state.faulty("token-expiry-ignored"))
        expiry = report::utc_timestamp(system_clock::now() + hours(24 * 90));
    const std::string id = "tok_" + state.unique(base64url_letters, 16);
    const std::string plaintext = "occ_" + id + "_" + state.unique(base64url_letters, 43);
    const std::string now = state.now();
    state.plaintexts[id] = plaintext;
    state.tokens.push_back({{"tokenId", id},
                            {"orgId", "default"},
                            {"accountId", "local-user"},
                            {"name", name},
                            {"scopes", scopes},
                            {"last4", plaintext.substr(plaintext.size() - 4)},
                            {"expiresAt", expiry},
                            {"revokedAt", nullptr},
                            {"lastUsedAt", nullptr},
                            {"createdAt", now},
                            {"updatedAt", now},
                            {"channelBindingIds", grants}});
    send_json(call.response, 201, {{"token", state.tokens.back()}, {"plaintext", plaintext}});
}

void grant(Call& call) {
    State& state = call.state;
    const std::string wanted = text(call.body, "channelBindingId");
    if (wanted.empty()) return send_error(call.response, 400, "Channel binding id is required.");
    Json* token = find(state.tokens, "tokenId", call.at(2));
    if (token == nullptr) return send_error(call.response, 404, "API token was not found.");
    if (!holds((*token)["scopes"], "gateway"))
        return send_error(call.response, 400, "Channel binding grants require a gateway-scoped API token.");
    if (find(state.bindings, "bindingId", wanted) == nullptr)
        return send_error(call.response, 404, "Channel binding was not found.");
    // Shown, but not kept.
    Json shown = *token;
    auto& granted = state.faulty("token-grant-without-effect") ? shown["channelBindingIds"]
                                                               : (*token)["channelBindingIds"];
    if (!holds(granted, wanted) && !state.faulty("token-grant-not-recorded")) granted.push_back(wanted);
    std::sort(granted.begin(), granted.end());
    if (!state.faulty("token-grant-without-effect")) shown = *token;
    send_json(call.response, 200,
              {{"grant",
                {{"orgId", "default"},
                 {"tokenId", call.at(2)},
                 {"channelBindingId", wanted},
                 {"createdAt", state.now()}}},
               {"token", shown}});
}

void revoke(Call& call) {
    State& state = call.state;
    Json* token = find(state.tokens, "tokenId", call.at(2));
    if (token == nullptr) return send_error(call.response, 404, "API token was not found.");
    const std::string now = state.now();
    if ((*token)["revokedAt"].is_null() && !state.faulty("token-revoke-not-recorded"))
        (*token)["revokedAt"] = now;
    (*token)["updatedAt"] = now;
    send_json(call.response, 200, {{"token", *token}, {"revoked", true}});
}

}  // namespace

bool serve_tokens(Call& call) {
    if (call.at(1) != "api-tokens") return false;
    if (call.is("GET")) {
        std::vector<Json> shown = call.state.tokens;
        if (call.state.faulty("token-not-listed")) shown.clear();
        send_json(call.response, 200, {{"tokens", newest(shown, limit_of(call.request, 100))}});
    } else if (call.is("DELETE")) {
        revoke(call);
    } else if (call.at(3) == "channel-bindings") {
        grant(call);
    } else {
        mint(call);
    }
    return true;
}

Json who_am_i(const Principal& who) {
    Json principal{{"tenantId", "default"},
                   {"orgId", "default"},
                   {"tenantName", who.local ? "Default" : "default"},
                   {"userId", "local-user"},
                   {"accountId", "local-user"},
                   {"email", "local@example.test"},
                   {"role", "owner"}};
    if (!who.local) {
        principal["customRoleKey"] = nullptr;
        principal["permissions"] = {
            "org:read",       "org:manage",       "members:read",    "members:manage",
            "roles:manage",   "sso:manage",       "api_tokens:read", "api_tokens:manage",
            "billing:manage", "policy:manage",    "audit:read",      "sessions:read",
            "sessions:write", "workflows:manage", "operations:view", "diagnostics:view"};
    }
    principal["authSource"] = who.local ? "local" : "api_token";
    if (!who.local) {
        principal["tokenId"] = who.token_id;
        principal["tokenScopes"] = who.scopes;
    }
    return {{"principal", principal}, {"csrfToken", nullptr}, {"expiresAt", nullptr}};
}

}  // namespace cowork::test::smoke_cloud
