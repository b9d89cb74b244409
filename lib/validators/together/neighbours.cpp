#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_hosts.hpp"
#include "rules/standalone_gateway.hpp"
#include "validators/together/deployment.hpp"

#include <map>
#include <unordered_set>

namespace cowork::validators {
namespace {

// An env file that one service reads by itself.
struct Neighbour {
    EnvDocument* env = nullptr;
    const rules::Service* kind = nullptr;
    config::Config config;
    std::string host;
    int port = 0;  // 0: not known

    [[nodiscard]] TextRange where(std::string_view full_name) const {
        const config::Setting* found = config.find(full_name);
        return found == nullptr
                   ? TextRange{}
                   : env->document->findings->index().rest_of_line(found->source.line, found->source.column);
    }
};

// The service whose prefix the keys have; null when there are several, or none.
const rules::Service* only_service(const config::Config& config) {
    const rules::Service* found = nullptr;
    for (const rules::Service* service : rules::services())
        for (const config::Setting& one : config.settings()) {
            const rules::Key* key = service->find(one.key);
            if (key == nullptr || key->bare) continue;
            if (found != nullptr && found != service) return nullptr;
            found = service;
            break;
        }
    return found;
}

void find_listener(Neighbour& one) {
    if (one.kind == &rules::cloud_server()) {
        const rules::CloudView view = rules::view_cloud(one.config);
        if (!rules::runs_web(view.role)) return;
        one.host = view.host;
        one.port = view.port;
    } else if (one.kind == &rules::channel_gateway()) {
        const rules::ChannelGatewayView view = rules::view_channel_gateway(one.config);
        one.host = view.host;
        one.port = view.port;
    } else {
        const rules::GatewayView view = rules::view_gateway(one.config);
        one.host = view.host;
        one.port = view.port;
    }
}

bool meet(const std::string& a, const std::string& b) {
    const auto everywhere = [](const std::string& host) {
        return net::classify_host(host) == net::HostClass::wildcard;
    };
    return a == b || everywhere(a) || everywhere(b) ||
           (rules::is_cloud_loopback(a) && rules::is_cloud_loopback(b));
}

void check_ports(const std::vector<Neighbour>& all) {
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (all[i].port == 0 || all[i].port != all[j].port || all[i].kind == all[j].kind ||
                !meet(all[i].host, all[j].host))
                continue;
            const std::string key = all[i].kind->full_name("PORT");
            all[i].env->document->findings->add(
                "together.port-shared", all[i].where(key), key,
                fmt::format("{} and {} listen on the same port, {}", all[j].kind->label, all[i].kind->label,
                            all[i].port));
            break;
        }
}

void check_cloud_url(const Neighbour& gateway, const std::vector<Neighbour>& all) {
    const Neighbour* cloud = nullptr;
    for (const Neighbour& one : all) {
        if (one.kind != &rules::cloud_server() || one.port == 0) continue;
        if (cloud != nullptr) return;  // nobody can tell which
        cloud = &one;
    }
    constexpr std::string_view key = "OPEN_COWORK_CLOUD_BASE_URL";
    const auto url = net::parse_url(gateway.config.text(key));
    if (cloud == nullptr || !url || net::classify_host(url->host) != net::HostClass::loopback ||
        url->scheme != "http" || url->port == cloud->port)
        return;
    gateway.env->document->findings->add(
        "together.cloud-url", gateway.where(key), std::string(key),
        fmt::format("{} calls port {}, but the Cloud beside it listens on {}", key, url->port, cloud->port));
}

}  // namespace

void check_neighbours(const std::vector<std::unique_ptr<Deployment>>& deployments, TogetherFiles& files) {
    std::unordered_set<const EnvDocument*> taken;
    for (const auto& deployment : deployments) {
        taken.insert(deployment->variable_files.begin(), deployment->variable_files.end());
        for (const ComposeProduct& product : deployment->products)
            taken.insert(product.environment.loaded.begin(), product.environment.loaded.end());
    }
    // More files of one directory are no machine's; each is compared with each other.
    constexpr std::size_t most = 20;
    std::map<std::string, std::vector<Neighbour>> directories;
    for (EnvDocument& env : files.env_files()) {
        std::vector<Neighbour>& all = directories[env.directory];
        if (taken.find(&env) != taken.end() || env.directory.empty() || all.size() > most) continue;
        Neighbour one;
        one.env = &env;
        for (const config::EnvEntry& entry : env.file.entries)
            one.config.set(entry.key, entry.value.clone(), entry.where);
        one.kind = only_service(one.config);
        if (one.kind == nullptr) continue;
        find_listener(one);
        all.push_back(std::move(one));
    }
    for (const auto& [directory, all] : directories) {
        if (all.size() < 2 || all.size() > most) continue;
        check_ports(all);
        for (const Neighbour& one : all)
            if (one.kind == &rules::channel_gateway()) check_cloud_url(one, all);
    }
}

}  // namespace cowork::validators
