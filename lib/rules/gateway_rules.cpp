#include "core/names.hpp"
#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/lenient.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/strength.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cowork::rules {
namespace {

constexpr std::size_t shortest_secret = 16;

// Collects violations about one configuration.
class Judge {
  public:
    explicit Judge(const config::Config& config) : config_(config), view_(view_gateway(config)) {}

    std::vector<Violation> judge() {
        unknown_keys();
        required();
        for (const GatewayKey& key : gateway_keys()) value_of(key);
        providers();
        database();
        exposure();
        std::stable_sort(found_.begin(), found_.end(), [](const Violation& a, const Violation& b) {
            return a.status == Status::action_required && b.status != Status::action_required;
        });
        return std::move(found_);
    }

  private:
    [[nodiscard]] std::string_view text(std::string_view name) const {
        return trimmed(config_.text(gateway_key(name)));
    }
    [[nodiscard]] bool set(std::string_view name) const { return !text(name).empty(); }

    void add(std::string_view reason, std::string_view name, std::string message, std::string remedy,
             Status status = Status::action_required) {
        const std::string key = name.empty() ? std::string{} : gateway_key(name);
        const config::Setting* setting = config_.find(key);
        found_.push_back({reason, status, key, std::move(message), std::move(remedy),
                          setting != nullptr ? setting->source : SourceRef{}});
    }
    // The service runs, but uses its default instead of what is written.
    void lenient(const GatewayKey& key, std::string_view expected, Status status = Status::degraded) {
        add("configuration.lenient-value", key.name,
            fmt::format("{} is not {}; the gateway silently uses {} instead", gateway_key(key.name), expected,
                        key.fallback),
            fmt::format("set {} to {}, or remove the line", gateway_key(key.name), expected), status);
    }

    void unknown_keys() {
        std::vector<std::string_view> known;
        for (const GatewayKey& key : gateway_keys()) known.push_back(key.name);
        for (const config::Setting& setting : config_.settings()) {
            const std::string_view name = setting.key;
            if (!name.starts_with(gateway_prefix) || find_gateway_key(name) != nullptr) continue;
            const auto hint = nearest(name.substr(gateway_prefix.size()), known);
            found_.push_back(
                {"configuration.unknown-key", Status::degraded, setting.key,
                 fmt::format("{} is no key of the Standalone Gateway, which ignores it", setting.key),
                 hint.empty() ? std::string("remove the line")
                              : fmt::format("did you mean {}?", gateway_key(hint)),
                 setting.source});
        }
    }

    void required() {
        const auto need = [&](std::string_view name, std::string remedy) {
            if (!set(name))
                add("configuration.missing-key", name, fmt::format("{} is not set", gateway_key(name)),
                    std::move(remedy));
        };
        need("ADMIN_TOKEN", "run cowork setup gateway-only, which generates one");
        need("OPENCODE_URL", "set it to the OpenCode server, for example http://127.0.0.1:4096");
        need("RUNTIME_ROOT", "set it to an absolute directory that the gateway's user can write");
        if (!view_.memory_store) need("DATABASE_URL", "set it, or set the store to memory for a trial");
    }

    void value_of(const GatewayKey& key) {
        if (!set(key.name)) return;
        switch (key.kind) {
            case KeyKind::store:
                return store();
            case KeyKind::secret:
                return secret(key);
            case KeyKind::boolean:
                return boolean(key);
            case KeyKind::opencode_url:
                return opencode_url();
            case KeyKind::absolute_path:
                return absolute_path(key);
            case KeyKind::integer:
            case KeyKind::port:
                return integer(key);
            case KeyKind::bind_host:
                return bind_host();
            case KeyKind::public_url:
                return public_url(key);
            case KeyKind::deployment_mode:
                return deployment_mode(key);
            case KeyKind::cidr_list:
                return cidr_list(key);
            case KeyKind::provider_id:
                return provider_id(key);
            case KeyKind::telegram_mode:
                return telegram_mode(key);
            case KeyKind::delivery_url:
                return delivery_url(key);
            case KeyKind::database_url:
                return database_url(key);
            case KeyKind::path:
            case KeyKind::name:
            case KeyKind::json:
                return;
        }
    }

