#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "rules/channel_gateway_json.hpp"
#include "rules/channel_gateway_providers.hpp"
#include "rules/judge.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::rules {
namespace {

// Whether a server can listen on it: an address, or a name that may resolve to one.
bool is_bindable(std::string_view host) {
    if (host.find(':') != std::string_view::npos) {
        in6_addr address{};
        return inet_pton(AF_INET6, std::string(host).c_str(), &address) == 1;
    }
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_';
    });
}

class ChannelGatewayJudge : Judge {
  public:
    explicit ChannelGatewayJudge(const config::Config& settings)
        : Judge(channel_gateway(), settings), view_(view_channel_gateway(settings)) {}

    std::vector<Violation> judge() {
        unknown_keys();
        required();
        for (const Key& key : service().keys)
            if (set(key.name)) value(key);
        providers();
        exposure();
        return take();
    }

  private:
    // A file that may hold what the environment lacks.
    [[nodiscard]] bool has_config_file() const {
        return set("CONFIG") || set("OPEN_COWORK_CONFIG_PATH") || set("OPEN_COWORK_CONFIG_DIR") ||
               set("OPEN_COWORK_DOWNSTREAM_ROOT");
    }

    void required() {
        need("OPEN_COWORK_CLOUD_BASE_URL", "set it to the URL of Cloud");
        need("SERVICE_TOKEN", "set it to an API token of Cloud with the scope gateway");
        if (!view_.loopback_bypass && !has_config_file())
            need("ADMIN_TOKEN", "run cowork setup cloud-gateway, which generates one");
    }

    void value(const Key& key) {
        struct Rule {
            std::string_view name;
            void (ChannelGatewayJudge::*judge)(const Key&);
        };
        constexpr std::array own{
            Rule{"OPEN_COWORK_CLOUD_BASE_URL", &ChannelGatewayJudge::cloud_url},
            Rule{"PRODUCT_MODE", &ChannelGatewayJudge::product_mode},
            Rule{"HOST", &ChannelGatewayJudge::host},
            Rule{"PORT", &ChannelGatewayJudge::port},
            Rule{"PUBLISHED_PORT", &ChannelGatewayJudge::published_port},
            Rule{"PUBLIC_URL", &ChannelGatewayJudge::public_url},
            Rule{"CONFIG_JSON", &ChannelGatewayJudge::config_json},
            Rule{"PUBLIC_BRANDING_JSON", &ChannelGatewayJudge::branding},
            Rule{"BRAND_LOGO_URL", &ChannelGatewayJudge::link},
            Rule{"SUPPORT_URL", &ChannelGatewayJudge::link},
            Rule{"PRIVACY_URL", &ChannelGatewayJudge::link},
            Rule{"SECURITY_URL", &ChannelGatewayJudge::link},
            Rule{"LEGAL_URL", &ChannelGatewayJudge::link},
        };
        for (const Rule& rule : own)
            if (rule.name == key.name) return (this->*rule.judge)(key);
        // Those of providers are judged where they have an effect: see judge_providers().
        if (!is_provider_field(key.name)) value_of(key);
    }

    void cloud_url(const Key& key) {
        const auto verdict = net::check_service_endpoint(text(key.name));
        if (!verdict.ok()) return endpoint(key, verdict.problem, "write it as https://host");
        if (verdict.url->has_query || verdict.url->has_fragment)
            return add(
                "configuration.invalid-value", key.name,
                fmt::format("{} has a query or fragment, behind which no path can follow", full(key.name)),
                "write it as https://host, with a path at most");
        if (!verdict.url->secure() && !is_channel_loopback(verdict.url->host) && !view_.allow_insecure_http)
            add("configuration.insecure-url", key.name,
                fmt::format("{} is http and not on loopback, which would send the service token in clear; "
                            "the gateway refuses to start",
                            full(key.name)),
                fmt::format("use https, or set {} = true on a private network", full("ALLOW_INSECURE_HTTP")));
    }

