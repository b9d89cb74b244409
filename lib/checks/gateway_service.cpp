#include "checks/gateway.hpp"
#include "checks/http_layers.hpp"
#include "core/json_depth.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/strength.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace cowork::checks {
namespace {

using nlohmann::json;

constexpr std::array<Reason, 18> transport_reasons{
    Reason{"endpoint.unparseable", Status::action_required, "the gateway's URL cannot be read",
           "give --gateway-url like http://127.0.0.1:8795"},
    Reason{"endpoint.scheme", Status::action_required, "the gateway's URL is neither http nor https",
           "correct it"},
    Reason{"endpoint.credentials", Status::action_required, "the gateway's URL holds a user name or password",
           "remove them; the token goes into --admin-token"},
    Reason{"endpoint.ambiguous-host", Status::action_required,
           "two readers of the URL could see different hosts", "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", Status::action_required, "the gateway's URL names a wildcard address",
           "name an address of the gateway"},
    Reason{"endpoint.metadata-host", Status::action_required,
           "the gateway's URL names a cloud metadata service", "name the gateway"},
    Reason{"endpoint.cleartext-token", Status::action_required,
           "the admin token would travel unencrypted over a network that is not private", "use https"},
    Reason{"gateway.name-not-found", Status::offline, "the host name does not resolve", "correct the name"},
    Reason{"gateway.address-forbidden", Status::offline, "the host name resolves to a forbidden address",
           "correct the DNS record"},
    Reason{"gateway.connection-refused", Status::offline, "nothing listens at the gateway's address",
           "start the gateway"},
    Reason{"gateway.unreachable", Status::offline, "the network has no way to the gateway",
           "check routes and firewalls"},
    Reason{"gateway.connect-timeout", Status::offline, "connecting took longer than --timeout",
           "check the firewall and the address"},
    Reason{"gateway.tls-handshake", Status::offline, "no TLS handshake", "check the reverse proxy"},
    Reason{"gateway.tls-certificate", Status::offline, "the certificate cannot be verified",
           "renew the certificate"},
    Reason{"gateway.silent", Status::offline, "connected, but no answer within --timeout",
           "look at the gateway's log and restart it", catalogue::Safety::disruptive},
    Reason{"gateway.closed", Status::offline, "the connection ended before a whole answer",
           "check which service listens there"},
    Reason{"gateway.not-http", Status::offline, "the answer is not HTTP",
           "check which service listens there"},
    Reason{"gateway.too-large", Status::offline, "the answer is larger than it may be",
           "check which service listens there"},
};

constexpr HttpReasons reasons_with(Status failing) {
    return {"gateway.name-not-found",
            "gateway.address-forbidden",
            "gateway.connection-refused",
            "gateway.unreachable",
            "gateway.connect-timeout",
            "gateway.tls-handshake",
            "gateway.tls-certificate",
            "gateway.silent",
            "gateway.closed",
            "gateway.not-http",
            "gateway.too-large",
            failing};
}

template <std::size_t N>
constexpr std::array<Reason, transport_reasons.size() + N> with_transport(const std::array<Reason, N>& own) {
    std::array<Reason, transport_reasons.size() + N> all{};
    std::copy(transport_reasons.begin(), transport_reasons.end(), all.begin());
    std::copy(own.begin(), own.end(), all.begin() + transport_reasons.size());
    return all;
}

struct Target {
    std::string base;  // without a trailing slash
    SafeText where;
    Secret trimmed_token;
    const Secret* token = nullptr;  // that token; nothing when none is configured
};

// Where the gateway is, and whether its token may be sent there.
std::optional<Finding> policy(Layers& layers, const Context& context, Target& target) {
    const rules::GatewayView view = rules::view_gateway(context.config);
    target.base = context.gateway_url.empty() ? view.local_url() : context.gateway_url;
    while (target.base.ends_with('/')) target.base.pop_back();
    const auto verdict = net::check_service_endpoint(target.base);
    if (!verdict.ok())
        return layers.broke("policy", Status::action_required, net::reason_code(verdict.problem),
                            context.redactor.text("the gateway's URL {}", net::describe(verdict.problem)));
    target.where = context.redactor.clean(verdict.url->origin());
    layers.evidence("url", target.where);
    const auto host_class = net::classify_host(verdict.url->host);
    const bool near = host_class == net::HostClass::loopback || host_class == net::HostClass::private_range ||
                      host_class == net::HostClass::docker_host ||
                      host_class == net::HostClass::private_suffix;
    if (!verdict.url->secure() && !near)
        return layers.broke(
            "policy", Status::action_required, "endpoint.cleartext-token",
            context.redactor.text("{} is http over a public network: the token is not sent", target.where));
    const auto* token = context.config.find(rules::gateway_key("ADMIN_TOKEN"));
    if (token != nullptr && !view.admin_token.empty()) {
        // As the service reads it: without the blanks around it.
        target.trimmed_token = Secret(view.admin_token);
        target.token = &target.trimmed_token;
    }
    layers.passed("policy", context.redactor.text("the gateway is expected at {}", target.where));
    return std::nullopt;
}

probes::HttpRequest request(const Target& target, std::string_view path, const Secret* bearer) {
    probes::HttpRequest made;
    made.url = target.base + std::string(path);
    made.bearer = bearer;
    return made;
}

std::optional<json> object_in(std::string_view body) {
    if (too_deep(body)) return std::nullopt;
    json document = json::parse(body, nullptr, false);
    if (!document.is_object()) return std::nullopt;
    return document;
}

std::optional<json> object_of(const probes::HttpAnswer& answer) {
    if (!answer.ok() || !is_json(answer)) return std::nullopt;
    return object_in(answer.body);
}

std::string text_at(const json& object, std::string_view key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool true_at(const json& object, std::string_view key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

// ---------------------------------------------------------------- gateway.provider.healthy

constexpr std::array provider_own{
    Reason{"gateway.http-status", Status::degraded, "a status that the gateway does not give",
           "check which service listens there"},
    Reason{"gateway.wrong-shape", Status::degraded, "the answer is not the Standalone Gateway's",
           "correct HOST and PORT, or give --gateway-url"},
    Reason{"gateway.wrong-product", Status::degraded, "another gateway of the product answers there",
           "correct HOST and PORT, or give --gateway-url"},
    Reason{"gateway.token-missing", Status::unknown, "without the admin token the providers cannot be seen",
           "set OPEN_COWORK_STANDALONE_GATEWAY_ADMIN_TOKEN, or give --admin-token"},
    Reason{"gateway.admin-view-refused", Status::unknown,
           "the gateway does not accept the admin token, so its providers cannot be seen",
           "use the token that the running gateway was started with"},
    Reason{"gateway.provider-failed", Status::degraded,
           "the gateway's own doctor says that its providers fail",
           "check the provider's token, signing secret and URL"},
    Reason{"gateway.not-ready", Status::degraded, "the gateway says that it is not ready",
           "mend what its own checks name, listed under evidence"},
    Reason{"gateway.authority-mismatch", Status::degraded,
           "the gateway does not report itself as the authority that owns sessions",
           "restart the gateway from the installation that this env file belongs to",
           catalogue::Safety::disruptive},
    Reason{"gateway.configuration-drift", Status::degraded,
           "the running gateway has another number of providers than the configuration",
           "restart the gateway so that it reads the configuration", catalogue::Safety::disruptive},
    Reason{"gateway.provider-inactive", Status::degraded, "a configured channel binding is not active",
           "check the provider's token, signing secret and URL"},
};
constexpr auto provider_reasons = with_transport(provider_own);

struct Bindings {
    std::int64_t configured = 0;
    std::int64_t active = 0;
    bool readable = true;  // every sample is a count
};

// A sample's value: a whole number from 0 to a million, before an optional timestamp.
std::optional<std::int64_t> count_at(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return std::nullopt;
    text.remove_prefix(first);
    const std::string number(text.substr(0, text.find_first_of(" \r")));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (end == number.c_str() || *end != '\0') return std::nullopt;
    if (!(value >= 0 && value <= 1'000'000) || value != std::trunc(value)) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

// Whether that label stands in the list of labels, and not inside the value of another.
bool has_label(std::string_view line, std::string_view label) {
    bool in_value = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const bool begins = at > 0 && (line[at - 1] == '{' || line[at - 1] == ',');
        if (!in_value && begins && line.substr(at).starts_with(label)) return true;
        if (in_value && line[at] == '\\') {
            ++at;
        } else if (line[at] == '"') {
            in_value = !in_value;
        }
    }
    return false;
}

// Sums `open_cowork_channel_bindings` by status, as Prometheus text 0.0.4 gives it.
Bindings read_bindings(std::string_view metrics) {
    Bindings bindings;
    while (!metrics.empty()) {
        const auto end = metrics.find('\n');
        const auto line = metrics.substr(0, end);
        if (line.starts_with("open_cowork_channel_bindings{")) {
            const auto close = line.rfind('}');
            const auto value =
                close == std::string_view::npos ? std::nullopt : count_at(line.substr(close + 1));
            if (!value) {
                bindings.readable = false;
            } else if (has_label(line.substr(0, close), "status=\"configured\"")) {
                bindings.configured += *value;
            } else if (has_label(line.substr(0, close), "status=\"active\"")) {
                bindings.active += *value;
            }
        }
        if (end == std::string_view::npos) break;
        metrics.remove_prefix(end + 1);
    }
    return bindings;
}

std::optional<Finding> health(Layers& layers, const Context& context, const Target& target,
                              const probes::HttpAnswer& answer) {
    if (answer.status != 200 || !is_json(answer)) {
        const bool html = answer.media_type() == "text/html";
        return layers.broke(
            html ? "content" : "http", Status::degraded, html ? "gateway.wrong-shape" : "gateway.http-status",
            html ? context.redactor.text("{} answers a web page: that is not the gateway", target.where)
                 : context.redactor.text("{} answers status {} on /health", target.where, answer.status));
    }
    const auto document = object_of(answer);
    if (!document || !true_at(*document, "ok"))
        return layers.broke("content", Status::degraded, "gateway.wrong-shape",
                            context.redactor.text("{} does not answer as the gateway does", target.where));
    const std::string mode = text_at(*document, "productMode");
    if (mode != "standalone")
        return layers.broke(
            "version", Status::degraded, "gateway.wrong-product",
            context.redactor.text("{} is a gateway in mode '{}', not standalone", target.where, mode));
    layers.passed("content", "a Standalone Gateway"_safe);
    return std::nullopt;
}

// Names of the gateway's own checks that fail, its prefix removed, and their messages.
std::vector<std::pair<std::string, std::string>> failing_checks(const json& report) {
    std::vector<std::pair<std::string, std::string>> failing;
    const auto checks = report.find("doctorChecks");
    if (checks == report.end() || !checks->is_array()) return failing;
    for (const json& check : *checks) {
        if (!check.is_object() || text_at(check, "status") != "fail") continue;
        std::string code = text_at(check, "code");
        constexpr std::string_view prefix = "standalone_gateway.";
        if (code.starts_with(prefix)) code.erase(0, prefix.size());
        failing.emplace_back(code, text_at(check, "message"));
    }
    return failing;
}

// The gateway's own report, behind the admin token.
std::optional<Finding> admin_view(Layers& layers, const Context& context, const Target& target,
                                  const probes::HttpAnswer& ready) {
    if (ready.status != 200 && ready.status != 503)
        return layers.broke(
            "http", Status::degraded, "gateway.http-status",
            context.redactor.text("{} answers status {} on /ready", target.where, ready.status));
    const auto report = object_of(ready);
    if (!report || !report->contains("ok"))
        return layers.broke(
            "content", Status::degraded, "gateway.wrong-shape",
            context.redactor.text("{} does not answer /ready as the gateway does", target.where));
    const bool full = report->contains("doctorChecks");
    const bool ok = ready.status == 200 && true_at(*report, "ok");
    if (!full && !ok)
        return layers.broke(
            "readiness", Status::degraded, "gateway.not-ready",
            context.redactor.text("the gateway at {} is not ready, and does not say why", target.where));
    if (!full)
        return target.token == nullptr
                   ? layers.broke(
                         "authority", Status::unknown, "gateway.token-missing",
                         "the gateway is ready, but without the admin token its providers cannot be seen"_safe)
                   : layers.broke("authority", Status::unknown, "gateway.admin-view-refused",
                                  "the gateway is ready, but does not accept the admin token"_safe);
    const auto failing = failing_checks(*report);
    if (!ok || !failing.empty()) {
        std::string names;
        bool provider = false;
        for (const auto& [code, message] : failing) {
            names += names.empty() ? code : ", " + code;
            provider = provider || code == "providers.configured";
            layers.evidence("failing_check", context.redactor.text("{}: {}", code, message));
        }
        return layers.broke(
            "readiness", Status::degraded, provider ? "gateway.provider-failed" : "gateway.not-ready",
            names.empty() ? context.redactor.text("the gateway at {} is not ready", target.where)
                          : context.redactor.text("the gateway at {} is not ready: {}", target.where, names));
    }
    const json authority = report->value("runtimeStatus", json::object());
    const json owners = report->value("workspaceAuthority", json::object());
    if (!authority.is_object() || text_at(authority, "authority") != "standalone-gateway" ||
        !owners.is_object() || text_at(owners, "sessions") != "standalone_gateway_repository")
        return layers.broke("authority", Status::degraded, "gateway.authority-mismatch",
                            "the gateway does not report that it owns its sessions"_safe);
    layers.passed("authority", "the gateway owns its sessions"_safe);

    const auto running = authority.find("providersConfigured");
    const int expected = rules::view_gateway(context.config).provider_count();
    if (running != authority.end() && running->is_number_integer()) {
        layers.evidence("providers", running->get<std::int64_t>());
        if (expected > 0 && running->get<std::int64_t>() != expected)
            return layers.broke(
                "providers", Status::degraded, "gateway.configuration-drift",
                context.redactor.text("the running gateway has {} provider(s), the configuration {}",
                                      running->get<std::int64_t>(), expected));
    }
    return std::nullopt;
}

Finding provider_healthy(const Context& context) {
    Layers layers;
    Target target;
    if (auto broken = policy(layers, context, target)) return std::move(*broken);
    const std::array asked{request(target, "/health", nullptr), request(target, "/ready", target.token),
                           request(target, "/metrics", target.token)};
    const auto answers = context.http.fetch(asked, context.probe());
    constexpr HttpReasons reasons = reasons_with(Status::offline);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}})
        if (auto broken =
                judge_transport(layers, context, answers[i], reasons, "the gateway"_safe, target.where))
            return std::move(*broken);
    if (auto broken = health(layers, context, target, answers[0])) return std::move(*broken);
    if (auto broken = admin_view(layers, context, target, answers[1])) return std::move(*broken);

