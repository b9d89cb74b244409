#include "support/fake_cloud.hpp"

#include "support/httplib_config.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

void send_json(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_header("cache-control", "no-store");
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace),
                         "application/json; charset=utf-8");
}

Json readyz(const FakeCloudOptions& options, bool& ok) {
    Json checks = Json::array();
    ok = true;
    const auto add = [&](const std::string& name, const std::string& detail) {
        const auto failing = options.failing.find(name);
        Json check{{"name", name}, {"status", failing == options.failing.end() ? "ok" : "error"}};
        const std::string& told = failing == options.failing.end() ? detail : failing->second;
        if (!told.empty()) check["detail"] = told;
        ok = ok && failing == options.failing.end();
        checks.push_back(std::move(check));
    };
    if (options.draining || options.not_wired) {
        ok = false;
        checks.push_back({{"name", options.draining ? "draining" : "readiness_config"}, {"status", "error"}});
    } else {
        for (const char* name : {"control_plane", "object_store", "secret_adapter", "billing_adapter",
                                 "auth_config", "role_dependencies"})
            add(name, {});
        add("execution_isolation", options.isolation);
        add("artifact_direct_upload", "disabled");
        for (const auto& [name, detail] : options.failing)
            if (std::none_of(checks.begin(), checks.end(),
                             [&](const Json& check) { return check["name"] == name; }))
                add(name, detail);
    }
    return {{"ok", ok}, {"role", options.role}, {"profileName", "full"}, {"checks", checks}};
}

Json principal(const FakeCloudOptions& options, bool by_token) {
    Json who{{"tenantId", "default"},  {"orgId", "default"},        {"tenantName", "default"},
             {"userId", "local-user"}, {"accountId", "local-user"}, {"email", "local@example.test"},
             {"role", "owner"}};
    who["authSource"] = by_token ? "api_token" : "local";
    if (by_token) {
        who["tokenId"] = "tok_8YbqEVQfBoxkJSWg";
        who["tokenScopes"] = options.scopes;
    }
    return {{"principal", who}, {"csrfToken", nullptr}, {"expiresAt", nullptr}};
}

Json workspace(const FakeCloudOptions& options) {
    Json policy{{"features", {{"chat", true}}}, {"allowedAgents", Json::array()}};
    for (const auto& [key, value] : options.policy) policy[key] = value;
    return {{"tenantId", "default"},
            {"tenantName", "default"},
            {"orgId", "default"},
            {"userId", "local-user"},
            {"email", "local@example.test"},
            {"role", "owner"},
            {"profileName", "full"},
            {"policy", policy}};
}

Json tokens(const FakeCloudOptions& options) {
    return {{"tokens",
             {{{"tokenId", "tok_8YbqEVQfBoxkJSWg"},
               {"name", "loopback"},
               {"scopes", options.scopes},
               {"expiresAt", options.token_expires},
               {"revokedAt", nullptr}}}}};
}

Json diagnostics(const FakeCloudOptions& options) {
    Json heartbeats = Json::array();
    for (const auto& [role, age] : options.heartbeats)
        heartbeats.push_back({{"workerId", role + "-1"},
                              {"role", role},
                              {"activeSessionCount", 0},
                              {"ageMs", age},
                              {"stale", age > 60'000}});
    Json deliveries = Json::object();
    for (const auto& [status, count] : options.deliveries) deliveries[status] = count;
    return {{"redaction", "secrets-redacted"},
            {"runtime",
             {{"role", options.role}, {"heartbeatCount", heartbeats.size()}, {"heartbeats", heartbeats}}},
            {"gateway", {{"deliveriesByStatus", deliveries}, {"deliverySampleLimit", 200}}}};
}

void send_denied(httplib::Response& response, const std::string& code) {
    const char* words = "The authenticated service token is not authorized for this workspace action.";
    send_json(response, 403,
              {{"error", words}, {"verdict", {{"allowed", false}, {"reason", words}, {"policyCode", code}}}});
}

}  // namespace

FakeCloud::FakeCloud(FakeCloudOptions options)
    : options_(std::move(options)),
      server_(options_.server, [this](const auto& request, auto& response) { answer(request, response); }) {}

void FakeCloud::update(const std::function<void(FakeCloudOptions&)>& change) {
    const std::lock_guard lock(server_.mutex());
    change(options_);
    server_.options().clock_ahead = options_.server.clock_ahead;
}

void FakeCloud::override_path(const std::string& path, CannedAnswer answer) {
    const std::lock_guard lock(server_.mutex());
    server_.options().overrides[path] = std::move(answer);
}

void FakeCloud::answer(const httplib::Request& request, httplib::Response& response) const {
    if (options_.security_headers)
        for (const auto& [name, value] :
             std::map<std::string, std::string>{{"X-Content-Type-Options", "nosniff"},
                                                {"Referrer-Policy", "no-referrer"},
                                                {"X-Frame-Options", "DENY"},
                                                {"Cross-Origin-Opener-Policy", "same-origin"},
                                                {"Permissions-Policy", "camera=(), microphone=()"}})
            response.set_header(name, value);
    if (request.path == "/livez")
        return send_json(response, 200, {{"ok", true}, {"role", options_.role}, {"profileName", "full"}});
    if (request.path == "/readyz") {
        bool ok = false;
        const Json body = readyz(options_, ok);
        return send_json(response, ok ? 200 : 503, body);
    }
    const bool by_token = request.get_header_value("authorization") == "Bearer " + options_.token;
    if (request.path.starts_with("/api/") || request.path == "/auth/me") {
        if (!by_token && !options_.open)
            return send_json(response, 401, {{"error", "Trusted header authentication secret is invalid."}});
        const auto may = [&](const char* scope) {
            return !by_token ||
                   std::find(options_.scopes.begin(), options_.scopes.end(), scope) != options_.scopes.end();
        };
        if (request.path == "/auth/me") return send_json(response, 200, principal(options_, by_token));
        if (request.path == "/api/config" || request.path == "/api/workspace") {
            if (!may("desktop")) return send_denied(response, "authorization.scope_required");
            return send_json(
                response, 200,
                request.path == "/api/config" ? Json{{"role", options_.role}} : workspace(options_));
        }
        if (request.path == "/api/api-tokens") {
            if (!may("admin")) return send_denied(response, "authorization.scope_required");
            return send_json(response, 200, tokens(options_));
        }
        if (request.path == "/api/diagnostics") {
            if (!may("operator")) return send_denied(response, "authorization.scope_required");
            return send_json(response, 200, diagnostics(options_));
        }
        if (request.path == "/api/channels/deliveries") {
            if (!may("gateway") && !may("admin"))
                return send_denied(response, "authorization.scope_required");
            const std::string binding = request.get_param_value("channelBindingId");
            if (std::find(options_.bindings.begin(), options_.bindings.end(), binding) ==
                options_.bindings.end())
                return send_denied(response, "channels.binding_scope_required");
            return send_json(response, 200, {{"deliveries", Json::array()}});
        }
        return send_denied(response, "authorization.action_unknown");
    }
    send_json(response, 404, {{"error", "Not found."}});
}

}  // namespace cowork::test
