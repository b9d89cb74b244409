#include "checks/gateway.hpp"
#include "checks/http_layers.hpp"
#include "core/json_depth.hpp"
#include "core/pause.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/standalone_gateway.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>

namespace cowork::checks {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::array reasons{
    Reason{"opencode.url-missing", Status::action_required, "no OpenCode URL is configured",
           "set OPEN_COWORK_STANDALONE_GATEWAY_OPENCODE_URL, or give --opencode-url"},
    Reason{"endpoint.unparseable", Status::action_required, "the URL cannot be read",
           "write it like http://127.0.0.1:4096"},
    Reason{"endpoint.scheme", Status::action_required, "the URL is neither http nor https",
           "use http or https"},
    Reason{"endpoint.credentials", Status::action_required, "the URL holds a user name or password",
           "remove them: the gateway refuses such a URL"},
    Reason{"endpoint.ambiguous-host", Status::action_required,
           "two readers of the URL could see different hosts", "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", Status::action_required, "the URL names a wildcard address",
           "name the address that OpenCode listens on"},
    Reason{"endpoint.metadata-host", Status::action_required, "the URL names a cloud metadata service",
           "name the OpenCode server"},
    Reason{"endpoint.public-host", Status::action_required, "the URL names a public host",
           "move OpenCode to loopback or a private network"},
    Reason{"endpoint.private-dns", Status::action_required,
           "the URL names a private DNS name without permission",
           "set OPEN_COWORK_STANDALONE_GATEWAY_ALLOW_PRIVATE_DNS=true, or use an address"},
    Reason{"endpoint.extra-parts", Status::action_required, "the URL has more than scheme, host and port",
           "remove the path, query and fragment"},
    Reason{"opencode.listens-wildcard", Status::action_required,
           "OpenCode listens on every address of this machine, so it can be reached from outside",
           "restart it with --hostname 127.0.0.1", catalogue::Safety::disruptive},
    Reason{"opencode.listens-publicly", Status::action_required,
           "OpenCode listens on a public address of this machine", "restart it with --hostname 127.0.0.1",
           catalogue::Safety::disruptive},
    Reason{"opencode.name-not-found", Status::action_required, "the host name does not resolve",
           "correct the name, or use an address"},
    Reason{"opencode.address-forbidden", Status::action_required,
           "the host name resolves to an address that is not private",
           "correct the DNS record, or use an address"},
    Reason{"opencode.connection-refused", Status::action_required, "nothing listens at the address",
           "start OpenCode"},
    Reason{"opencode.unreachable", Status::action_required, "the network has no way to the address",
           "check routes and firewalls between the gateway and OpenCode"},
    Reason{"opencode.connect-timeout", Status::action_required, "connecting took longer than --timeout",
           "check the firewall and the address"},
    Reason{"opencode.tls-handshake", Status::action_required, "no TLS handshake",
           "use http, or mend the TLS server"},
    Reason{"opencode.tls-certificate", Status::action_required, "the certificate cannot be verified",
           "renew it, or use http on loopback"},
    Reason{"opencode.silent", Status::action_required, "connected, but no answer within --timeout",
           "look at OpenCode's log and restart it", catalogue::Safety::disruptive},
    Reason{"opencode.closed", Status::action_required, "the connection ended before a whole answer",
           "check which service listens there"},
    Reason{"opencode.not-http", Status::action_required, "the answer is not HTTP",
           "check which service listens there"},
    Reason{"opencode.too-large", Status::action_required, "the answer is larger than a health answer may be",
           "check which service listens there"},
    Reason{"opencode.auth-required", Status::action_required,
           "OpenCode asks for a password; the Standalone Gateway has no setting for one",
           "start OpenCode without OPENCODE_SERVER_PASSWORD, on loopback only",
           catalogue::Safety::disruptive},
    Reason{"opencode.password-unsupported", Status::action_required,
           "OpenCode accepts the password given here, but the Standalone Gateway cannot send one",
           "start OpenCode without OPENCODE_SERVER_PASSWORD, on loopback only",
           catalogue::Safety::disruptive},
    Reason{
        "opencode.password-refused", Status::action_required,
        "OpenCode asks for a password and refuses the one given here; the gateway could not send one anyway",
        "start OpenCode without OPENCODE_SERVER_PASSWORD, on loopback only", catalogue::Safety::disruptive},
    Reason{"opencode.http-status", Status::action_required, "an HTTP status other than 200",
           "look at OpenCode's log, or check which service listens there"},
    Reason{"opencode.html-answer", Status::action_required,
           "HTML instead of JSON: a web page, not OpenCode's API", "correct the port in the URL"},
    Reason{"opencode.wrong-shape", Status::action_required, "JSON, but not OpenCode's health answer",
           "correct the URL, or update OpenCode"},
    Reason{"opencode.unhealthy", Status::action_required, "OpenCode says that it is not healthy",
           "look at OpenCode's log and restart it", catalogue::Safety::disruptive},
    Reason{"opencode.runtime-root-rejected", Status::action_required, "OpenCode cannot open the runtime root",
           "create the directory on the machine where OpenCode runs, readable by its user"},
    Reason{"opencode.models-unreadable", Status::action_required,
           "OpenCode answers, but not with a list of models for the runtime root",
           "update OpenCode, or look at its log"},
    Reason{"opencode.no-model", Status::action_required, "OpenCode offers no model for the runtime root",
           "configure a provider and a model in OpenCode"},
};

constexpr HttpReasons http_reasons{"opencode.name-not-found",
                                   "opencode.address-forbidden",
                                   "opencode.connection-refused",
                                   "opencode.unreachable",
                                   "opencode.connect-timeout",
                                   "opencode.tls-handshake",
                                   "opencode.tls-certificate",
                                   "opencode.silent",
                                   "opencode.closed",
                                   "opencode.not-http",
                                   "opencode.too-large",
                                   Status::action_required};

// How long an OpenCode that has just met the directory may take to list its models.
constexpr std::chrono::milliseconds model_patience = 3s;
constexpr std::chrono::milliseconds model_pause = 100ms;

struct Target {
    std::string origin;
    net::Url url;
    SafeText where;
};

std::optional<Finding> policy(Layers& layers, const Context& context, const rules::GatewayView& view,
                              Target& target) {
    const auto key = rules::gateway_key("OPENCODE_URL");
    if (const auto* setting = context.config.find(key)) layers.source(setting->source);
    if (view.opencode_url.empty())
        return layers.broke("policy", Status::action_required, "opencode.url-missing",
                            context.redactor.text("{} is not set", key));
    const auto verdict = net::check_private_endpoint(view.opencode_url, view.allow_private_dns);
    if (!verdict.ok())
        return layers.broke("policy", Status::action_required, net::reason_code(verdict.problem),
                            context.redactor.text("the OpenCode URL {}", net::describe(verdict.problem)));
    target = {verdict.url->origin(), *verdict.url, context.redactor.clean(verdict.url->origin())};
    layers.evidence("url", target.where);
    layers.passed("policy", context.redactor.text("{} is a private endpoint", target.where));
    return std::nullopt;
}

probes::HttpRequest request(const Target& target, const std::string& path) {
    probes::HttpRequest made;
    made.url = target.origin + path;
    made.addresses = net::AddressRule::private_only;
    return made;
}

// OpenCode's sockets on this machine, when the URL leads to this machine.
std::optional<Finding> sockets(Layers& layers, const Context& context, const Target& target,
                               const std::string& remote_address) {
    if (!context.files.is_local_address(remote_address)) return std::nullopt;
    const auto listeners = context.files.listeners(target.url.port);
    if (!listeners) {
        layers.evidence("listeners", "unreadable"_safe);
        return std::nullopt;
    }
    for (const auto& socket : *listeners) {
        const auto host_class = net::classify_host(socket.address);
        const bool wildcard = host_class == net::HostClass::wildcard;
        if (!wildcard && host_class != net::HostClass::public_address) continue;
        layers.evidence("listens_on", context.redactor.clean(socket.address));
        return layers.broke(
            "listen", Status::action_required,
            wildcard ? "opencode.listens-wildcard" : "opencode.listens-publicly",
            context.redactor.text("port {} is open on {}, so others can reach OpenCode", target.url.port,
                                  wildcard ? "every address of this machine" : socket.address));
    }
    layers.passed("listen", "no public or wildcard socket on this machine"_safe);
    return std::nullopt;
}

// A password was asked for: say whether the one we know opens it, which does not help the gateway.
Finding locked(Layers& layers, const Context& context, const Target& target) {
    const auto* password = context.config.find(opencode_password_key);
    if (password == nullptr || password->value.empty())
        return layers.broke(
            "http", Status::action_required, "opencode.auth-required",
            context.redactor.text("OpenCode at {} asks for a password, which the gateway cannot send",
                                  target.where));
    probes::HttpRequest asked = request(target, "/api/health");
    asked.basic_password = &password->value;
    const auto user = context.config.text(opencode_username_key);
    asked.basic_user = user.empty() ? "opencode" : std::string(user);
    const auto answer = context.http.fetch_one(asked, context.probe());
    if (answer.ok() && answer.status == 200)
        return layers.broke(
            "authority", Status::action_required, "opencode.password-unsupported",
            context.redactor.text("OpenCode at {} wants a password: cowork can log in, but the "
                                  "Standalone Gateway has no setting for it",
                                  target.where));
    return layers.broke("http", Status::action_required, "opencode.password-refused",
                        context.redactor.text("OpenCode at {} asks for a password and refuses the one in {}",
                                              target.where, opencode_password_key));
}

std::optional<json> parsed(const probes::HttpAnswer& answer) {
    if (too_deep(answer.body)) return std::nullopt;
    json document = json::parse(answer.body, nullptr, false);
    if (document.is_discarded()) return std::nullopt;
    return document;
}

// `healthy` must be the JSON true, nothing that looks like it.
std::optional<bool> healthy_of(const std::optional<json>& document) {
    if (!document || !document->is_object()) return std::nullopt;
    const auto healthy = document->find("healthy");
    if (healthy == document->end() || !healthy->is_boolean()) return std::nullopt;
    return healthy->get<bool>();
}

std::optional<Finding> content(Layers& layers, const Context& context, const Target& target,
                               const probes::HttpAnswer& answer) {
    if (answer.media_type() == "text/html")
        return layers.broke(
            "content", Status::action_required, "opencode.html-answer",
            context.redactor.text("{} answers a web page: that is not OpenCode's API", target.where));
    if (answer.status != 200)
        return layers.broke(
            "http", Status::action_required, "opencode.http-status",
            context.redactor.text("OpenCode at {} answers status {}", target.where, answer.status));
    const auto healthy = is_json(answer) ? healthy_of(parsed(answer)) : std::nullopt;
    if (!healthy)
        return layers.broke("content", Status::action_required, "opencode.wrong-shape",
                            context.redactor.text("{} answers, but not as OpenCode does", target.where));
    if (!*healthy)
        return layers.broke(
            "content", Status::action_required, "opencode.unhealthy",
            context.redactor.text("OpenCode at {} says that it is not healthy", target.where));
    layers.passed("content", "a healthy OpenCode answer"_safe);
    return std::nullopt;
}

// The version is evidence; an OpenCode without it is still usable by the gateway, which asks /api/health.
void version(Layers& layers, const Context& context, const probes::HttpAnswer& answer) {
    const auto document =
        answer.ok() && answer.status == 200 && is_json(answer) ? parsed(answer) : std::nullopt;
    if (!document || !document->is_object() || !document->contains("version") ||
        !(*document)["version"].is_string())
        return layers.passed("version", "version not told"_safe);
    const SafeText text = context.redactor.clean((*document)["version"].get_ref<const std::string&>());
    layers.evidence("version", text);
    layers.passed("version", context.redactor.text("OpenCode {}", text));
}

struct Models {
    probes::HttpAnswer answer;
    std::optional<std::size_t> count;  // nothing: the answer is no such list
};

probes::HttpRequest model_request(const Target& target, std::string_view runtime_root) {
    return request(target, "/api/model?location%5Bdirectory%5D=" + net::percent_encode(runtime_root));
}

// The number of models in an answer; nothing when it is no such list.
std::optional<std::size_t> count_models(const probes::HttpAnswer& answer) {
    if (!answer.ok() || answer.status != 200 || !is_json(answer)) return std::nullopt;
    const auto document = parsed(answer);
    if (!document || !document->is_object()) return std::nullopt;
    const auto data = document->find("data");
    if (data == document->end() || !data->is_array()) return std::nullopt;
    // A model is what has an id; anything else in the list is none.
    return static_cast<std::size_t>(std::count_if(data->begin(), data->end(), [](const json& model) {
        return model.is_object() && model.contains("id") && model["id"].is_string();
    }));
}

// Which models OpenCode offers in the directory: asks again, from the first answer on, until one is listed,
// the answer is no list, or patience ends. Asking also makes OpenCode load the directory, without which the
// first prompt can hang; the list is empty until it has.
Models wait_for_models(const Context& context, const Target& target, std::string_view runtime_root,
                       probes::HttpAnswer first) {
    const Budget budget = context.probe().part(model_patience);
    Models models{std::move(first), std::nullopt};
    models.count = count_models(models.answer);
    while (models.count == std::size_t{0} && !budget.spent()) {
        (void)pause_within(budget, model_pause);
        auto again = context.http.fetch_one(model_request(target, runtime_root), budget);
        // The budget ending in the middle of a request leaves the last whole answer standing.
        if (!again.ok() && budget.spent()) break;
        models.answer = std::move(again);
        models.count = count_models(models.answer);
    }
    return models;
}

Finding authority(Layers& layers, const Context& context, const Target& target, std::string_view runtime_root,
                  probes::HttpAnswer first) {
    if (runtime_root.empty())
        return layers.broke("authority", Status::action_required, "opencode.no-model",
                            "no runtime root is set, so no model can be offered for it"_safe);
    const Models models = wait_for_models(context, target, runtime_root, std::move(first));
    if (!models.count) {
        if (auto broken =
                judge_transport(layers, context, models.answer, http_reasons, "OpenCode"_safe, target.where))
            return std::move(*broken);
        if (models.answer.status >= 400 && is_json(models.answer))
            return layers.broke("authority", Status::action_required, "opencode.runtime-root-rejected",
                                context.redactor.text("OpenCode answers status {} for the runtime root {}",
                                                      models.answer.status, runtime_root));
        return layers.broke("authority", Status::action_required, "opencode.models-unreadable",
                            context.redactor.text("{} does not list models as OpenCode does", target.where));
    }
    layers.evidence("models", static_cast<std::int64_t>(*models.count));
    if (*models.count == 0) {
        if (context.run.spent()) return out_of_time(layers, context, "authority");
        return layers.broke("authority", Status::action_required, "opencode.no-model",
                            context.redactor.text("OpenCode offers no model for {}", runtime_root));
    }
    layers.passed("authority", context.redactor.text("{} model(s) for the runtime root", *models.count));
    return layers.ready(context.redactor.text("OpenCode answers at {} with {} model(s) for the runtime root",
                                              target.where, *models.count));
}

Finding private_opencode(const Context& context) {
    Layers layers;
    Target target;
    const rules::GatewayView view = rules::view_gateway(context.config);
    if (auto broken = policy(layers, context, view, target)) return std::move(*broken);

    // All at once: OpenCode answers them in the time of the slowest.
    const std::array asked{request(target, "/api/health"), request(target, "/global/health"),
                           model_request(target, view.runtime_root)};
    const std::size_t count = view.runtime_root.empty() ? 2 : 3;
    auto answers = context.http.fetch(std::span(asked).first(count), context.probe());
    answers.resize(asked.size());
    if (auto broken =
            judge_transport(layers, context, answers[0], http_reasons, "OpenCode"_safe, target.where)) {
        if (broken->reason_code == "opencode.connection-refused")
            broken->command = context.redactor.text("opencode serve --hostname {} --port {}", target.url.host,
                                                    target.url.port);
        return std::move(*broken);
    }
    if (auto broken = sockets(layers, context, target, answers[0].remote_address)) return std::move(*broken);
    if (answers[0].status == 401) return locked(layers, context, target);
    if (auto broken = content(layers, context, target, answers[0])) return std::move(*broken);
    version(layers, context, answers[1]);
    return authority(layers, context, target, view.runtime_root, std::move(answers[2]));
}

constexpr std::array ready_when{catalogue::Intent::gateway_only};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{
        .id = "gateway.private_opencode.reachable",
        .label = "Gateway private OpenCode reachable",
        .authority = catalogue::Authority::gateway_standalone,
        .control_plane = std::nullopt,
        .failing = Status::action_required,
        .looks_at =
            "The OpenCode URL against the private-endpoint policy, the connection, the sockets OpenCode "
            "listens on, its health answer, its version, and whether it offers a model for the runtime root.",
        .docs = docs,
        .needs = {},
        .ready_when = ready_when,
        .also_for = {},
        .reasons = reasons,
        .run = private_opencode},
};

}  // namespace

std::span<const Check> gateway_opencode_checks() { return rows; }

}  // namespace cowork::checks