    // Bindings are seen only in the metrics; a gateway whose metrics do not open is judged by operator_auth.
    if (!answers[2].ok() || answers[2].status != 200 || answers[2].media_type() != "text/plain")
        return layers.broke("providers", Status::unknown, "gateway.admin-view-refused",
                            "the gateway's report opens, but its metrics do not"_safe);
    const Bindings bindings = read_bindings(answers[2].body);
    if (!bindings.readable)
        return layers.broke("providers", Status::degraded, "gateway.wrong-shape",
                            "the gateway's metrics do not count its channel bindings"_safe);
    layers.evidence("bindings_configured", bindings.configured);
    layers.evidence("bindings_active", bindings.active);
    if (bindings.active < bindings.configured || bindings.configured == 0)
        return layers.broke("providers", Status::degraded, "gateway.provider-inactive",
                            context.redactor.text("{} of {} channel binding(s) active", bindings.active,
                                                  bindings.configured));
    return layers.ready(context.redactor.text("the gateway at {} is ready with {} active channel binding(s)",
                                              target.where, bindings.active));
}

// ---------------------------------------------------------------- gateway.operator_auth.configured

constexpr std::array operator_own{
    Reason{"operator-auth.token-missing", Status::action_required, "no admin token is configured",
           "run cowork setup gateway-only, which generates one"},
    Reason{"operator-auth.placeholder", Status::action_required, "the admin token is still a placeholder",
           "rotate it: cowork setup gateway-only --admin-token generate", catalogue::Safety::disruptive},
    Reason{"operator-auth.short", Status::action_required, "the admin token has fewer than 16 characters",
           "rotate it: cowork setup gateway-only --admin-token generate", catalogue::Safety::disruptive},
    Reason{"operator-auth.endpoint-open", Status::action_required,
           "an operator endpoint answers without the token, or with a wrong one",
           "take it off the network at once, then check the gateway's version and the reverse proxy",
           catalogue::Safety::disruptive},
    Reason{"operator-auth.token-refused", Status::action_required,
           "the gateway refuses the configured admin token",
           "restart the gateway with this configuration, or use the token it was started with",
           catalogue::Safety::disruptive},
    Reason{"operator-auth.unexpected-answer", Status::unknown,
           "an operator endpoint answers neither open nor closed", "check which service listens there"},
};
constexpr auto operator_reasons = with_transport(operator_own);

