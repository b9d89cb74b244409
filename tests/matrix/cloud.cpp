#include "matrix/groups.hpp"
#include "matrix/transport_faults.hpp"
#include "support/certificate.hpp"
#include "support/fake_cloud.hpp"
#include "support/real_nginx.hpp"
#include "support/temp_dir.hpp"

#include <fstream>

namespace cowork::test::matrix {
namespace {

constexpr const char* sync_check = "workspace.cloud.sync.reachable";
constexpr const char* sign_in_check = "workspace.cloud.authenticated";
constexpr const char* isolation_check = "cloud.execution_isolation.verified";

class CloudWorld : public World {
  public:
    CloudWorld() : cloud(serve(std::make_shared<FakeCloud>())), token(FakeCloudOptions{}.token) {
        path = "cloud-connect";
        url = cloud->url();
        secrets = {token};
    }
    // Looks at that check alone, so that the exit code is its own.
    void look_at(std::string_view check) { arguments = {"--only", std::string(check)}; }
    // A Cloud behind TLS, with a certificate of that kind; `trusted`: its CA is named.
    void serve_tls(const CertificateOptions& certificate, bool trusted = true) {
        const CertificateFiles files = make_certificate(directory_, "tls", certificate);
        FakeCloudOptions options;
        options.server.cert_file = files.cert_file;
        options.server.key_file = files.key_file;
        cloud = serve(std::make_shared<FakeCloud>(options));
        url = cloud->url();
        if (trusted) arguments.insert(arguments.end(), {"--ca-file", files.ca_file});
    }

    // The Cloud as it is mostly run: behind a proxy that ends TLS.
    void behind_nginx(const CertificateOptions& certificate,
                      const std::string& protocols = "TLSv1.2 TLSv1.3") {
        if (!RealNginx::available()) {
            not_here = "nginx is not installed";
            return;
        }
        const auto proxy = keep(std::make_shared<RealNginx>(cloud->port(), certificate, protocols));
        url = proxy->url();
        arguments.insert(arguments.end(), {"--ca-file", proxy->ca_file()});
    }

    std::shared_ptr<FakeCloud> cloud;
    std::string token;
    std::string url;

  protected:
    void prepare() override {
        if (!url.empty()) arguments.insert(arguments.end(), {"--cloud-url", url});
        if (!token.empty()) environment["OPEN_COWORK_CLOUD_TOKEN"] = token;
    }

