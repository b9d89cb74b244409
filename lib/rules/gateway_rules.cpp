#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway_delivery.hpp"
#include "rules/judge.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>

#include <array>

namespace cowork::rules {
namespace {

class GatewayJudge : Judge {
  public:
    explicit GatewayJudge(const config::Config& config)
        : Judge(standalone_gateway(), config), view_(view_gateway(config)) {}

    std::vector<Violation> judge() {
        unknown_keys();
        required();
        for (const Key& key : gateway_keys())
            if (!value_of(key)) own_value(key);
        providers();
        database();
        exposure();
        return take();
    }

  private:
    void required() {
        need("ADMIN_TOKEN", "run cowork setup gateway-only, which generates one");
        need("OPENCODE_URL", "set it to the OpenCode server, for example http://127.0.0.1:4096");
        need("RUNTIME_ROOT", "set it to an absolute directory that the gateway's user can write");
        if (!view_.memory_store) need("DATABASE_URL", "set it, or set the store to memory for a trial");
    }

    // The kinds that only this service has.
    void own_value(const Key& key) {
        struct Rule {
            KeyKind kind;
            void (GatewayJudge::*judge)(const Key&);
        };
        constexpr std::array own{
            Rule{KeyKind::store, &GatewayJudge::store},
            Rule{KeyKind::opencode_url, &GatewayJudge::opencode_url},
            Rule{KeyKind::absolute_path, &GatewayJudge::absolute_path},
            Rule{KeyKind::bind_host, &GatewayJudge::bind_host},
            Rule{KeyKind::public_url, &GatewayJudge::public_url},
            Rule{KeyKind::deployment_mode, &GatewayJudge::deployment_mode},
            Rule{KeyKind::telegram_mode, &GatewayJudge::telegram_mode},
            Rule{KeyKind::delivery_url, &GatewayJudge::delivery_url},
            Rule{KeyKind::database_url, &GatewayJudge::database_url},
        };
        for (const Rule& rule : own)
            if (rule.kind == key.kind) (this->*rule.judge)(key);
    }

    void store(const Key& key) {
        const std::string word = lowered(text(key.name));
        for (const std::string_view good :
             {"postgres", "postgresql", "pg", "memory", "in-memory", "inmemory"})
            if (word == good) return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is neither postgres nor memory; the gateway refuses to start",
                        gateway_key(key.name)),
            "set it to postgres or memory");
    }

    void opencode_url(const Key& key) {
        const auto verdict = net::check_private_endpoint(text(key.name), view_.allow_private_dns);
        if (!verdict.ok())
            endpoint(key, verdict.problem,
                     "use a loopback or private address, for example http://127.0.0.1:4096");
    }

