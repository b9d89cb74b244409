#include "support/smoke_cloud.hpp"

#include "net/url.hpp"
#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace cowork::test {
namespace smoke_cloud {
namespace {

std::vector<std::string> segments(const std::string& path) {
    std::vector<std::string> found;
    std::string segment;
    for (const char c : path + "/") {
        if (c != '/') {
            segment += c;
        } else if (!segment.empty()) {
            found.push_back(std::exchange(segment, {}));
        }
    }
    return found;
}

void write_security_headers(const httplib::Request& request, httplib::Response& response, State& state) {
    const std::string given = request.get_header_value("x-request-id");
    const bool echo = !given.empty() && !state.faulty("request-id-dropped");
    response.set_header("X-Request-Id", echo ? given : state.uuid());
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"X-Content-Type-Options", "nosniff"},
             {"Referrer-Policy", "no-referrer"},
             {"X-Frame-Options", "DENY"},
             {"Cross-Origin-Opener-Policy", "same-origin"},
             {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"}})
        response.set_header(name, value);
}

// Counts a request, and answers it when it is one too many.
bool over_limit(httplib::Response& response, State& state) {
    if (state.options.rate_limit == 0) return false;
    const auto now = std::chrono::steady_clock::now();
    while (!state.asked.empty() && now - state.asked.front() >= state.options.rate_window)
        state.asked.pop_front();
    if (state.asked.size() < static_cast<std::size_t>(state.options.rate_limit)) {
        state.asked.push_back(now);
        return false;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(state.asked.front() + state.options.rate_window - now);
    const std::string words = "Too many cloud requests. Try again later.";
    response.set_header("Retry-After", std::to_string(std::max<long long>(1, (left.count() + 999) / 1000)));
    send_json(
        response, 429,
        {{"error", words},
         {"retryAfterMs", left.count()},
         {"verdict", {{"allowed", false}, {"reason", words}, {"policyCode", "rate_limit.http_exceeded"}}}});
    return true;
}

bool expired(const Json& token) { return token["expiresAt"].get<std::string>() <= report_now(); }

// Who the bearer token is, else the local owner where everybody is; nothing when nobody is let in.
std::optional<Principal> authenticate(const httplib::Request& request, State& state) {
    const std::string authorization = request.get_header_value("authorization");
    const std::string bearer = authorization.rfind("Bearer ", 0) == 0 ? authorization.substr(7) : "";
    if (bearer == state.options.admin_token)
        return Principal{false, "tok_SmokeAdmin000000", {"admin", "desktop", "operator"}};
    for (const Json& token : state.tokens) {
        const std::string id = token["tokenId"];
        if (bearer.empty() || state.plaintexts[id] != bearer) continue;
        if (state.faulty("token-not-accepted")) break;
        if (!token["revokedAt"].is_null() && !state.faulty("token-revoked-accepted")) break;
        if (expired(token) && !state.faulty("token-expired-accepted")) break;
        return Principal{false, id, token["scopes"].get<std::vector<std::string>>()};
    }
    if (!bearer.empty() && state.faulty("token-bogus-accepted"))
        return Principal{false, "tok_Bogus00000000000", {"desktop"}};
    if (state.options.open) return Principal{true, {}, {}};
    return std::nullopt;
}

// What needs nobody to sign in, the same whatever the method.
bool serve_public(const httplib::Request& request, httplib::Response& response, State& state) {
    if (request.method == "OPTIONS") {
        response.status = 204;
    } else if (request.path == "/" || request.path == "/index.html" || request.path == "/app") {
        serve_workbench(response, state);
    } else if (request.path == "/livez") {
        send_json(
            response, 200,
            {{"ok", !state.faulty("livez-not-ok")}, {"role", state.options.role}, {"profileName", "full"}});
    } else if (request.path == "/readyz") {
        serve_readiness(response, state);
    } else {
        return false;
    }
    return true;
}

void serve_api(Call& call) {
    if (const std::string code = denial(call); !code.empty()) {
        const std::string words =
            code == "authorization.scope_required"
                ? "The authenticated service token is not authorized for this workspace action."
            : code == "channels.binding_scope_required" ? "Channel binding scope is required for this action."
            : code == "authorization.action_unknown"    ? "Workspace action is not authorized."
                                                        : "The feature is disabled for this cloud profile.";
        return send_error(call.response, 403, words, code);
    }
    for (const auto serve : {serve_workspace, serve_tokens, serve_channel_directory, serve_channel_threads,
                             serve_channel_deliveries, serve_artifacts, serve_sessions})
        if (serve(call)) return;
    send_error(call.response, 404, "Not found.");
}

void serve_auth(const httplib::Request& request, httplib::Response& response, State& state,
                const std::optional<Principal>& who) {
    if (request.path == "/auth/desktop/config") {
        if (!state.options.desktop_sign_in)
            return send_error(response, 404, "Cloud desktop auth is not configured.");
        Json config{{"mode", "oidc"},
                    {"issuerUrl", "https://sign-in.example.test"},
                    {"clientId", "open-cowork-desktop"},
                    {"scope", "openid email profile offline_access"}};
        if (state.faulty("sign-in-incomplete")) config.erase("clientId");
        return send_json(response, 200, config);
    }
    if (request.path != "/auth/me") return send_error(response, 404, "Not found.");
    if (!who) return send_error(response, 401, "Trusted header authentication secret is invalid.");
    send_json(response, 200, who_am_i(state.faulty("token-other-identity") ? Principal{true, {}, {}} : *who));
}

}  // namespace

void serve(const httplib::Request& request, httplib::Response& response, State& state, std::mutex& mutex) {
    write_security_headers(request, response, state);
    if (serve_public(request, response, state) || over_limit(response, state)) return;
    auto who = authenticate(request, state);
    if (request.path.rfind("/auth/", 0) == 0) return serve_auth(request, response, state, who);
    const auto path = segments(request.path);
    if (path.empty() || path.front() != "api") {
        // Authentication comes first there too.
        if (!who) return send_error(response, 401, "Trusted header authentication secret is invalid.");
        return send_error(response, 404, "Not found.");
    }
    const bool operators = request.path == "/api/metrics" || request.path == "/api/diagnostics" ||
                           request.path == "/api/runtime/status" || request.path == "/api/workers/heartbeats";
    const bool bootstrap = request.path == "/api/config" || request.path == "/api/workspace";
    if (!who &&
        ((operators && state.faulty("operator-open")) || (bootstrap && state.faulty("bootstrap-open"))))
        who = Principal{true, {}, {}};
    if (!who) return send_error(response, 401, "Trusted header authentication secret is invalid.");
    Json body = Json::object();
    if (!request.body.empty()) {
        body = Json::parse(request.body, nullptr, false);
        if (body.is_discarded()) return send_error(response, 400, "Request body must be valid JSON.");
        if (!body.is_object()) body = Json::object();
    }
    Call call{request, response, path, body, *who, state, mutex};
    serve_api(call);
}

}  // namespace smoke_cloud

struct SmokeCloud::Inside {
    explicit Inside(SmokeCloudOptions given)
        : state(std::move(given)), server(state.options.server, [this](const auto& request, auto& response) {
              smoke_cloud::serve(request, response, state, server.mutex());
          }) {}

