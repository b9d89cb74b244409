#include "matrix/standalone_world.hpp"
#include "matrix/transport_faults.hpp"
#include "support/certificate.hpp"
#include "support/temp_dir.hpp"

namespace cowork::test::matrix {
namespace {

constexpr const char* provider_check = "gateway.provider.healthy";
constexpr const char* operator_check = "gateway.operator_auth.configured";

std::function<void(GatewayWorld&)> answering(std::string path, CannedAnswer answer) {
    return [path = std::move(path), answer = std::move(answer)](GatewayWorld& world) {
        world.gateway->override_path(path, answer);
    };
}

std::function<void(GatewayWorld&)> changed(std::function<void(FakeGatewayOptions&)> change) {
    return [change = std::move(change)](GatewayWorld& world) { world.gateway->update(change); };
}

const std::function<void(GatewayWorld&, const std::string&)> aim = [](GatewayWorld& world,
                                                                      const std::string& url) {
    world.arguments.insert(world.arguments.end(), {"--gateway-url", url});
};

// A gateway behind TLS; `trusted`: the certificate's authority is named.
std::function<void(GatewayWorld&)> behind_tls(const CertificateOptions& certificate, bool trusted = true) {
    return [certificate, trusted](GatewayWorld& world) {
        const auto directory = world.keep(std::make_shared<TempDir>());
        const CertificateFiles files = make_certificate(*directory, "tls", certificate);
        FakeGatewayOptions options{.admin_token = GatewayWorld::admin_token};
        options.server.cert_file = files.cert_file;
        options.server.key_file = files.key_file;
        aim(world, world.serve(std::make_shared<FakeGateway>(options))->url());
        if (trusted) world.arguments.insert(world.arguments.end(), {"--ca-file", files.ca_file});
    };
}

void add_tls_cases(std::vector<GatewayCase>& cases, const char* check, Status unreachable, int exit_code) {
    const auto add = [&](const char* fault, const char* reason, std::function<void(GatewayWorld&)> breaks) {
        cases.push_back({{check, fault, Status::action_required, reason, 1}, std::move(breaks)});
    };
    add("the certificate is over", "gateway.tls-expired",
        behind_tls({.valid_from_days = -30, .valid_to_days = -1}));
    add("the certificate is not valid yet", "gateway.tls-not-yet-valid",
        behind_tls({.valid_from_days = 2, .valid_to_days = 30}));
    add("the certificate is for another name", "gateway.tls-wrong-name",
        behind_tls({.names = {"elsewhere.example"}, .addresses = {"127.0.0.9"}}));
    add("a self-signed certificate", "gateway.tls-untrusted", behind_tls({.self_signed = true}));
    add("an issuer that is not known", "gateway.tls-untrusted", behind_tls({}, false));
    cases.push_back({{check, "a --ca-file that is none", unreachable, "gateway.tls-certificate", exit_code},
                     [](GatewayWorld& world) {
                         behind_tls({}, false)(world);
                         world.arguments.insert(
                             world.arguments.end(),
                             {"--ca-file", world.scratch.file("ca.pem", "no certificate")});
                     }});
}

void add_provider_cases(std::vector<GatewayCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(GatewayWorld&)> breaks) {
        cases.push_back({{provider_check, fault, status, reason, exit_code}, std::move(breaks)});
    };
    constexpr auto degraded = Status::degraded;
    add("nothing", Status::ready, "", 0, nullptr);
    add("/health answers 404", degraded, "gateway.http-status", 4, answering("/health", {.status = 404}));
    add("/ready answers 302", degraded, "gateway.http-status", 4,
        answering("/ready", {.status = 302, .headers = {{"Location", "http://127.0.0.1:9/"}}}));
    add("a web page", degraded, "gateway.wrong-shape", 4,
        answering("/health", {.content_type = "text/html", .body = "<!doctype html>"}));
    add("truncated JSON", degraded, "gateway.wrong-shape", 4, answering("/ready", {.body = R"({"ok":tr)"}));
    add("deep JSON", degraded, "gateway.wrong-shape", 4,
        answering("/ready", {.body = std::string(100'000, '[')}));
    add("metrics that do not count", degraded, "gateway.wrong-shape", 4,
        answering("/metrics", {.content_type = "text/plain",
                               .body = "open_cowork_channel_bindings{status=\"active\"} NaN\n"}));
    add("a Cloud Channel Gateway", degraded, "gateway.wrong-product", 4,
        changed([](FakeGatewayOptions& o) { o.product_mode = "cloud_channel"; }));
    add("no admin token here", Status::unknown, "gateway.token-missing", 3, without("ADMIN_TOKEN"));
    add("another admin token", Status::unknown, "gateway.admin-view-refused", 3,
        setting("ADMIN_TOKEN", "ANOTHER-tok-8b2e40563f9c1d7a"));
    add("metrics that stay closed", Status::unknown, "gateway.admin-view-refused", 3,
        answering("/metrics", {.status = 401}));
    add("its own check of the providers fails", degraded, "gateway.provider-failed", 4,
        changed([](FakeGatewayOptions& o) { o.failing = {{.code = "providers.configured"}}; }));
    add("a report that says nothing of providers", degraded, "gateway.provider-failed", 4,
        answering("/ready", {.body = R"({"ok":true,"doctorChecks":[],"runtimeStatus":{"authority":
            "standalone-gateway"},"workspaceAuthority":{"sessions":"standalone_gateway_repository"}})"}));
    add("another of its own checks fails", degraded, "gateway.not-ready", 4,
        changed([](FakeGatewayOptions& o) { o.failing = {{.code = "opencode.health"}}; }));
    add("not ready, and no reason", degraded, "gateway.not-ready", 4,
        answering("/ready", {.status = 503, .body = R"({"ok":false})"}));
    add("it does not own its sessions", degraded, "gateway.authority-mismatch", 4,
        answering("/ready", {.body = R"({"ok":true,"doctorChecks":[{"code":
            "standalone_gateway.providers.configured","status":"pass"}],"runtimeStatus":{"authority":
            "cloud-worker"},"workspaceAuthority":{"sessions":"cloud_control_plane"}})"}));
    add("another number of providers runs", degraded, "gateway.configuration-drift", 4,
        changed([](FakeGatewayOptions& o) {
            o.providers = {{.kind = "webhook"}, {.kind = "telegram"}};
        }));
    add("a channel is not active", degraded, "gateway.provider-inactive", 4,
        changed([](FakeGatewayOptions& o) { o.providers = {{.kind = "webhook", .active = 0}}; }));
    add_transport_cases<GatewayWorld>(cases, provider_check, "gateway.", Status::offline, 1, aim);
    add_tls_cases(cases, provider_check, Status::offline, 1);
    add("nothing, behind TLS", Status::ready, "", 0, behind_tls({}));
    add("the certificate ends in 10 days", degraded, "gateway.tls-expiring", 4,
        behind_tls({.valid_to_days = 10}));
}

void add_operator_cases(std::vector<GatewayCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(GatewayWorld&)> breaks) {
        cases.push_back({{operator_check, fault, status, reason, exit_code}, std::move(breaks)});
    };
    constexpr auto wrong = Status::action_required;
    add("nothing", Status::ready, "", 0, nullptr);
    add("no admin token", wrong, "operator-auth.token-missing", 1, without("ADMIN_TOKEN"));
    add("a placeholder", wrong, "operator-auth.placeholder", 1,
        setting("ADMIN_TOKEN", "change-me-please-0123"));
    add("a short token", wrong, "operator-auth.short", 1, setting("ADMIN_TOKEN", "short-tok"));
    add("everything is open", wrong, "operator-auth.endpoint-open", 1,
        changed([](FakeGatewayOptions& o) { o.operator_endpoints_open = true; }));
    add("the dashboard alone is open", wrong, "operator-auth.endpoint-open", 1,
        answering("/dashboard", {.content_type = "text/html", .body = "<!doctype html>"}));
    add("the report is open under another media type", wrong, "operator-auth.endpoint-open", 1,
        answering("/ready", {.content_type = "text/plain", .body = R"({"doctorChecks":[]})"}));
    add("another token", wrong, "operator-auth.token-refused", 1,
        setting("ADMIN_TOKEN", "ANOTHER-tok-8b2e40563f9c1d7a"));
    add("metrics answer 500", Status::unknown, "operator-auth.unexpected-answer", 3,
        answering("/metrics", {.status = 500}));
    add_transport_cases<GatewayWorld>(cases, operator_check, "gateway.", Status::unknown, 3, aim);
    add_tls_cases(cases, operator_check, Status::unknown, 3);
}

}  // namespace

std::vector<GatewayCase> gateway_http_cases() {
    std::vector<GatewayCase> cases;
    add_provider_cases(cases);
    add_operator_cases(cases);
    return cases;
}

}  // namespace cowork::test::matrix
