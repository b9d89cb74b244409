#include "net/host_class.hpp"
#include "net/url.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/lenient.hpp"
#include "validators/compose/checks.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

// Settings that name another service of the deployment, under their full names.
std::vector<std::string> peer_keys(const rules::Service& kind) {
    if (&kind == &rules::cloud_server())
        return {kind.full_name("CONTROL_PLANE_URL"), kind.full_name("OBJECT_STORE_ENDPOINT"),
                kind.full_name("OTLP_ENDPOINT")};
    if (&kind == &rules::channel_gateway()) return {"OPEN_COWORK_CLOUD_BASE_URL"};
    return {kind.full_name("DATABASE_URL"), kind.full_name("OPENCODE_URL")};
}

bool shares_network(const ComposeService& service, const ComposeFile& file) {
    if (!service.network_mode.text().empty()) return true;
    const std::string mode = "service:" + service.name;
    return std::any_of(file.services.begin(), file.services.end(),
                       [&](const ComposeService& one) { return one.network_mode.text() == mode; });
}

const ComposeService* peer_of(std::string_view host, const ComposeFile& file) {
    if (const ComposeService* found = file.find(host)) return found;
    const auto found =
        std::find_if(file.services.begin(), file.services.end(), [&](const ComposeService& one) {
            return std::find(one.aliases.begin(), one.aliases.end(), host) != one.aliases.end();
        });
    return found == file.services.end() ? nullptr : &*found;
}

// What a service of the file listens on; nothing when the file does not tell.
std::optional<int> listens_on(const ComposeService& peer, const ComposeContext& context) {
    constexpr int postgres_port = 5432;
    if (const ComposeProduct* product = context.product_of(peer)) {
        const bool web = !product->is_cloud() || rules::runs_web(product->cloud.role);
        return web && product->runs_server ? product->port() : std::nullopt;
    }
    if (is_postgres(peer) && peer.command.text().empty() && peer.variable("PGPORT") == nullptr)
        return postgres_port;
    return std::nullopt;
}

// Whether the service itself gives somebody that name: `host:address` or `host=address`, also as a map, and
// `service:alias`.
bool is_named_by(const ComposeService& service, std::string_view host) {
    const auto names = [&](std::string_view entry) {
        return entry.find('$') != std::string_view::npos || entry == host ||
               (entry.size() > host.size() && entry.starts_with(host) &&
                (entry[host.size()] == ':' || entry[host.size()] == '=')) ||
               (entry.size() > host.size() && entry.ends_with(host) &&
                entry[entry.size() - host.size() - 1] == ':');
    };
    for (const char* key : {"extra_hosts", "external_links", "links"}) {
        const config::YamlNode* node = service.node->find(key);
        if (node == nullptr) continue;
        for (const config::YamlNode* item : node->items)
            if (names(item->text)) return true;
        for (const config::YamlNode::Member& member : node->members)
            if (names(member.name())) return true;
    }
    return false;
}

struct Peer {
    const ComposeProduct& product;
    const std::string& key;
    TextRange where;
    const net::Url& url;
};

void check_known_peer(const Peer& peer, const ComposeContext& context) {
    const ComposeService* other = peer_of(peer.url.host, context.file);
    const std::string key = service_key(*peer.product.service, "environment." + peer.key);
    if (other == nullptr) {
        const bool elsewhere = context.file.outside_network || context.file.includes || context.fragment ||
                               is_named_by(*peer.product.service, peer.url.host);
        if (peer.url.host.find_first_of(".:") != std::string::npos || elsewhere) return;
        context.add("compose.unknown-host", peer.where, key,
                    fmt::format("{} of the service {} names a host that no service of the file has", peer.key,
                                peer.product.service->name));
        return;
    }
    const ComposeProduct* product = context.product_of(*other);
    if (product != nullptr && product->is_cloud() && product->value("ROLE") &&
        !rules::runs_web(product->cloud.role)) {
        context.add(
            "compose.peer-port", peer.where, key,
            fmt::format("{} of the service {} calls the {} {}, which serves no API", peer.key,
                        peer.product.service->name, rules::to_string(product->cloud.role), other->name));
        return;
    }
    const auto port = listens_on(*other, context);
    const int called = peer.url.port == 0 && is_postgres(*other) ? 5432 : peer.url.port;
    if (port && called > 0 && *port != called)
        context.add("compose.peer-port", peer.where, key,
                    fmt::format("{} of the service {} calls {} on port {}, but it listens on {}", peer.key,
                                peer.product.service->name, other->name, called, *port));
}

void check_peer(const Peer& peer, const ComposeContext& context) {
    if (net::classify_host(peer.url.host) != net::HostClass::loopback) return check_known_peer(peer, context);
    if (shares_network(*peer.product.service, context.file) || context.fragment) return;
    context.add("compose.loopback-peer", peer.where,
                service_key(*peer.product.service, "environment." + peer.key),
                fmt::format("{} of the service {} names its own container's loopback", peer.key,
                            peer.product.service->name));
}

// The URL of a setting. Of one that depends on unknown variables what is known counts, when host and port
// are.
std::optional<net::Url> url_of(const ComposeProduct& product, const std::string& key) {
    constexpr std::string_view unknown = "unknown-part";
    if (!product.environment.is_unknown(key))
        return net::parse_url(rules::trimmed(product.environment.config.text(key)));
    const ComposeVariable* variable = product.service->variable(key);
    if (variable == nullptr) return std::nullopt;
    // In the place of a port it makes no URL.
    auto url = net::parse_url(rules::trimmed(with_gaps_filled(variable->value.value, unknown)));
    if (!url || url->host.find(unknown) != std::string::npos) return std::nullopt;
    return url;
}

void check_product(const ComposeProduct& product, const ComposeContext& context) {
    for (const std::string& key : peer_keys(*product.kind)) {
        const auto url = url_of(product, key);
        if (!url) continue;
        check_peer({product, key, product.environment.where(key, product.service->where), *url}, context);
    }
}

}  // namespace

void check_compose_peers(const ComposeContext& context) {
    for (const ComposeProduct& product : context.products) check_product(product, context);
}

void check_compose_replicas(const ComposeContext& context) {
    for (const ComposeProduct& product : context.products) {
        const ComposeService& service = *product.service;
        if (!service.replicas || *service.replicas <= 1) continue;
        const bool worker = product.is_cloud() && product.cloud.role == rules::CloudRole::worker;
        const auto id = product.value("WORKER_ID");
        if (product.is_cloud() && !(worker && id && !id->empty())) continue;
        context.add("compose.replicas", service.replicas_where, service_key(service, "deploy.replicas"),
                    worker
                        ? fmt::format("{} workers of the service {} would share one id", *service.replicas,
                                      service.name)
                        : fmt::format("{} of {} would run at once", *service.replicas, product.kind->label));
    }
}

}  // namespace cowork::validators