    smoke_cloud::State state;
    FakeServer server;
};

const std::set<std::string_view>& SmokeCloud::known_faults() {
    static const std::set<std::string_view> all{
        // who is let in
        "token-bogus-accepted", "token-revoked-accepted", "token-expired-accepted", "bootstrap-open",
        "operator-open", "operator-scope-ignored", "gateway-makes-agents", "gateway-mints-tokens",
        "binding-scope-ignored",
        // tokens
        "token-revoke-not-recorded", "token-scope-widened", "token-expiry-ignored", "token-not-listed",
        "token-grant-not-recorded", "token-grant-without-effect", "token-not-accepted",
        "token-other-identity",
        // channels
        "agent-disabled", "agent-not-listed", "binding-other-agent", "binding-not-listed",
        "binding-toggle-ignored", "identity-viewer", "identity-pending", "thread-not-found",
        "thread-other-session", "cursor-not-kept", "delivery-not-listed", "delivery-ack-ignored",
        "delivery-retry-ignored", "delivery-dead-letter-ignored",
        // workspace
        "livez-not-ok", "readyz-not-ok", "workbench-no-bootstrap", "workbench-no-assets", "workbench-cached",
        "csp-missing", "csp-default-src", "csp-connect-src", "csp-frame-ancestors", "sign-in-incomplete",
        "config-empty", "workspace-local-files", "workspace-local-stdio", "workspace-machine-runtime",
        "metrics-without-marker", "heartbeats-stale", "heartbeats-missing", "request-id-dropped",
        // sessions
        "session-not-listed", "session-lost", "events-never", "events-no-created", "events-skip-after-cursor",
        "events-from-the-beginning", "events-id-not-sequence", "events-duplicate-sequence",
        "events-out-of-order", "prompt-never-projected", "prompt-with-error", "prompt-lost", "abort-ignored",
        "artifact-changed", "artifact-not-listed", "artifact-lost"};
    return all;
}

SmokeCloud::SmokeCloud(SmokeCloudOptions options) {
    for (const std::string& fault : options.faults)
        if (known_faults().count(fault) == 0) throw std::invalid_argument("no such fault: " + fault);
    inside_ = std::make_unique<Inside>(std::move(options));
}

SmokeCloud::~SmokeCloud() {
    const std::lock_guard lock(inside_->server.mutex());
    inside_->state.closing = true;
    inside_->state.changed.notify_all();
}

int SmokeCloud::port() const { return inside_->server.port(); }
std::string SmokeCloud::url(const std::string& path) const { return inside_->server.url(path); }
std::vector<RecordedRequest> SmokeCloud::requests() const { return inside_->server.requests(); }

void SmokeCloud::update(const std::function<void(SmokeCloudOptions&)>& change) {
    const std::lock_guard lock(inside_->server.mutex());
    change(inside_->state.options);
    inside_->server.options().clock_ahead = inside_->state.options.server.clock_ahead;
}

void SmokeCloud::override_path(const std::string& path, CannedAnswer answer) {
    const std::lock_guard lock(inside_->server.mutex());
    inside_->server.options().overrides[path] = std::move(answer);
}

std::string SmokeCloud::state() const {
    const std::lock_guard lock(inside_->server.mutex());
    return smoke_cloud::describe(inside_->state, true);
}

std::string SmokeCloud::remains() const {
    const std::lock_guard lock(inside_->server.mutex());
    return smoke_cloud::describe(inside_->state, false);
}

}  // namespace cowork::test
