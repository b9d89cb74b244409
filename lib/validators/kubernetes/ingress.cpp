#include "validators/ingress_tls.hpp"
#include "validators/kubernetes/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;

void check_tls(const KubernetesChecks& checks, const KubernetesObject& ingress) {
    const YamlNode* spec = ingress.spec();
    if (!items_of(node_at(spec, {"tls"})).empty()) {
        for (const YamlNode* host : uncovered_hosts(spec->find("rules"), spec->find("tls")))
            checks.findings.add(
                "kubernetes.ingress-tls-host", host->where, "spec.rules.host",
                fmt::format("no entry of tls of {} covers the host {}", ingress.label(), text_of(host)), {},
                checks.hardening(true));
        return;
    }
    const std::string elsewhere = tls_annotation(node_at(ingress.node, {"metadata", "annotations"}));
    checks.findings.add("kubernetes.ingress-no-tls",
                        nearest_place(*ingress.node, {"spec", "tls"}, ingress.where()), "spec.tls",
                        elsewhere.empty()
                            ? fmt::format("{} has no tls", ingress.label())
                            : fmt::format("{} leaves TLS to the annotation {}, which validate cannot follow",
                                          ingress.label(), elsewhere),
                        {}, elsewhere.empty() ? checks.hardening(true) : Severity::note);
}

bool has_port(const KubernetesObject& service, const YamlNode& port) {
    const std::string_view name = text_of(port.find("name"));
    const auto number = integer_of(port.find("number"));
    const auto& ports = items_of(node_at(service.spec(), {"ports"}));
    constexpr std::size_t most = 200;
    return ports.size() > most || std::any_of(ports.begin(), ports.end(), [&](const YamlNode* one) {
               return name.empty() ? integer_of(one->find("port")) == number
                                   : text_of(one->find("name")) == name;
           });
}

void check_backend(const KubernetesChecks& checks, const KubernetesObject& ingress, const YamlNode* backend) {
    const YamlNode* port = node_at(backend, {"service", "port"});
    const KubernetesObject* service =
        checks.manifests.find("Service", ingress.space, text_at(backend, {"service", "name"}));
    if (port == nullptr || !port->is_map() || service == nullptr || has_port(*service, *port)) return;
    checks.findings.add(
        "kubernetes.ingress-backend",
        nearest_place(*port, {port->find("name") != nullptr ? "name" : "number"}, port->where),
        "backend.service.port",
        fmt::format("{} sends to a port that {} does not have", ingress.label(), service->label()));
}

}  // namespace

void check_ingresses(const KubernetesChecks& checks) {
    for (const KubernetesObject& object : checks.manifests.objects()) {
        if (object.kind != "Ingress") continue;
        check_tls(checks, object);
        check_backend(checks, object, node_at(object.spec(), {"defaultBackend"}));
        for (const YamlNode* rule : items_of(node_at(object.spec(), {"rules"})))
            for (const YamlNode* path : items_of(node_at(rule, {"http", "paths"})))
                check_backend(checks, object, path->find("backend"));
    }
}

}  // namespace cowork::validators
