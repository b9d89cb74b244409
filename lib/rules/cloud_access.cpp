#include "net/endpoint_policy.hpp"
#include "rules/cloud_hosts.hpp"
#include "rules/cloud_judge.hpp"

#include <fmt/format.h>

namespace cowork::rules {

void CloudJudge::access() {
    proxies();
    if (!runs_web(view_.role)) return;
    if (view_.insecure_auth) return insecure_auth();
    if (!view_.loopback_bind() && !is_true("COOKIE_SECURE") && !production_tier())
        add("configuration.insecure-cookie", "COOKIE_SECURE",
            fmt::format("{} is false while the server listens beyond loopback; it refuses to start",
                        full("COOKIE_SECURE")),
            "remove the line, or bind the server to 127.0.0.1");
    cross_origin();
    sign_in();
    if (view_.auth != CloudAuth::none) sign_up();
}

// The switch is for demonstrations: whatever says how the server is reached must say loopback. Then the
// server asks nothing else.
void CloudJudge::insecure_auth() {
    if (production_tier()) return;  // refused there for every role
    const auto refused = [&](std::string_view full_name) {
        add_for("configuration.open-access", std::string(full_name),
                fmt::format("{} leads beyond loopback while {} is true; the server refuses to start",
                            full_name, full("ALLOW_INSECURE_AUTH")),
                "choose the sign-in with OPEN_COWORK_CLOUD_AUTH_MODE, or stay on loopback");
    };
    const auto public_url = net::parse_url(view_.public_url);
    if (public_url && !is_cloud_loopback(public_url->host)) refused(full("PUBLIC_URL"));
    if (set("PUBLISHED_ADDR")) {
        if (!is_cloud_loopback(text("PUBLISHED_ADDR"))) refused(full("PUBLISHED_ADDR"));
    } else if (!view_.loopback_bind()) {
        refused(view_.host_key);
    }
}

void CloudJudge::cross_origin() {
    if (text("CORS_ORIGIN") == "*")
        return add("configuration.open-access", "CORS_ORIGIN",
                   fmt::format("{} is *, which would let every page act for a signed-in user; the server "
                               "refuses to start",
                               full("CORS_ORIGIN")),
                   "name one origin, or remove the line");
    if (!view_.loopback_bind()) public_origin("CORS_ORIGIN", "the server listens beyond loopback");
}

void CloudJudge::public_origin(std::string_view name, std::string_view why) {
    const auto verdict = net::check_service_endpoint(text(name));
    // What is no origin at all has its own finding.
    if (!set(name) || !verdict.ok() || verdict.url->path != "/" || verdict.url->has_query) return;
    if (!verdict.url->secure())
        return add("configuration.insecure-url", name,
                   fmt::format("{} is not https, and {}", full(name), why),
                   "set it to the https origin of the reverse proxy");
    if (is_cloud_non_public(verdict.url->host))
        add("configuration.invalid-value", name,
            fmt::format("{} names a host that only this machine or its network knows, and {}", full(name),
                        why),
            "set it to the public https origin of the reverse proxy");
}

void CloudJudge::sign_in() {
    switch (view_.auth) {
        case CloudAuth::none:
            if (!view_.loopback_bind() && !production_tier())
                open_api("the server listens beyond loopback and refuses to start so");
            return;
        case CloudAuth::header:
            return header_sign_in();
        case CloudAuth::oidc:
            return oidc_sign_in();
    }
}

// Sign-in is none, said or not, where it must not be.
void CloudJudge::open_api(std::string_view why) {
    constexpr std::string_view remedy = "set it to oidc or header";
    if (!set("AUTH_MODE") && view_.configuration_file)
        return lacks("AUTH_MODE", why, std::string(remedy), Elsewhere::file);
    add("configuration.open-access", "AUTH_MODE",
        fmt::format("{} {}, but {}", full("AUTH_MODE"),
                    set("AUTH_MODE") ? "means none" : "is not set, which means none", why),
        view_.tier == CloudTier::local ? "set it to oidc or header, or bind the server to 127.0.0.1"
                                       : std::string(remedy));
}

void CloudJudge::header_sign_in() {
    if (!production_tier() && !material("HEADER_AUTH_SECRET").present())
        lacks("HEADER_AUTH_SECRET",
              view_.loopback_bind() ? "sign-in by headers needs it, and /readyz says 503 without"
                                    : "beyond loopback the server refuses to start without",
              "set it to a generated secret, and let the proxy send it", Elsewhere::file);
    if (!production_tier() && !view_.loopback_bind() && is_true("HEADER_AUTH_ALLOW_UNSIGNED"))
        add("configuration.open-access", "HEADER_AUTH_ALLOW_UNSIGNED",
            fmt::format("{} is true while the server listens beyond loopback; it refuses to start",
                        full("HEADER_AUTH_ALLOW_UNSIGNED")),
            "remove the line, and let the proxy sign its headers");
}

void CloudJudge::oidc_sign_in() {
    for (const std::string_view name : {"OIDC_ISSUER_URL", "OIDC_CLIENT_ID"})
        if (!set(name))
            lacks(name, "sign-in by OIDC needs it", "set it as the identity provider says", Elsewhere::file);
    callback_path();
    if (!production_tier() && !material("COOKIE_SECRET").present() && !material("SECRET_KEY").present())
        lacks("COOKIE_SECRET", "browsers cannot sign in without", "set it to a generated secret",
              Elsewhere::file);
    if (view_.loopback_bind() || production_tier()) return;
    if (!set("PUBLIC_URL"))
        lacks("PUBLIC_URL", "OIDC sends browsers back to it, and the server refuses to start without",
              "set it to the public https origin of the reverse proxy");
    public_origin("PUBLIC_URL", "OIDC sends browsers back to it");
}

void CloudJudge::proxies() {
    if (is_true("TRUST_PROXY_HEADERS") && !set("TRUSTED_PROXY_CIDRS"))
        add("configuration.missing-key", "TRUSTED_PROXY_CIDRS",
            fmt::format("{} is true, but no proxy is named, so the server believes none",
                        full("TRUST_PROXY_HEADERS")),
            "name the proxies' networks, or set it to false", Status::degraded);
}

}  // namespace cowork::rules