    void product_mode(const Key& key) {
        if (text(key.name) == "cloud_channel") return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is not cloud_channel; the gateway refuses to start", full(key.name)),
            "remove the line; for a gateway of its own run cowork setup gateway-only");
    }

    void host(const Key& key) {
        if (is_bindable(view_.host)) return;
        add("configuration.invalid-value", key.name,
            fmt::format("{} is neither an address without brackets and port nor a name; the gateway cannot "
                        "listen on it",
                        full(key.name)),
            "set it to 127.0.0.1, or to 0.0.0.0 in a container");
    }

    // A port out of range becomes the default, not the nearer end.
    void port(const Key& key) {
        const auto number = read_integer(text(key.name));
        if (!number || *number < key.lowest || *number > key.highest)
            unreadable(key, "a whole number from 0 to 65535");
    }

    void published_port(const Key& key) {
        const auto number = read_integer(text(key.name));
        if (number && *number >= key.lowest && *number <= key.highest) return;
        add("configuration.invalid-value", key.name, fmt::format("{} is no port", full(key.name)),
            "set it to a whole number from 1 to 65535, or remove the line");
    }

    void public_url(const Key& key) {
        const auto verdict = net::check_service_endpoint(text(key.name));
        constexpr std::string_view remedy = "set it to the https URL of the reverse proxy";
        if (!verdict.ok()) {
            endpoint(key, verdict.problem, std::string(remedy));
        } else if (!verdict.url->secure()) {
            add("configuration.insecure-url", key.name,
                fmt::format("{} is not an https URL; the gateway refuses to start", full(key.name)),
                std::string(remedy));
        } else if (is_channel_loopback(verdict.url->host)) {
            add("configuration.invalid-value", key.name,
                fmt::format("{} names loopback, which nobody else can reach; the gateway refuses to start",
                            full(key.name)),
                std::string(remedy));
        }
    }

    void config_json(const Key& key) {
        add_all(config_json_problems(text(key.name)));
        add_all(shadowed_members(text(key.name), config()));
    }

    void branding(const Key& key) { add_all(branding_problems(text(key.name))); }

    void link(const Key& key) {
        const bool mailto = key.name == "SUPPORT_URL";
        if (is_branding_url(text(key.name), mailto)) return;
        add("configuration.lenient-value", key.name,
            fmt::format("{} is no https{} link; the gateway silently leaves it out", full(key.name),
                        mailto ? " or mailto" : ""),
            fmt::format("write it as https://host{}", mailto ? " or mailto:address" : ""), Status::degraded);
    }

    void providers() {
        ProviderList list = read_providers(config());
        const bool unreadable = !list.problems.empty();
        add_all(std::move(list.problems));
        add_all(judge_providers(list.providers, largest_body()));
        add_all(idle_provider_keys(config()));
        if (view_.providers.empty() && !unreadable && !has_config_file())
            add("configuration.no-provider", "",
                "no channel provider is configured; the gateway refuses to start",
                "set the credentials of one, for example a Telegram bot token");
        fake_beside_others(list);
    }

    void fake_beside_others(const ProviderList& list) {
        const bool effective = list.providers.size() == 1 && list.providers[0].key == "ENABLE_FAKE_PROVIDER";
        if (!is_true("ENABLE_FAKE_PROVIDER") || list.providers.empty() || effective) return;
        add("configuration.ignored-key", "ENABLE_FAKE_PROVIDER",
            fmt::format("{} has no effect, because another provider is configured",
                        full("ENABLE_FAKE_PROVIDER")),
            "remove it, or the other provider", Status::degraded);
    }

    [[nodiscard]] long long largest_body() const {
        return channel_integer(config(), "MAX_REQUEST_BODY_BYTES");
    }

    void exposure() {
        if (is_true("ALLOW_LOOPBACK_OPERATOR_BYPASS") && !view_.loopback_bypass)
            add("configuration.invalid-value", "ALLOW_LOOPBACK_OPERATOR_BYPASS",
                fmt::format(
                    "{} is only for a self-host gateway on loopback without a public URL; the gateway "
                    "refuses to start",
                    full("ALLOW_LOOPBACK_OPERATOR_BYPASS")),
                "remove it and set an admin token");
        if (is_true("TRUST_PROXY_HEADERS") && !set("TRUSTED_PROXY_CIDRS"))
            add("configuration.missing-key", "TRUSTED_PROXY_CIDRS",
                fmt::format("{} is true, but no proxy is named", full("TRUST_PROXY_HEADERS")),
                "name the proxies' networks, or set it to false", Status::degraded);
        if (view_.exposed) public_providers();
    }

    void public_providers() {
        const auto has = [&](ChannelKind kind) {
            return std::any_of(view_.providers.begin(), view_.providers.end(),
                               [&](const EnabledProvider& provider) { return provider.kind == kind; });
        };
        constexpr std::string_view exposed =
            "the gateway listens beyond loopback or has a public URL, and refuses to start";
        if (has(ChannelKind::fake) && !(is_true("ALLOW_PUBLIC_FAKE_PROVIDER") && view_.self_host))
            add("configuration.public-provider", json_or("ENABLE_FAKE_PROVIDER"),
                fmt::format("the fake provider takes calls from anybody, but {}", exposed),
                fmt::format("use a real provider, or bind to 127.0.0.1 without a public URL; for a "
                            "self-host demonstration {} = true",
                            full("ALLOW_PUBLIC_FAKE_PROVIDER")));
        if (has(ChannelKind::cli))
            add("configuration.public-provider", json_or("CLI_ENABLED"),
                fmt::format("the cli provider is for this machine only, but {}", exposed),
                "remove it, or bind to 127.0.0.1 without a public URL");
    }

    // Where the provider comes from.
    [[nodiscard]] std::string_view json_or(std::string_view name) const {
        if (set("PROVIDERS")) return "PROVIDERS";
        return set(name) || !set("CONFIG_JSON") ? name : "CONFIG_JSON";
    }

    void add_all(std::vector<ProviderProblem> problems) {
        for (ProviderProblem& problem : problems)
            add(problem.reason, problem.key, std::move(problem.message), std::move(problem.remedy),
                problem.status);
    }

    ChannelGatewayView view_;
};

}  // namespace

std::vector<Violation> check_channel_gateway(const config::Config& config) {
    const config::Config settings = with_config_json(config);
    return ChannelGatewayJudge(settings).judge();
}

}  // namespace cowork::rules
