#include "checks/channel.hpp"
#include "checks/channel_cloud.hpp"
#include "checks/clock.hpp"
#include "checks/combine.hpp"
#include "checks/gateway.hpp"
#include "checks/gateway_target.hpp"
#include "checks/telegram.hpp"
#include "rules/standalone_gateway.hpp"

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

constexpr std::array provider_own{
    Reason{"gateway.http-status", Status::degraded, "a status that the gateway does not give",
           "check which service listens there"},
    Reason{"gateway.wrong-shape", Status::degraded, "the answer is not that gateway's",
           "correct HOST and PORT, or give --gateway-url"},
    Reason{"gateway.wrong-product", Status::degraded, "another gateway of the product answers there",
           "correct HOST and PORT, or give --gateway-url"},
    Reason{"gateway.token-missing", Status::unknown, "without the admin token the providers cannot be seen",
           "set ADMIN_TOKEN in the gateway's env file, or give --admin-token"},
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
    Reason{"gateway.provider-down", Status::degraded,
           "a configured provider has not started, or is not healthy",
           "check the provider's token, signing secret and URL", catalogue::Safety::safe,
           catalogue::Actor::provider_admin},
    Reason{"gateway.clock-skew", Status::action_required,
           "the clocks are more than a minute apart; signatures tolerate five",
           "switch time synchronisation on, on both machines"},
    Reason{"gateway.provider-inactive", Status::degraded, "a configured channel binding is not active",
           "check the provider's token, signing secret and URL"},
};
constexpr auto provider_reasons = joined(transport_reasons, expiry_reasons<"gateway">(), provider_own,
                                         channel_cloud_reasons, telegram_reasons);

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

// Whether the gateway's own check of its providers is there and passes: silence is no evidence of health.
bool vouches_for_providers(const json& report) {
    const auto checks = report.find("doctorChecks");
    if (checks == report.end() || !checks->is_array()) return false;
    return std::any_of(checks->begin(), checks->end(), [](const json& check) {
        return check.is_object() && text_at(check, "code") == "standalone_gateway.providers.configured" &&
               text_at(check, "status") == "pass";
    });
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
    if (!vouches_for_providers(*report))
        return layers.broke("readiness", Status::degraded, "gateway.provider-failed",
                            "the gateway's report does not say that its providers pass"_safe);

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

Finding standalone_provider_healthy(const Context& context) {
    Layers layers;
    Target target;
    layers.evidence("gateway", "standalone"_safe);
    if (auto broken = gateway_policy(layers, context, target)) return std::move(*broken);
    const std::array asked{service_request(target, context, "/health", nullptr),
                           service_request(target, context, "/ready", target.token),
                           service_request(target, context, "/metrics", target.token)};
    const auto answers = context.http.fetch(asked, context.probe());
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}})
        if (auto broken = judge_gateway_transport(layers, context, target, answers[i], Status::offline))
            return std::move(*broken);
    if (auto broken = health(layers, context, target, answers[0])) return std::move(*broken);
    if (auto broken = admin_view(layers, context, target, answers[1])) return std::move(*broken);

    // Bindings are seen only in the metrics; a gateway whose metrics do not open is judged by operator_auth.
    if (auto broken = judge_gateway_transport(layers, context, target, answers[2], Status::unknown))
        return std::move(*broken);
    if (answers[2].status != 200 || answers[2].media_type() != "text/plain")
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
    if (auto broken = ask_telegram(layers, context, rules::standalone_gateway())) return std::move(*broken);
    if (auto broken = judge_clock(layers, context, answers[0], "gateway.clock-skew", target.where))
        return std::move(*broken);
    if (auto broken = judge_expiry(layers, context, answers[0], tls_codes<"gateway">(), target.where))
        return std::move(*broken);
    return layers.ready(context.redactor.text("the gateway at {} is ready with {} active channel binding(s)",
                                              target.where, bindings.active));
}

// Whichever of the two gateways are there.
Finding provider_healthy(const Context& context) {
    std::vector<Finding> findings;
    if (context.present.standalone_gateway) findings.push_back(standalone_provider_healthy(context));
    if (context.present.channel_gateway) findings.push_back(channel_provider_healthy(context));
    return findings.empty() ? no_gateway() : worst_of(std::move(findings));
}

constexpr std::array ready_when{catalogue::Intent::gateway_only, catalogue::Intent::full_hybrid,
                                catalogue::Intent::cloud_gateway};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{.id = "gateway.provider.healthy",
          .label = "Gateway provider healthy",
          .authority = catalogue::Authority::gateway_standalone,
          .control_plane = std::nullopt,
          .failing = Status::degraded,
          .looks_at =
              "Each running gateway that is set up: its health, its own report behind the admin token, "
              "every configured provider by name, its clock, and with --online its Telegram bot. Of a "
              "Standalone Gateway, that it owns its sessions; of a Channel Gateway, what its Cloud says of "
              "its service token and channel bindings.",
          .docs = docs,
          .needs = {},
          .ready_when = ready_when,
          .also_for = {},
          .reasons = provider_reasons,
          .run = provider_healthy},
};

}  // namespace

std::span<const Check> gateway_provider_checks() { return rows; }

}  // namespace cowork::checks
