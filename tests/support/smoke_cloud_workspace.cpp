#include "report/model.hpp"
#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace cowork::test::smoke_cloud {
namespace {

constexpr std::array feature_names{"chat",      "agents",   "artifacts",    "threadIndex",  "workflows",
                                   "webhooks",  "settings", "customSkills", "customAgents", "customMcps",
                                   "knowledge", "channels", "byok"};
constexpr std::array ready_checks{"control_plane",       "object_store",          "secret_adapter",
                                  "billing_adapter",     "auth_config",           "role_dependencies",
                                  "execution_isolation", "artifact_direct_upload"};

Json features(const State& state) {
    Json all = Json::object();
    for (const char* name : feature_names) all[name] = state.options.disabled_features.count(name) == 0;
    return all;
}

Json allowed_agents(const State& state) {
    return state.options.agents ? Json(*state.options.agents) : Json(nullptr);
}

Json config(const State& state) {
    if (state.faulty("config-empty")) return Json::object();
    const Json branding{{"productName", "Open Cowork Cloud"},
                        {"shortName", "OC"},
                        {"supportUrl", ""},
                        {"privacyUrl", ""},
                        {"securityUrl", ""},
                        {"legalUrl", ""},
                        {"theme", Json::object()},
                        {"dashboard", Json::object()},
                        {"managedOrgConnectionLabels", Json::object()}};
    const Json managed{{"allowedProviders", nullptr}, {"deniedProviders", Json::array()},
                       {"allowedModels", nullptr},    {"deniedModels", Json::array()},
                       {"keyManagement", "any"},      {"extensions", Json::object()},
                       {"features", Json::object()},  {"permissionCeilings", Json::object()},
                       {"updateChannel", nullptr},    {"disabledByPolicy", Json::object()}};
    return {{"role", state.options.role},    {"profileName", "full"},
            {"features", features(state)},   {"allowedAgents", allowed_agents(state)},
            {"allowedTools", Json::array()}, {"allowedMcps", Json::array()},
            {"managedPolicy", managed},      {"publicBranding", branding}};
}

Json workspace(const State& state) {
    const auto policy = [&](const char* fault) { return state.faulty(fault) ? "enabled" : "disabled"; };
    return {{"tenantId", "default"},
            {"tenantName", "default"},
            {"orgId", "default"},
            {"orgName", "default"},
            {"userId", "local-user"},
            {"accountId", "local-user"},
            {"email", "local@example.test"},
            {"role", "owner"},
            {"profileName", "full"},
            {"policy",
             {{"features", features(state)},
              {"allowedAgents", allowed_agents(state)},
              {"allowedTools", Json::array()},
              {"allowedMcps", Json::array()},
              {"localFiles", policy("workspace-local-files")},
              {"localStdioMcps", policy("workspace-local-stdio")},
              {"machineRuntimeConfig", policy("workspace-machine-runtime")}}}};
}

// As GET /api/workers/heartbeats lists them.
Json heartbeats(const State& state) {
    Json all = Json::array();
    if (state.faulty("heartbeats-missing")) return all;
    const auto age = state.faulty("heartbeats-stale") ? std::chrono::minutes(5) : std::chrono::minutes(0);
    const std::string seen = report::utc_timestamp(std::chrono::system_clock::now() - age);
    for (const char* role : {"worker", "scheduler"})
        all.push_back({{"workerId", state.options.role + "-" + role},
                       {"role", role},
                       {"activeSessionIds", Json::array()},
                       {"lastSeenAt", seen}});
    return all;
}

Json diagnostics(const State& state) {
    Json shown = Json::array();
    const bool stale = state.faulty("heartbeats-stale");
    for (const Json& beat : heartbeats(state))
        shown.push_back({{"workerId", beat["workerId"]},
                         {"role", beat["role"]},
                         {"activeSessionCount", 0},
                         {"lastSeenAt", beat["lastSeenAt"]},
                         {"ageMs", stale ? 300'000 : 437},
                         {"stale", stale}});
    return {
        {"generatedAt", report_now()},
        {"redaction", "secrets-redacted"},
        {"org", {{"orgId", "default"}, {"tenantId", "default"}, {"role", "owner"}, {"profileName", "full"}}},
        {"runtime",
         {{"role", state.options.role},
          {"profileName", "full"},
          {"canExecute", true},
          {"commandProcessing", "inline"},
          {"checkpoints", true},
          {"heartbeatCount", shown.size()},
          {"heartbeats", shown}}},
        {"billing", Json::object()},
        {"byok", Json::object()},
        {"usage", Json::object()},
        {"gateway", {{"agents", {{"total", state.agents.size()}}}, {"deliverySampleLimit", 200}}},
        {"links", Json::object()}};
}

std::string csp(const State& state) {
    const std::array directives{
        std::pair{"csp-default-src", "default-src 'self'"},
        std::pair{"", "script-src 'self'"},
        std::pair{"", "style-src 'self' 'unsafe-inline'"},
        std::pair{"", "style-src-attr 'unsafe-inline'"},
        std::pair{"csp-connect-src", "connect-src 'self'"},
        std::pair{"", "font-src 'self'"},
        std::pair{"", "img-src 'self' data:"},
        std::pair{"", "object-src 'none'"},
        std::pair{"", "base-uri 'none'"},
        std::pair{"csp-frame-ancestors", "frame-ancestors 'none'"},
        std::pair{"", "form-action 'self'"},
    };
    std::string all;
    for (const auto& [fault, directive] : directives)
        if (!state.faulty(fault)) all += (all.empty() ? "" : "; ") + std::string(directive);
    return all;
}

}  // namespace

void serve_workbench(httplib::Response& response, const State& state) {
    if (!state.options.workbench)
        return send_error(response, 404, "Unified renderer browser build was not found.");
    std::string page = "<!doctype html>\n<html>\n<head>\n";
    if (!state.faulty("workbench-no-bootstrap"))
        page +=
            "<script id=\"cowork-bootstrap\" type=\"application/json\">{\"profileName\":\"full\"}</script>\n";
    if (!state.faulty("workbench-no-assets"))
        page += "<script type=\"module\" src=\"/app/assets/renderer-Dy7V1PNU.js\"></script>\n";
    response.status = 200;
    response.set_header("cache-control",
                        state.faulty("workbench-cached") ? "public, max-age=3600" : "no-store");
    if (!state.faulty("csp-missing")) response.set_header("content-security-policy", csp(state));
    response.set_content(page + "</head>\n<body><div id=\"root\"></div></body>\n</html>\n",
                         "text/html; charset=utf-8");
}

void serve_readiness(httplib::Response& response, const State& state) {
    bool ok = !state.faulty("readyz-not-ok");
    Json checks = Json::array();
    for (const char* name : ready_checks) {
        const bool fails = state.options.failing.count(name) > 0;
        ok = ok && !fails;
        Json check{{"name", name}, {"status", fails ? "error" : "ok"}};
        if (check["name"] == "execution_isolation")
            check["detail"] =
                "provider=development-process;engine=host-process;network=unverified;verified=false";
        if (check["name"] == "artifact_direct_upload") check["detail"] = "disabled";
        checks.push_back(std::move(check));
    }
    send_json(response, ok || state.faulty("readyz-not-ok") ? 200 : 503,
              {{"ok", ok}, {"role", state.options.role}, {"profileName", "full"}, {"checks", checks}});
}

bool serve_workspace(Call& call) {
    const std::string resource = call.at(1);
    if (resource == "config") return send_json(call.response, 200, config(call.state)), true;
    if (resource == "workspace") return send_json(call.response, 200, workspace(call.state)), true;
    if (resource == "events") return stream_events(call, {}), true;
    if (resource == "diagnostics") return send_json(call.response, 200, diagnostics(call.state)), true;
    if (resource == "workers")
        return send_json(call.response, 200, {{"heartbeats", heartbeats(call.state)}}), true;
    if (resource == "runtime")
        return send_json(call.response, 200,
                         {{"role", call.state.options.role},
                          {"profileName", "full"},
                          {"canExecute", call.state.options.role != "web"},
                          {"commandProcessing", call.state.options.role == "web" ? "delegated" : "inline"},
                          {"checkpoints", call.state.options.role != "web"},
                          {"heartbeats", heartbeats(call.state)}}),
               true;
    if (resource != "metrics") return false;
    const bool without = call.state.faulty("metrics-without-marker");
    call.response.status = 200;
    call.response.set_header("cache-control", "no-store");
    call.response.set_content(without ? "# HELP other_total Other.\nother_total 1\n"
                                      : "# TYPE open_cowork_cloud_http_requests_total "
                                        "counter\nopen_cowork_cloud_http_requests_total 7\n",
                              "text/plain; version=0.0.4; charset=utf-8");
    return true;
}

}  // namespace cowork::test::smoke_cloud
