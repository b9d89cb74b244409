#include "net/host_class.hpp"
#include "rules/cloud_hosts.hpp"
#include "rules/cloud_server.hpp"
#include "rules/lenient.hpp"

#include <algorithm>
#include <array>

namespace cowork::rules {
namespace {

// The trimmed value of a key, or its fallback.
std::string_view value(const config::Config& config, std::string_view name) {
    const std::string full = cloud_server().full_name(name);
    const std::string_view text = trimmed(config.text(full));
    return text.empty() ? cloud_server().find(full)->fallback : text;
}

bool set(const config::Config& config, std::string_view full_name) {
    return !trimmed(config.text(full_name)).empty();
}

template <typename Enum, std::size_t N>
Enum read(std::string_view text, const std::array<Enum, N>& all, Enum fallback) {
    const auto found = std::find_if(all.begin(), all.end(), [&](Enum e) { return to_string(e) == text; });
    return found == all.end() ? fallback : *found;
}

CloudAuth read_auth(std::string_view text) {
    if (text == "oidc") return CloudAuth::oidc;
    return text == "header" ? CloudAuth::header : CloudAuth::none;
}

int port(std::string_view text, long long fallback) {
    const long long number = read_integer(text).value_or(fallback);
    return static_cast<int>(number < 0 || number > 65535 ? fallback : number);
}

std::string url(const std::string& host, int port) {
    std::string bound = host;
    if (bound.starts_with('[') && bound.ends_with(']')) bound = bound.substr(1, bound.size() - 2);
    const bool v6 = bound.find(':') != std::string::npos;
    if (net::classify_host(bound) == net::HostClass::wildcard) bound = v6 ? "::1" : "127.0.0.1";
    return "http://" + (v6 ? "[" + bound + "]" : bound) + ":" + std::to_string(port);
}

constexpr std::array roles{CloudRole::all_in_one, CloudRole::web, CloudRole::worker, CloudRole::scheduler};

}  // namespace

std::string_view to_string(CloudRole role) {
    switch (role) {
        case CloudRole::all_in_one:
            return "all-in-one";
        case CloudRole::web:
            return "web";
        case CloudRole::worker:
            return "worker";
        case CloudRole::scheduler:
            return "scheduler";
    }
    return "all-in-one";
}

std::string_view to_string(CloudTier tier) {
    switch (tier) {
        case CloudTier::local:
            return "local";
        case CloudTier::self_host_beta:
            return "self_host_beta";
        case CloudTier::private_beta:
            return "private_beta";
        case CloudTier::public_production:
            return "public_production";
    }
    return "local";
}

std::string CloudView::local_url() const { return url(host, port); }

std::string CloudView::liveness_url() const {
    return liveness_port == 0 ? std::string{} : url(host, liveness_port);
}

bool CloudView::loopback_bind() const { return is_cloud_loopback(host); }

CloudView view_cloud(const config::Config& config) {
    CloudView view;
    view.role = read(value(config, "ROLE"), roles, CloudRole::all_in_one);
    view.tier = read(value(config, "DEPLOYMENT_TIER"), all_cloud_tiers, CloudTier::local);
    const bool bare_host = set(config, "HOST");
    view.host_key = bare_host ? "HOST" : "OPEN_COWORK_CLOUD_HOST";
    view.host = std::string(bare_host ? trimmed(config.text("HOST")) : value(config, "HOST"));
    constexpr long long default_port = 8787;
    view.port =
        port(set(config, "PORT") ? trimmed(config.text("PORT")) : value(config, "PORT"), default_port);
    view.liveness_port = runs_web(view.role) ? 0 : port(value(config, "LIVENESS_PORT"), 0);
    view.public_url = value(config, "PUBLIC_URL");
    view.auth = read_auth(value(config, "AUTH_MODE"));
    view.insecure_auth = read_boolean(value(config, "ALLOW_INSECURE_AUTH"), Parsing::strict).value_or(false);
    view.object_store = value(config, "OBJECT_STORE_KIND");
    view.database_url = value(config, "CONTROL_PLANE_URL");
    view.isolation = value(config, "EXECUTION_ISOLATION_MODE");
    view.configuration_file = set(config, "OPEN_COWORK_CONFIG_PATH") ||
                              set(config, "OPEN_COWORK_CONFIG_DIR") ||
                              set(config, "OPEN_COWORK_DOWNSTREAM_ROOT");
    return view;
}

}  // namespace cowork::rules