    void absolute_path(const Key& key) {
        if (is_runtime_root(text(key.name))) return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is not an absolute path below the root directory of at most 4096 bytes",
                        gateway_key(key.name)),
            "set it to a directory such as /var/lib/open-cowork/standalone-gateway");
    }

    void bind_host(const Key& key) {
        switch (net::classify_host(view_.host)) {
            case net::HostClass::loopback:
            case net::HostClass::private_range:
            case net::HostClass::wildcard:
                return;
            case net::HostClass::docker_host:
            case net::HostClass::private_suffix:
            case net::HostClass::metadata:
            case net::HostClass::public_address:
            case net::HostClass::public_name:
                break;
        }
        add("configuration.invalid-value", key.name,
            fmt::format(
                "{} is neither a loopback, private nor wildcard address; the gateway refuses to start",
                gateway_key(key.name)),
            "set it to 127.0.0.1 and put a reverse proxy in front");
    }

    void public_url(const Key& key) {
        const auto verdict = net::check_service_endpoint(text(key.name));
        if (!verdict.ok()) endpoint(key, verdict.problem, "set it to the https URL of the reverse proxy");
    }

    void deployment_mode(const Key& key) {
        const std::string_view mode = text(key.name);
        if (mode == "solo" || mode == "team" || mode == "enterprise") return;
        // The service falls back to solo, which drops the TLS rule for Postgres: that must not pass.
        unreadable(key, "exactly solo, team or enterprise", Status::action_required);
    }

    void telegram_mode(const Key& key) {
        const std::string_view mode = text(key.name);
        if (mode == "polling" || mode == "webhook") return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is neither polling nor webhook", gateway_key(key.name)),
            "set it to polling or webhook");
    }

    // The Channel Gateway's rule, without its leave for private addresses and its allow-list.
    void delivery_url(const Key& key) {
        const auto problem = delivery_problem(text(key.name), {}, false);
        if (!problem) return;
        const bool crash = problem->reason.starts_with("configuration.");
        const bool address = problem->reason == "configuration.private-delivery";
        add(problem->reason, key.name,
            fmt::format(
                "{} {}{}", gateway_key(key.name),
                address ? "names a private or reserved address" : problem->what,
                crash ? ": the serving process crashes on it, although the product's own doctor passes it"
                      : ""),
            address ? "name a public host, or localhost" : problem->remedy);
    }

    void database_url(const Key& key) {
        const auto url = net::parse_url(text(key.name));
        if (!url || (url->scheme != "postgres" && url->scheme != "postgresql")) {
            add("configuration.invalid-value", key.name,
                fmt::format("{} is not a postgres:// URL", gateway_key(key.name)),
                "write postgres://user:password@host:5432/database; percent-encode special characters");
            return;
        }
        const auto host_class = net::classify_host(url->host);
        if (host_class == net::HostClass::metadata || host_class == net::HostClass::wildcard) {
            add(host_class == net::HostClass::metadata ? "endpoint.metadata-host" : "endpoint.wildcard-host",
                key.name, fmt::format("{} names a wildcard or cloud metadata address", gateway_key(key.name)),
                "name the database server");
        }
    }

    void providers() {
        const bool secret_set = set("WEBHOOK_SHARED_SECRET");
        const bool url_set = set("WEBHOOK_DELIVERY_URL");
        if (secret_set != url_set) {
            const std::string_view missing = secret_set ? "WEBHOOK_DELIVERY_URL" : "WEBHOOK_SHARED_SECRET";
            add("configuration.missing-key", missing,
                fmt::format("{} is not set, but its counterpart is: the webhook provider needs both",
                            gateway_key(missing)),
                "set both or neither");
        }
        if (!view_.telegram && !secret_set && !url_set) {
            add("configuration.no-provider", "",
                "no channel provider is configured; the gateway refuses to start",
                "set a Telegram bot token, or a webhook secret and delivery URL");
        }
        if (view_.telegram && text("TELEGRAM_MODE") == "webhook") telegram_webhook();
    }

    void telegram_webhook() {
        if (!set("TELEGRAM_WEBHOOK_SECRET"))
            add("configuration.missing-key", "TELEGRAM_WEBHOOK_SECRET",
                fmt::format("{} is not set; webhook mode needs it", gateway_key("TELEGRAM_WEBHOOK_SECRET")),
                "set it, or use polling mode");
        if (!is_telegram_secret(text("TELEGRAM_WEBHOOK_SECRET")))
            add("configuration.invalid-value", "TELEGRAM_WEBHOOK_SECRET",
                fmt::format("{} has characters that Telegram does not take",
                            gateway_key("TELEGRAM_WEBHOOK_SECRET")),
                "use 16 to 256 letters, digits, _ and -");
        telegram_public_url();
    }

    void telegram_public_url() {
        if (!set("TELEGRAM_PUBLIC_URL"))
            return add(
                "configuration.missing-key", "TELEGRAM_PUBLIC_URL",
                fmt::format("{} is not set; webhook mode needs it", gateway_key("TELEGRAM_PUBLIC_URL")),
                "set it to the https URL of the reverse proxy, or use polling mode");
        const auto url = net::parse_url(text("TELEGRAM_PUBLIC_URL"));
        if (url && url->secure() && net::classify_host(url->host) == net::HostClass::loopback)
            add("configuration.invalid-value", "TELEGRAM_PUBLIC_URL",
                fmt::format("{} names loopback, which Telegram cannot reach",
                            gateway_key("TELEGRAM_PUBLIC_URL")),
                "set it to the https URL of the reverse proxy, or use polling mode");
        if (!url || !url->secure())
            add("configuration.insecure-url", "TELEGRAM_PUBLIC_URL",
                fmt::format("{} is not an https URL; webhook mode needs one",
                            gateway_key("TELEGRAM_PUBLIC_URL")),
                "set it to the https URL of the reverse proxy, or use polling mode");
    }

    void database() {
        if (view_.memory_store || view_.mode == DeploymentMode::solo) return;
        const auto need_true = [&](std::string_view name, bool on) {
            if (on) return;
            add("configuration.tls-required", name,
                fmt::format("{} deployments need {} = true", to_string(view_.mode), gateway_key(name)),
                "set it to true and give the CA file if the certificate is private");
        };
        need_true("DATABASE_SSL", view_.database_tls);
        need_true("DATABASE_SSL_REJECT_UNAUTHORIZED", view_.database_verify);
    }

    void exposure() {
        if (is_true("TRUST_PROXY_HEADERS") && !set("TRUSTED_PROXY_CIDRS"))
            add("configuration.missing-key", "TRUSTED_PROXY_CIDRS",
                fmt::format("{} is true, but no proxy is named", gateway_key("TRUST_PROXY_HEADERS")),
                "name the proxies' networks, or set it to false", Status::degraded);
    }

    GatewayView view_;
};

}  // namespace

std::vector<Violation> check_gateway(const config::Config& config) { return GatewayJudge(config).judge(); }

}  // namespace cowork::rules
