#include "rules/cloud_hosts.hpp"
#include "validators/compose/checks.hpp"

#include <algorithm>
#include <tuple>

namespace cowork::validators {
namespace {

// The service whose network a service has, itself as a rule. What it publishes is published for both.
const ComposeService& network_of(const ComposeService& service, const ComposeFile& file) {
    const std::string& mode = service.network_mode.text();
    if (!mode.starts_with("service:")) return service;
    const ComposeService* found = file.find(std::string_view(mode).substr(8));
    return found == nullptr ? service : *found;
}

std::vector<const ComposeProduct*> products_in(const ComposeService& network, const ComposeContext& context) {
    std::vector<const ComposeProduct*> found;
    for (const ComposeProduct& product : context.products)
        if (&network_of(*product.service, context.file) == &network) found.push_back(&product);
    return found;
}

struct Exposure {
    Severity severity;
    std::string_view why;
};

// Nothing for a service whose business it is to be reached, such as a reverse proxy.
std::optional<Exposure> exposure(const ComposeService& service,
                                 const std::vector<const ComposeProduct*>& products,
                                 const ComposeContext& context) {
    const Severity strict = context.local() ? Severity::warning : Severity::error;
    if (is_opencode(service)) return Exposure{Severity::error, "OpenCode runs commands for whoever asks"};
    if (is_postgres(service) && products.empty())
        return Exposure{strict, "a database is for its services alone"};
    if (is_minio(service)) return Exposure{Severity::warning, "an object store is for its services alone"};
    if (products.empty()) return std::nullopt;
    if (std::any_of(products.begin(), products.end(),
                    [](const ComposeProduct* one) { return one->without_sign_in(); }))
        return Exposure{Severity::error, "nobody needs to sign in there"};
    return Exposure{context.lasting() ? Severity::note : Severity::warning, "it speaks without TLS"};
}

void check_exposed(const ComposeService& service, const ComposeContext& context) {
    const auto products = products_in(service, context);
    const auto found = exposure(service, products, context);
    if (!found) return;
    for (const ComposePort& port : service.ports)
        if (port.known && port.beyond_loopback())
            context.add(
                "compose.port-exposed", port.where, service_key(service, "ports"),
                fmt::format("the service {} is published beyond loopback, and {}", service.name, found->why),
                {}, found->severity);
}

void check_published_address(const ComposeProduct& product, const ComposeService& network,
                             const ComposeContext& context) {
    if (!product.is_cloud()) return;
    const auto address = product.value("PUBLISHED_ADDR");
    const auto listens = product.port();
    if (!address || address->empty() || !listens || !rules::is_cloud_loopback(*address)) return;
    for (const ComposePort& port : network.ports)
        if (port.known && port.beyond_loopback() && port.target_first <= *listens &&
            *listens <= port.target_last)
            context.add("compose.published-address", port.where, service_key(network, "ports"),
                        fmt::format("the service {} is told that it is published on loopback, and is not",
                                    network.name));
}

bool serves(const ComposePort& port, int number) {
    return port.target_first <= number && number <= port.target_last;
}

// What the product's services of one network listen on; empty when that is not known of all of them.
std::vector<int> served_by(const std::vector<const ComposeProduct*>& products) {
    std::vector<int> ports;
    for (const ComposeProduct* one : products) {
        const auto port = one->port();
        if (!port || !one->runs_server) return {};
        ports.push_back(*port);
        const auto liveness = one->value("LIVENESS_PORT");
        if (one->is_cloud() && one->cloud.liveness_port > 0) ports.push_back(one->cloud.liveness_port);
        if (one->is_cloud() && !liveness) return {};
    }
    return ports;
}

void check_served(const ComposeService& network, const std::vector<const ComposeProduct*>& products,
                  const ComposeContext& context) {
    // Others in the same network have ports of their own.
    const auto sharing = static_cast<std::size_t>(
        std::count_if(context.file.services.begin(), context.file.services.end(),
                      [&](const ComposeService& one) { return &network_of(one, context.file) == &network; }));
    const std::vector<int> ports = served_by(products);
    if (ports.empty() || sharing != products.size()) return;
    for (const ComposePort& port : network.ports) {
        if (!port.known || port.udp) continue;
        if (std::any_of(ports.begin(), ports.end(), [&](int one) { return serves(port, one); })) continue;
        context.add("compose.port-unserved", port.where, service_key(network, "ports"),
                    fmt::format("the container's port {} is published, but {} listens on {}",
                                port.target_first, products.front()->kind->noun, ports.front()));
    }
}

// Whether the address stands here, and is not that of the image.
bool says_host(const ComposeProduct& product) {
    const auto& places = product.environment.places;
    return places.contains(product.kind->full_name("HOST")) || places.contains("HOST");
}

void check_reachable(const ComposeProduct& product, const ComposeService& network,
                     const ComposeContext& context) {
    const auto host = product.host();
    if (!host || !product.runs_server || !rules::is_cloud_loopback(*host) || network.host_network()) return;
    if (product.is_cloud() && !rules::runs_web(product.cloud.role)) return;
    const auto listens = product.port();
    const bool published =
        listens && std::any_of(network.ports.begin(), network.ports.end(),
                               [&](const ComposePort& port) { return port.known && serves(port, *listens); });
    // A proxy in the same network reaches it there.
    const bool shared = &network != product.service ||
                        std::any_of(context.file.services.begin(), context.file.services.end(),
                                    [&](const ComposeService& one) {
                                        return &one != &network && &network_of(one, context.file) == &network;
                                    });
    const bool open = !product.environment.complete || context.fragment;
    if (open && (!published || !says_host(product))) return;  // what it lacks may stand elsewhere
    if (!published && shared) return;
    context.add("compose.bind-loopback", product.where("HOST"),
                service_key(*product.service, "environment." + product.kind->full_name("HOST")),
                fmt::format("{} of the service {} listens on the container's own loopback, where "
                            "nothing from outside arrives",
                            product.kind->noun, product.service->name));
}

// One published port of the file, or a range of them.
struct Published {
    const ComposeService* service;
    const ComposePort* port;
    [[nodiscard]] bool everywhere() const {
        return port->address.empty() || port->address == "0.0.0.0" || port->address == "::";
    }
};

bool meet(const Published& a, const Published& b) {
    return a.port->last >= b.port->first && b.port->last >= a.port->first &&
           (a.everywhere() || b.everywhere() || a.port->address == b.port->address);
}

void check_taken(const ComposeContext& context) {
    constexpr std::size_t most = 2000;
    std::vector<Published> all;
    for (const ComposeService& service : context.file.services) {
        if (service.profiles) continue;  // may never run together
        for (const ComposePort& port : service.ports)
            if (port.known && port.first > 0 && all.size() < most) all.push_back({&service, &port});
    }
    std::stable_sort(all.begin(), all.end(), [](const Published& a, const Published& b) {
        return std::tie(a.port->udp, a.port->first) < std::tie(b.port->udp, b.port->first);
    });
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            if (all[j].port->udp != all[i].port->udp || all[j].port->first > all[i].port->last) break;
            if (!meet(all[i], all[j])) continue;
            context.add("compose.port-duplicate", all[j].port->where, service_key(*all[j].service, "ports"),
                        fmt::format("port {} is published by the service {} too", all[j].port->first,
                                    all[i].service->name));
            break;
        }
}

}  // namespace

void check_compose_ports(const ComposeContext& context) {
    for (const ComposeService& service : context.file.services) {
        check_exposed(service, context);
        if (const auto products = products_in(service, context); !products.empty())
            check_served(service, products, context);
    }
    for (const ComposeProduct& product : context.products) {
        const ComposeService& network = network_of(*product.service, context.file);
        check_published_address(product, network, context);
        check_reachable(product, network, context);
    }
    check_taken(context);
}

}  // namespace cowork::validators