std::optional<Finding> token_policy(Layers& layers, const Context& context, const Target& target) {
    const auto key = rules::gateway_key("ADMIN_TOKEN");
    if (target.token == nullptr)
        return layers.broke("policy", Status::action_required, "operator-auth.token-missing",
                            context.redactor.text("{} is not set", key));
    layers.source(context.config.find(key)->source);
    if (is_placeholder(target.token->reveal()))
        return layers.broke("policy", Status::action_required, "operator-auth.placeholder",
                            context.redactor.text("{} is still a placeholder", key));
    if (rules::view_gateway(context.config).admin_token.size() < 16)
        return layers.broke("policy", Status::action_required, "operator-auth.short",
                            context.redactor.text("{} has fewer than 16 characters", key));
    layers.passed("policy", "an admin token is configured"_safe);
    return std::nullopt;
}

// An answer that only somebody with the token may get.
bool shows_metrics(const probes::HttpAnswer& answer) { return answer.status >= 200 && answer.status < 300; }
bool shows_report(const probes::HttpAnswer& answer) {
    // Whatever it calls itself: a report under another media type is as open.
    const auto document = object_in(answer.body);
    return document && document->contains("doctorChecks");
}

struct Endpoint {
    std::string_view path;
    bool (*opened)(const probes::HttpAnswer&);
};
constexpr std::array endpoints{Endpoint{"/metrics", shows_metrics}, Endpoint{"/dashboard", shows_metrics},
                               Endpoint{"/ready", shows_report}};