  private:
    TempDir directory_;
};

using CloudCase = Case<CloudWorld>;
using Change = std::function<void(FakeCloudOptions&)>;

std::function<void(CloudWorld&)> changed(Change change) {
    return [change = std::move(change)](CloudWorld& world) { world.cloud->update(change); };
}

std::function<void(CloudWorld&)> answering(std::string path, CannedAnswer answer) {
    return [path = std::move(path), answer = std::move(answer)](CloudWorld& world) {
        world.cloud->override_path(path, answer);
    };
}

void add_sync_cases(std::vector<CloudCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(CloudWorld&)> breaks) {
        cases.push_back({{sync_check, fault, status, reason, exit_code}, std::move(breaks)});
    };
    constexpr auto offline = Status::offline;
    add("nothing", Status::ready, "", 0, nullptr);
    add("nothing, behind TLS", Status::ready, "", 0, [](CloudWorld& w) { w.serve_tls({}); });
    add("nothing, behind nginx", Status::ready, "", 0, [](CloudWorld& w) { w.behind_nginx({}); });
    add("nginx has a certificate that is over", Status::action_required, "cloud.tls-expired", 1,
        [](CloudWorld& w) { w.behind_nginx({.valid_from_days = -30, .valid_to_days = -1}); });
    add("nginx speaks nothing newer than TLS 1.1", offline, "cloud.tls-handshake", 1,
        [](CloudWorld& w) { w.behind_nginx({}, "TLSv1 TLSv1.1"); });
    add("the Cloud behind nginx is down", offline, "cloud.http-status", 1, [](CloudWorld& w) {
        w.cloud->override_path("/livez",
                               {.status = 502, .content_type = "text/plain", .body = "Bad Gateway"});
        w.behind_nginx({});
    });
    add("nobody says where it is", Status::unknown, "cloud.not-set-up", 3,
        [](CloudWorld& w) { w.url.clear(); });
    add("/livez answers 500", offline, "cloud.http-status", 1, answering("/livez", {.status = 500}));
    add("/readyz answers 404", offline, "cloud.http-status", 1, answering("/readyz", {.status = 404}));
    add("a web page", offline, "cloud.wrong-shape", 1,
        answering("/livez", {.content_type = "text/html", .body = "<!doctype html>"}));
    add("JSON called text", offline, "cloud.wrong-shape", 1,
        answering("/livez", {.content_type = "text/plain", .body = R"({"ok":true,"role":"web"})"}));
    add("truncated JSON", offline, "cloud.wrong-shape", 1,
        answering("/readyz", {.body = R"({"ok":true,"che)"}));
    add("deep JSON", offline, "cloud.wrong-shape", 1,
        answering("/readyz", {.body = std::string(100'000, '[')}));
    add("ready without a single check", offline, "cloud.not-ready", 1,
        answering("/readyz", {.body = R"({"ok":true,"role":"web","checks":[]})"}));
    add("503 with every check well", offline, "cloud.not-ready", 1,
        answering("/readyz", {.status = 503,
                              .body = R"({"ok":true,"checks":[{"name":"control_plane","status":"ok"}]})"}));
    add("a component nobody knows", offline, "cloud.not-ready", 1,
        changed([](FakeCloudOptions& o) { o.failing["new_thing"] = "broken"; }));
    add("ready, by checks that nobody knows", offline, "cloud.wrong-shape", 1,
        answering("/readyz", {.body = R"({"ok":true,"role":"web","checks":[{"name":"x","status":"ok"}]})"}));
    add("ready, but for a component that is not told", offline, "cloud.wrong-shape", 1,
        answering("/readyz",
                  {.body = R"({"ok":true,"role":"web","checks":[{"name":"control_plane","status":"ok"},
            {"name":"object_store","status":"ok"}]})"}));
    add("a scheduler answers", offline, "cloud.no-web-role", 1,
        changed([](FakeCloudOptions& o) { o.role = "scheduler"; }));
    add("a redirect", offline, "cloud.redirect", 1,
        answering("/livez", {.status = 302, .headers = {{"Location", "http://127.0.0.1:9/"}}}));
    add("a worker's liveness port", offline, "cloud.no-web-role", 1,
        answering("/livez", {.body = R"({"ok":true})"}));
    add("shutting down", offline, "cloud.draining", 1,
        changed([](FakeCloudOptions& o) { o.draining = true; }));
    add("readiness not wired", offline, "cloud.readiness-not-wired", 1,
        changed([](FakeCloudOptions& o) { o.not_wired = true; }));
    for (const auto& [component, reason] : std::vector<std::pair<const char*, const char*>>{
             {"control_plane", "cloud.control-plane-failing"},
             {"object_store", "cloud.object-store-failing"},
             {"secret_adapter", "cloud.secret-adapter-failing"},
             {"billing_adapter", "cloud.billing-failing"},
             {"auth_config", "cloud.auth-config-failing"},
             {"role_dependencies", "cloud.role-dependencies-failing"},
             {"execution_isolation", "cloud.isolation-failing"},
             {"artifact_direct_upload", "cloud.direct-upload-failing"}})
        cases.push_back({{sync_check, std::string(component) + " fails", offline, reason, 1},
                         changed([component = std::string(component)](FakeCloudOptions& o) {
                             o.failing[component] = "it is broken";
                         })});
    add("its clock is 90 s ahead", Status::degraded, "cloud.clock-skew", 4,
        changed([](FakeCloudOptions& o) { o.server.clock_ahead = std::chrono::seconds(90); }));
    add("its clock is 10 minutes behind", Status::action_required, "cloud.clock-skew", 1,
        changed([](FakeCloudOptions& o) { o.server.clock_ahead = std::chrono::seconds(-600); }));
}

void add_tls_cases(std::vector<CloudCase>& cases, const char* check, bool all) {
    const auto add = [&](const char* fault, const char* reason, std::function<void(CloudWorld&)> breaks) {
        cases.push_back({{check, fault, Status::action_required, reason, 1}, std::move(breaks)});
    };
    add("the certificate is over", "cloud.tls-expired",
        [](CloudWorld& w) { w.serve_tls({.valid_from_days = -30, .valid_to_days = -1}); });
    add("the certificate is not valid yet", "cloud.tls-not-yet-valid",
        [](CloudWorld& w) { w.serve_tls({.valid_from_days = 2, .valid_to_days = 30}); });
    add("the certificate is for another name", "cloud.tls-wrong-name",
        [](CloudWorld& w) { w.serve_tls({.names = {"elsewhere.example"}, .addresses = {"127.0.0.9"}}); });
    add("a self-signed certificate", "cloud.tls-untrusted",
        [](CloudWorld& w) { w.serve_tls({.self_signed = true}); });
    add("an issuer that is not known", "cloud.tls-untrusted", [](CloudWorld& w) { w.serve_tls({}, false); });
    cases.push_back(
        {{check, "a --ca-file that is none", all ? Status::offline : Status::unknown, "cloud.tls-certificate",
          all ? 1 : 3},
         [](CloudWorld& w) {
             w.serve_tls({}, false);
             w.arguments.insert(w.arguments.end(), {"--ca-file", w.scratch.file("ca.pem", "no certificate")});
         }});
    if (!all) return;
    cases.push_back({{check, "the certificate ends in 10 days", Status::degraded, "cloud.tls-expiring", 4},
                     [](CloudWorld& w) { w.serve_tls({.valid_to_days = 10}); }});
    cases.push_back({{check, "the same, with --tls-warn 5d", Status::ready, "", 0}, [](CloudWorld& w) {
                         w.serve_tls({.valid_to_days = 10});
                         w.arguments.insert(w.arguments.end(), {"--tls-warn", "5d"});
                     }});
}

void add_sign_in_cases(std::vector<CloudCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(CloudWorld&)> breaks) {
        cases.push_back({{sign_in_check, fault, status, reason, exit_code}, std::move(breaks)});
    };
    constexpr auto wrong = Status::action_required;
    add("nothing", Status::ready, "", 0, nullptr);
    add("nobody says where it is", Status::unknown, "cloud.not-set-up", 3,
        [](CloudWorld& w) { w.url.clear(); });
    add("open to everybody", wrong, "cloud.open-access", 1,
        changed([](FakeCloudOptions& o) { o.open = true; }));
    add("open, and no token here", wrong, "cloud.open-access", 1, [](CloudWorld& w) {
        w.cloud->update([](FakeCloudOptions& o) { o.open = true; });
        w.token.clear();
    });
    add("500 without credentials", Status::unknown, "cloud.unexpected-answer", 3,
        answering("/api/config", {.status = 500}));
    add("a web page without credentials", Status::unknown, "cloud.unexpected-answer", 3,
        answering("/api/config", {.content_type = "text/html", .body = "<!doctype html>"}));
    add("500 to the token", Status::unknown, "cloud.unexpected-answer", 3,
        answering("/api/workspace", {.status = 500}));
    add("too many requests", Status::unknown, "cloud.rate-limited", 3,
        answering("/api/workspace", {.status = 429, .headers = {{"Retry-After", "60"}}}));
    add("no token here", Status::unknown, "cloud.token-missing", 3, [](CloudWorld& w) { w.token.clear(); });
    add("another token", wrong, "cloud.token-refused", 1,
        [](CloudWorld& w) { w.token = "occ_tok_Wrong00000000000_0000111122223333000011112222"; });
    add("a gateway's token", wrong, "cloud.token-scope", 1,
        changed([](FakeCloudOptions& o) { o.scopes = {"gateway"}; }));
    add("denied by policy", wrong, "cloud.token-denied", 1,
        answering("/api/workspace",
                  {.status = 403, .body = R"({"verdict":{"policyCode":"authorization.principal_denied"}})"}));
    add("the plan does not allow it", wrong, "cloud.plan-denied", 1,
        answering("/api/workspace", {.status = 402, .body = R"({"error":"plan"})"}));
    add("the token is taken for the local owner", Status::degraded, "cloud.wrong-identity", 4,
        answering("/auth/me", {.body = R"({"principal":{"authSource":"local","role":"owner"}})"}));
    add("/auth/me answers 500", Status::unknown, "cloud.unexpected-answer", 3,
        answering("/auth/me", {.status = 500}));
    add("a workspace without tenant", Status::unknown, "cloud.no-tenant", 3,
        answering("/api/workspace", {.body = R"({"ok":true})"}));
    for (const char* key : {"localFiles", "localStdioMcps", "machineRuntimeConfig"})
        cases.push_back(
            {{sign_in_check, std::string(key) + " is not disabled", wrong, "cloud.policy-not-disabled", 1},
             changed([key = std::string(key)](FakeCloudOptions& o) { o.policy[key] = "enabled"; })});
    add("no security headers", Status::degraded, "cloud.security-headers", 4,
        changed([](FakeCloudOptions& o) { o.security_headers = false; }));
    add("a token that has ended by its list", Status::degraded, "cloud.token-expiring", 4,
        changed([](FakeCloudOptions& o) {
            o.scopes = {"desktop", "admin"};
            o.token_expires = "2020-01-01T00:00:00.000Z";
        }));
}

void add_isolation_cases(std::vector<CloudCase>& cases) {
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(CloudWorld&)> breaks) {
        cases.push_back({{isolation_check, fault, status, reason, exit_code}, std::move(breaks)});
    };
    add("nothing", Status::ready, "", 0, nullptr);
    add("nobody says where it is", Status::unknown, "cloud.not-set-up", 3,
        [](CloudWorld& w) { w.url.clear(); });
    add("a development process", Status::degraded, "isolation.unverified", 4,
        changed([](FakeCloudOptions& o) {
            o.isolation =
                "provider=development-process;engine=host-process;network=unverified;verified=false";
        }));
    add("a detail that only sounds verified", Status::degraded, "isolation.unverified", 4,
        changed(
            [](FakeCloudOptions& o) { o.isolation = "provider=x;verified=false;reason=not_verified=true"; }));
    add("the image's digest differs", Status::action_required, "isolation.failing", 1,
        changed([](FakeCloudOptions& o) {
            o.failing["execution_isolation"] =
                "provider=sandbox;engine=docker;network=deny-all;verified=false;reason=sandbox_image_digest_"
                "mismatch";
        }));
    add("a web role that runs no agents", Status::unknown, "isolation.not-visible", 3,
        changed([](FakeCloudOptions& o) { o.isolation = "not_applicable"; }));
    add("/readyz is a web page", Status::unknown, "isolation.not-told", 3,
        answering("/readyz", {.content_type = "text/html", .body = "<!doctype html>"}));
}

const std::vector<CloudCase>& cases() {
    static const std::vector<CloudCase> all = [] {
        std::vector<CloudCase> made;
        const std::function<void(CloudWorld&, const std::string&)> aim =
            [](CloudWorld& w, const std::string& url) { w.url = url; };
        add_sync_cases(made);
        add_tls_cases(made, sync_check, true);
        add_transport_cases<CloudWorld>(made, sync_check, "cloud.", Status::offline, 1, aim);
        add_sign_in_cases(made);
        add_tls_cases(made, sign_in_check, false);
        add_transport_cases<CloudWorld>(made, sign_in_check, "cloud.", Status::unknown, 3, aim);
        add_isolation_cases(made);
        add_tls_cases(made, isolation_check, false);
        add_transport_cases<CloudWorld>(made, isolation_check, "cloud.", Status::unknown, 3, aim);
        for (CloudCase& one : made)
            one.breaks = [check = one.row.check, breaks = one.breaks](CloudWorld& world) {
                world.look_at(check);
                if (breaks) breaks(world);
            };
        return made;
    }();
    return all;
}

}  // namespace

std::vector<Row> cloud_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: Cloud over HTTP", "[cloud]") {
    run_cases(cases(), [] { return std::make_unique<CloudWorld>(); });
}

}  // namespace cowork::test::matrix
