#include "net/host_class.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_hosts.hpp"
#include "rules/cloud_server.hpp"
#include "validators/kubernetes/container_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;

bool is_cloud(const KubernetesContainer& container) { return container.service == &rules::cloud_server(); }

// contract/cloud.md sections 2.1, 2.2 and 10.3.
std::vector<std::string_view> paths_of(const ContainerChecks& at) {
    if (at.container.service == &rules::channel_gateway()) return {"/health", "/ready"};
    if (!is_cloud(at.container)) return {};
    if (!at.environment.surely("OPEN_COWORK_CLOUD_ROLE")) return {};
    if (rules::runs_web(rules::view_cloud(at.environment.known).role))
        return {"/livez", "/readyz", "/progressz"};
    return {"/livez", "/progressz"};
}

void check_path(const ContainerChecks& at, std::string_view probe, const YamlNode& get) {
    const std::vector<std::string_view> known = paths_of(at);
    const YamlNode* path = get.find("path");
    if (known.empty() || path == nullptr) return;
    const std::string_view asked = text_of(path).substr(0, text_of(path).find('?'));
    if (std::find(known.begin(), known.end(), asked) != known.end()) return;
    at.checks.findings.add(
        "kubernetes.probe-path", path->where, fmt::format("{}.httpGet.path", probe),
        fmt::format("the {} of {} asks a path that the service does not have", probe, at.spot()),
        fmt::format("ask {}", in_words({known.begin(), known.end()})));
}

void check_port(const ContainerChecks& at, std::string_view probe, const YamlNode& port) {
    const int asked = port_of(at.container, port);
    const int listening = listening_port(at.container, at.environment);
    std::string message;
    if (asked == 0)
        message = fmt::format("the {} of {} asks a port that the container does not name", probe, at.spot());
    else if (listening > 0 && asked != listening)
        message = fmt::format("the {} of {} asks port {}, but the service listens on {}", probe, at.spot(),
                              asked, listening);
    else
        return;
    at.checks.findings.add("kubernetes.probe-port", port.where, fmt::format("{}.port", probe), message, {},
                           at.checks.broken(at.container.service != nullptr));
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || net::classify_host(host) == net::HostClass::loopback;
}

// The image of Cloud listens on loopback unless it is told otherwise; that of the gateway does not.
void check_host(const ContainerChecks& at) {
    const std::string key = at.container.service->full_name("HOST");
    const bool cloud = is_cloud(at.container);
    const std::string decisive = cloud && at.environment.sets("HOST") ? "HOST" : key;
    if (at.environment.unknown.contains(decisive)) return;
    const bool set = at.environment.sets(decisive);
    if (!set && (!cloud || at.environment.open())) return;
    if (set && !is_loopback(at.environment.known.text(decisive))) return;
    const auto place = at.environment.places.find(decisive);
    at.checks.findings.add(
        "kubernetes.bind-loopback",
        set && place != at.environment.places.end() ? place->second : at.container.where(), key,
        set ? fmt::format("{} makes {} listen where only its own pod hears it", decisive, at.spot())
            : fmt::format("{} is not given {}, and its image listens on 127.0.0.1 then", at.spot(), key));
}

}  // namespace

int port_of(const KubernetesContainer& container, const YamlNode& port) {
    constexpr long long last_port = 65535;
    if (const auto number = integer_of(&port); number && *number > 0 && *number <= last_port)
        return static_cast<int>(*number);
    const auto& ports = items_of(container.node->find("ports"));
    constexpr std::size_t most = 64;
    for (std::size_t i = 0; i < std::min(ports.size(), most); ++i) {
        if (text_of(&port).empty() || text_of(ports[i]->find("name")) != text_of(&port)) continue;
        const long long number = integer_of(ports[i]->find("containerPort")).value_or(0);
        return number > 0 && number <= last_port ? static_cast<int>(number) : 0;
    }
    return 0;
}

int listening_port(const KubernetesContainer& container, const KubernetesEnvironment& environment) {
    const auto surely = [&](const std::string& key) { return environment.surely(key); };
    if (container.service == &rules::channel_gateway())
        return surely(container.service->full_name("PORT"))
                   ? rules::view_channel_gateway(environment.known).port
                   : 0;
    if (!is_cloud(container) || !surely("OPEN_COWORK_CLOUD_ROLE")) return 0;
    const rules::CloudView view = rules::view_cloud(environment.known);
    if (!rules::runs_web(view.role))
        return surely("OPEN_COWORK_CLOUD_LIVENESS_PORT") ? view.liveness_port : 0;
    return surely("OPEN_COWORK_CLOUD_PORT") && !environment.unknown.contains("PORT") ? view.port : 0;
}

void check_listening(const ContainerChecks& at) {
    bool probed = false;
    for (const std::string_view probe : {"startupProbe", "livenessProbe", "readinessProbe"}) {
        const YamlNode* node = at.container.node->find(probe);
        if (node == nullptr) continue;
        for (const std::string_view way : {"httpGet", "tcpSocket", "grpc"}) {
            const YamlNode* asked = node->find(way);
            if (asked == nullptr) continue;
            probed = true;
            if (const YamlNode* port = asked->find("port")) check_port(at, probe, *port);
            if (way == "httpGet") check_path(at, probe, *asked);
        }
    }
    if (probed || !items_of(at.container.node->find("ports")).empty()) check_host(at);
}

}  // namespace cowork::validators