    void store() {
        const std::string word = lowered(text("STORE"));
        for (const std::string_view good :
             {"postgres", "postgresql", "pg", "memory", "in-memory", "inmemory"})
            if (word == good) return;
        add("configuration.invalid-value", "STORE",
            fmt::format("{} is neither postgres nor memory; the gateway refuses to start",
                        gateway_key("STORE")),
            "set it to postgres or memory");
    }

    void secret(const GatewayKey& key) {
        const std::string_view value = text(key.name);
        if (is_placeholder(value)) {
            add("configuration.placeholder-secret", key.name,
                fmt::format("{} is still a placeholder", gateway_key(key.name)),
                "replace it by a real secret");
        } else if (value.size() < shortest_secret) {
            add("configuration.short-secret", key.name,
                fmt::format("{} has fewer than {} characters", gateway_key(key.name), shortest_secret),
                "replace it by a longer one");
        }
    }

    void boolean(const GatewayKey& key) {
        if (!read_boolean(text(key.name))) lenient(key, "true or false");
    }

    void integer(const GatewayKey& key) {
        const auto number = read_integer(text(key.name));
        if (!number)
            return lenient(key, fmt::format("a whole number from {} to {}", key.lowest, key.highest));
        if (*number >= key.lowest && *number <= key.highest) return;
        add("configuration.lenient-value", key.name,
            fmt::format("{} is outside {} to {}; the gateway silently uses the nearer of the two",
                        gateway_key(key.name), key.lowest, key.highest),
            fmt::format("set it between {} and {}", key.lowest, key.highest), Status::degraded);
    }

    void opencode_url() {
        const auto verdict = net::check_private_endpoint(text("OPENCODE_URL"), view_.allow_private_dns);
        if (verdict.ok()) return;
        add(net::reason_code(verdict.problem), "OPENCODE_URL",
            fmt::format("{} {}", gateway_key("OPENCODE_URL"), net::describe(verdict.problem)),
            "use a loopback or private address, for example http://127.0.0.1:4096");
    }