Finding operator_auth(const Context& context) {
    Layers layers;
    Target target;
    if (auto broken = policy(layers, context, target)) return std::move(*broken);
    if (auto broken = token_policy(layers, context, target)) return std::move(*broken);

    // Each endpoint without a token, with a token that cannot be right, and with the configured one.
    const Secret wrong = generate_secret();
    const std::array<const Secret*, 3> keys{nullptr, &wrong, target.token};
    std::vector<probes::HttpRequest> asked;
    for (const Secret* key : keys)
        for (const Endpoint& endpoint : endpoints) asked.push_back(request(target, endpoint.path, key));
    const auto answers = context.http.fetch(asked, context.probe());

    // Nobody answering is no proof of open or closed doors, so those ends are unknown here;
    // gateway.provider.healthy tells that the gateway is offline.
    constexpr HttpReasons reasons = reasons_with(Status::unknown);
    for (const auto& answer : answers)
        if (!answer.ok())
            return *judge_transport(layers, context, answer, reasons, "the gateway"_safe, target.where);
    layers.passed("connect", context.redactor.text("connected to {}", answers.front().remote_address),
                  answers.front().timing.connect);

    const std::size_t n = endpoints.size();
    for (std::size_t i = 0; i < 2 * n; ++i)
        if (endpoints.at(i % n).opened(answers[i]))
            return layers.broke("closed", Status::action_required, "operator-auth.endpoint-open",
                                context.redactor.text("{} opens {}", endpoints.at(i % n).path,
                                                      i < n ? "without a token" : "with a wrong token"));
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, n, n + 1})
        if (answers[i].status != 401 && answers[i].status != 403)
            return layers.broke("closed", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} without the right token",
                                                      endpoints.at(i % n).path, answers[i].status));
    layers.passed("closed", "closed without a token and with a wrong one"_safe);
    for (std::size_t i = 0; i < n; ++i) {
        const auto& answer = answers[2 * n + i];
        if (answer.status == 401 || answer.status == 403 ||
            (endpoints.at(i).path == "/ready" && !endpoints.at(i).opened(answer)))
            return layers.broke(
                "open", Status::action_required, "operator-auth.token-refused",
                context.redactor.text("{} refuses the configured admin token", endpoints.at(i).path));
        if (!endpoints.at(i).opened(answer))
            return layers.broke("open", Status::unknown, "operator-auth.unexpected-answer",
                                context.redactor.text("{} answers status {} to the configured admin token",
                                                      endpoints.at(i).path, answer.status));
    }
    layers.passed("open", "open with the configured token"_safe);
    return layers.ready("operator endpoints are closed to all but the admin token"_safe);
}

constexpr std::array ready_when{catalogue::Intent::gateway_only};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{.id = "gateway.provider.healthy",
          .label = "Gateway provider healthy",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::degraded,
          .looks_at = "The running gateway: its health, its own readiness report behind the admin token, "
                      "that it owns its "
                      "sessions, and that every configured channel binding is active.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = provider_reasons,
          .run = provider_healthy},
    Check{.id = "gateway.operator_auth.configured",
          .label = "Gateway operator auth configured",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::action_required,
          .looks_at = "The admin token, and that /metrics, /dashboard and the report behind /ready stay "
                      "closed without it and "
                      "with a wrong one, and open with it.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = operator_reasons,
          .run = operator_auth},
};

}  // namespace

std::span<const Check> gateway_service_checks() { return rows; }

}  // namespace cowork::checks
