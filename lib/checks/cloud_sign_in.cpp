#include "checks/cloud.hpp"
#include "checks/cloud_target.hpp"
#include "checks/json_answers.hpp"
#include "core/timestamp.hpp"
#include "net/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace cowork::checks {
namespace {

using nlohmann::json;

constexpr std::array own{
    Reason{"cloud.open-access", Status::action_required,
           "the API answers without credentials: whoever reaches the server owns everything in it",
           "set AUTH_MODE to oidc or header, or keep the server on loopback", catalogue::Safety::disruptive},
    Reason{"cloud.unexpected-answer", Status::unknown, "the API answers neither open nor closed",
           "check which service listens there, and the proxy before it"},
    Reason{"cloud.rate-limited", Status::unknown, "the Cloud turns requests away for a while",
           "wait as long as it says, then run doctor again"},
    Reason{"cloud.token-missing", Status::unknown, "access is closed, but without a token nobody can sign in",
           "sign in and give an API token with --cloud-token env:NAME"},
    Reason{"cloud.token-refused", Status::action_required, "the Cloud does not accept the token",
           "have the token rotated: it may be wrong, over, or revoked", catalogue::Safety::safe,
           catalogue::Actor::desktop_user},
    Reason{"cloud.token-scope", Status::action_required, "the token lacks the scope `desktop`",
           "have a token made with the scope desktop, and operator for diagnostics"},
    Reason{"cloud.token-denied", Status::action_required,
           "the Cloud's policy denies the token this workspace",
           "ask the organisation's administrator: the evidence has the policy's code"},
    Reason{"cloud.plan-denied", Status::action_required, "the organisation's plan does not allow it",
           "ask the organisation's administrator"},
    Reason{"cloud.wrong-identity", Status::degraded, "the Cloud does not take the token for an API token",
           "give an API token (it begins with occ_)"},
    Reason{"cloud.no-tenant", Status::unknown, "the workspace names no tenant and user",
           "check which service listens there"},
    Reason{"cloud.policy-not-disabled", Status::action_required,
           "the Cloud's workspace allows what belongs to a local machine only",
           "disable local files, local stdio MCPs and machine runtime configuration in the Cloud's policy"},
    Reason{"cloud.security-headers", Status::degraded, "answers lack headers that protect browsers",
           "let the proxy pass the Cloud's headers on"},
    Reason{"cloud.token-expiring", Status::degraded, "the token ends within --tls-warn",
           "have the token rotated in time", catalogue::Safety::safe, catalogue::Actor::desktop_user},
};
constexpr auto reasons = joined(cloud_transport_reasons, own);

// What the Cloud says when it denies: `verdict.policyCode` (contract/cloud.md section 3).
std::optional<Finding> rate_limited(Layers& layers, const Context& context,
                                    const probes::HttpAnswer& answer) {
    if (answer.status != 429) return std::nullopt;
    layers.evidence("retry_after", context.redactor.clean(answer.header("retry-after")));
    return layers.broke("http", Status::unknown, "cloud.rate-limited",
                        "the Cloud turns requests away for a while"_safe);
}

// Nobody without credentials may read the API.
std::optional<Finding> closed(Layers& layers, const Context& context, const CloudTarget& target,
                              const probes::HttpAnswer& answer) {
    if (auto broken = rate_limited(layers, context, answer)) return broken;
    if (answer.status == 200 && object_of(answer))
        return layers.broke("closed", Status::action_required, "cloud.open-access",
                            context.redactor.text("{} answers /api/config to anybody", target.where));
    if (answer.status != 401 && answer.status != 403)
        return layers.broke("closed", Status::unknown, "cloud.unexpected-answer",
                            context.redactor.text("{} answers status {} on /api/config without credentials",
                                                  target.where, answer.status));
    layers.passed("closed", "closed without credentials"_safe);
    return std::nullopt;
}

// How the API answers to the token.
std::optional<Finding> opened(Layers& layers, const Context& context, const CloudTarget& target,
                              const probes::HttpAnswer& answer) {
    if (auto broken = rate_limited(layers, context, answer)) return broken;
    if (answer.status == 200) return std::nullopt;
    const std::string code = policy_code(answer);
    if (!code.empty()) layers.evidence("policy_code", context.redactor.clean(code));
    if (answer.status == 401)
        return layers.broke("open", Status::action_required, "cloud.token-refused",
                            context.redactor.text("{} does not accept the token", target.where));
    if (answer.status == 402)
        return layers.broke("open", Status::action_required, "cloud.plan-denied",
                            "the organisation's plan does not allow this workspace"_safe);
    if (answer.status == 403)
        return layers.broke(
            "open", Status::action_required,
            code == "authorization.scope_required" ? "cloud.token-scope" : "cloud.token-denied",
            code.empty() ? "the Cloud denies the token this workspace"_safe
                         : context.redactor.text("the Cloud denies the token: {}", code));
    return layers.broke("open", Status::unknown, "cloud.unexpected-answer",
                        context.redactor.text("{} answers status {} on /api/workspace to the token",
                                              target.where, answer.status));
}

// Who the token is. An identity that is no API token means that the Cloud did not look at it.
std::optional<Finding> identity(Layers& layers, const Context& context, const probes::HttpAnswer& answer) {
    const auto document = answer.status == 200 ? object_of(answer) : std::nullopt;
    const json principal =
        document && document->contains("principal") ? (*document)["principal"] : json(nullptr);
    if (!principal.is_object())
        return layers.broke(
            "identity", Status::unknown, "cloud.unexpected-answer",
            context.redactor.text("/auth/me answers status {} and no identity", answer.status));
    layers.evidence("auth_source", context.redactor.clean(text_at(principal, "authSource")));
    layers.evidence("role", context.redactor.clean(text_at(principal, "role")));
    if (text_at(principal, "authSource") != "api_token")
        return layers.broke("identity", Status::degraded, "cloud.wrong-identity",
                            "the Cloud does not take the token for an API token"_safe);
    layers.evidence("token_id", context.redactor.clean(text_at(principal, "tokenId")));
    if (const auto scopes = principal.find("tokenScopes"); scopes != principal.end() && scopes->is_array())
        for (const json& scope : *scopes)
            if (scope.is_string()) layers.evidence("scope", context.redactor.clean(scope.get<std::string>()));
    return std::nullopt;
}

std::optional<Finding> workspace(Layers& layers, const Context& context, const probes::HttpAnswer& answer) {
    const auto document = object_of(answer);
    if (!document || text_at(*document, "tenantId").empty() || text_at(*document, "userId").empty())
        return layers.broke("content", Status::unknown, "cloud.no-tenant",
                            "the workspace's answer names no tenant and user"_safe);
    layers.evidence("tenant", context.redactor.clean(text_at(*document, "tenantId")));
    layers.evidence("user", context.redactor.clean(text_at(*document, "userId")));
    const json policy = document->value("policy", json::object());
    std::string open;
    for (const char* key : {"localFiles", "localStdioMcps", "machineRuntimeConfig"})
        if (!policy.is_object() || text_at(policy, key) != "disabled")
            open += (open.empty() ? "" : ", ") + std::string(key);
    if (!open.empty())
        return layers.broke("policy", Status::action_required, "cloud.policy-not-disabled",
                            context.redactor.text("not disabled: {}", open));
    layers.passed("open", "the workspace opens with the token"_safe);
    return std::nullopt;
}

struct Header {
    std::string_view name, value;  // value: that it must hold; empty: any
};
constexpr std::array headers{Header{"x-content-type-options", "nosniff"}, Header{"referrer-policy", ""},
                             Header{"x-frame-options", "DENY"}, Header{"cross-origin-opener-policy", ""},
                             Header{"permissions-policy", ""}};

// Only on the public internet does the Cloud ask browsers to insist on https.
bool wants_strict_transport(const CloudTarget& target) {
    const auto url = net::parse_url(target.base);
    return url && url->secure() && !stays_private(*url);
}

std::optional<Finding> protected_answers(Layers& layers, const Context& context, const CloudTarget& target,
                                         const probes::HttpAnswer& answer) {
    std::string missing;
    const auto miss = [&](std::string_view name) {
        missing += (missing.empty() ? "" : ", ") + std::string(name);
    };
    for (const Header& header : headers)
        if (answer.header(header.name).empty() ||
            answer.header(header.name).find(header.value) == std::string_view::npos)
            miss(header.name);
    constexpr std::string_view strict = "strict-transport-security";
    if (wants_strict_transport(target) && answer.header(strict).find("max-age=") == std::string_view::npos)
        miss(strict);
    if (missing.empty()) return std::nullopt;
    return layers.broke("headers", Status::degraded, "cloud.security-headers",
                        context.redactor.text("missing: {}", missing));
}

// When the token ends, where the token itself may read that.
std::optional<Finding> token_end(Layers& layers, const Context& context, const CloudTarget& target,
                                 const probes::HttpAnswer& me) {
    const auto identity = object_of(me);
    const json principal = identity ? identity->value("principal", json::object()) : json::object();
    const json scopes = principal.is_object() ? principal.value("tokenScopes", json::array()) : json::array();
    if (!scopes.is_array() || std::find(scopes.begin(), scopes.end(), "admin") == scopes.end())
        return std::nullopt;
    const auto tokens = context.http.fetch_one(
        cloud_request(target, context, "/api/api-tokens", target.token), context.probe());
    const auto document = tokens.status == 200 ? object_of(tokens) : std::nullopt;
    if (!document || !document->contains("tokens") || !(*document)["tokens"].is_array()) return std::nullopt;
    const std::string id = text_at(principal, "tokenId");
    for (const json& token : (*document)["tokens"]) {
        if (!token.is_object() || id.empty() || text_at(token, "tokenId") != id) continue;
        const std::string ends = text_at(token, "expiresAt");
        const auto when = parse_timestamp(ends);
        if (!when) return std::nullopt;
        layers.evidence("token_expires", context.redactor.clean(ends));
        if (*when - std::chrono::system_clock::now() > context.wishes.tls_warn) return std::nullopt;
        return layers.broke("token", Status::degraded, "cloud.token-expiring",
                            context.redactor.text("the token ends on {}", ends));
    }
    return std::nullopt;
}

Finding authenticated(const Context& context) {
    Layers layers;
    CloudTarget target;
    if (auto broken = cloud_policy(layers, context, target)) {
        broken->because = "workspace.cloud.sync.reachable";
        return std::move(*broken);
    }
    const std::array asked{cloud_request(target, context, "/api/config"),
                           cloud_request(target, context, "/api/workspace", target.token)};
    const std::size_t count = target.token == nullptr ? 1 : asked.size();
    const auto answers = context.http.fetch(std::span(asked).first(count), context.probe());
    // Nobody answering is no proof of open or closed doors; another check tells that the Cloud is offline.
    for (const auto& answer : answers)
        if (auto broken = judge_cloud_transport(layers, context, target, answer, Status::unknown)) {
            broken->because = "workspace.cloud.sync.reachable";
            return std::move(*broken);
        }
    if (auto broken = closed(layers, context, target, answers[0])) return std::move(*broken);
    if (target.token == nullptr)
        return layers.broke("open", Status::unknown, "cloud.token-missing",
                            "access is closed, but there is no token to sign in with"_safe);
    if (auto broken = opened(layers, context, target, answers[1])) return std::move(*broken);
    if (auto broken = workspace(layers, context, answers[1])) return std::move(*broken);
    // A refused token is shown once only: the Cloud shuts out whoever fails too often.
    const auto me =
        context.http.fetch_one(cloud_request(target, context, "/auth/me", target.token), context.probe());
    if (auto broken = judge_cloud_transport(layers, context, target, me, Status::unknown))
        return std::move(*broken);
    if (auto broken = identity(layers, context, me)) return std::move(*broken);
    if (auto broken = protected_answers(layers, context, target, answers[1])) return std::move(*broken);
    if (auto broken = token_end(layers, context, target, me)) return std::move(*broken);
    return layers.ready(
        context.redactor.text("{} is closed without the token, and opens with it", target.where));
}

using catalogue::Intent;
constexpr std::array ready_when{Intent::cloud_connect};
constexpr std::array shown_for{Intent::full_hybrid, Intent::cloud_gateway};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{.id = "workspace.cloud.authenticated",
          .label = "Cloud workspace authenticated",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = Status::action_required,
          .looks_at =
              "That the Cloud's API is closed without credentials, opens the workspace with the token, "
              "who the token is and what it may do, that the policy keeps local things out, and the "
              "headers that protect browsers.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = reasons,
          .run = authenticated,
          .shown_for = shown_for},
};

}  // namespace

std::span<const Check> cloud_sign_in_checks() { return rows; }

}  // namespace cowork::checks