    void absolute_path(const GatewayKey& key) {
        if (is_runtime_root(text(key.name))) return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is not an absolute path below the root directory of at most 4096 bytes",
                        gateway_key(key.name)),
            "set it to a directory such as /var/lib/open-cowork/standalone-gateway");
    }

    void bind_host() {
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
        add("configuration.invalid-value", "HOST",
            fmt::format(
                "{} is neither a loopback, private nor wildcard address; the gateway refuses to start",
                gateway_key("HOST")),
            "set it to 127.0.0.1 and put a reverse proxy in front");
    }

    void public_url(const GatewayKey& key) {
        const auto verdict = net::check_service_endpoint(text(key.name));
        if (!verdict.ok()) {
            add(net::reason_code(verdict.problem), key.name,
                fmt::format("{} {}", gateway_key(key.name), net::describe(verdict.problem)),
                "set it to the https URL of the reverse proxy");
        }
    }

    void deployment_mode(const GatewayKey& key) {
        const std::string_view mode = text(key.name);
        if (mode == "solo" || mode == "team" || mode == "enterprise") return;
        // The service falls back to solo, which drops the TLS rule for Postgres: that must not pass.
        lenient(key, "exactly solo, team or enterprise", Status::action_required);
    }

    void cidr_list(const GatewayKey& key) {
        std::string_view rest = text(key.name);
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            if (!is_cidr(trimmed(rest.substr(0, comma)))) {
                add("configuration.invalid-value", key.name,
                    fmt::format("{} holds an entry that is neither an address nor a network",
                                gateway_key(key.name)),
                    "write networks like 10.0.0.0/8, separated by commas");
                return;
            }
            if (comma == std::string_view::npos) return;
            rest = rest.substr(comma + 1);
        }
    }

    static bool is_cidr(std::string_view entry) {
        const auto slash = entry.find('/');
        const std::string address(entry.substr(0, slash));
        in6_addr buffer{};
        const bool v4 = inet_pton(AF_INET, address.c_str(), &buffer) == 1;
        const bool v6 = inet_pton(AF_INET6, address.c_str(), &buffer) == 1;
        if (!v4 && !v6) return false;
        if (slash == std::string_view::npos) return true;
        const auto bits = read_integer(entry.substr(slash + 1));
        return bits && *bits >= 0 && *bits <= (v4 ? 32 : 128);
    }

    void provider_id(const GatewayKey& key) {
        const std::string_view kind = key.fallback;  // the default id is the provider's kind
        const std::string_view id = text(key.name);
        if (id == kind || (id.starts_with(kind) && id.size() > kind.size() + 1 && id[kind.size()] == '-'))
            return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is neither {} nor {}- and a name", gateway_key(key.name), kind, kind),
            fmt::format("set it to {} or for example {}-team", kind, kind));
    }

    void telegram_mode(const GatewayKey& key) {
        const std::string_view mode = text(key.name);
        if (mode == "polling" || mode == "webhook") return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is neither polling nor webhook", gateway_key(key.name)),
            "set it to polling or webhook");
    }

    void delivery_url(const GatewayKey& key) {
        const auto verdict = net::check_service_endpoint(text(key.name));
        if (!verdict.ok()) {
            add(net::reason_code(verdict.problem), key.name,
                fmt::format("{} {}", gateway_key(key.name), net::describe(verdict.problem)),
                "use https, or http on loopback");
        } else if (!verdict.url->secure() &&
                   net::classify_host(verdict.url->host) != net::HostClass::loopback) {
            add("configuration.insecure-url", key.name,
                fmt::format("{} is http and not on loopback: the serving process crashes on it, although the "
                            "product's own doctor passes it",
                            gateway_key(key.name)),
                "use https, or http on loopback");
        }
    }

    void database_url(const GatewayKey& key) {
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
        if (text("TELEGRAM_MODE") == "webhook") telegram_webhook();
    }

    void telegram_webhook() {
        if (!set("TELEGRAM_WEBHOOK_SECRET"))
            add("configuration.missing-key", "TELEGRAM_WEBHOOK_SECRET",
                fmt::format("{} is not set; webhook mode needs it", gateway_key("TELEGRAM_WEBHOOK_SECRET")),
                "set it, or use polling mode");
        const auto url = net::parse_url(text("TELEGRAM_PUBLIC_URL"));
        if (!url || !url->secure())
            add("configuration.insecure-url", "TELEGRAM_PUBLIC_URL",
                fmt::format("{} is not an https URL; webhook mode needs one",
                            gateway_key("TELEGRAM_PUBLIC_URL")),
                "set it to the https URL of the reverse proxy, or use polling mode");
    }

    void database() {
        if (view_.memory_store || view_.mode == DeploymentMode::solo) return;
        const auto need_true = [&](std::string_view name, bool is_true) {
            if (is_true) return;
            add("configuration.tls-required", name,
                fmt::format("{} deployments need {} = true", to_string(view_.mode), gateway_key(name)),
                "set it to true and give the CA file if the certificate is private");
        };
        need_true("DATABASE_SSL", view_.database_tls);
        need_true("DATABASE_SSL_REJECT_UNAUTHORIZED", view_.database_verify);
    }

    void exposure() {
        if (read_boolean(text("TRUST_PROXY_HEADERS")).value_or(false) && !set("TRUSTED_PROXY_CIDRS"))
            add("configuration.missing-key", "TRUSTED_PROXY_CIDRS",
                fmt::format("{} is true, but no proxy is named", gateway_key("TRUST_PROXY_HEADERS")),
                "name the proxies' networks, or set it to false", Status::degraded);
    }

    const config::Config& config_;
    GatewayView view_;
    std::vector<Violation> found_;
};

}  // namespace

std::vector<Violation> check_gateway(const config::Config& config) { return Judge(config).judge(); }

}  // namespace cowork::rules
