#include "validators/helm/checks.hpp"
#include "validators/ingress_tls.hpp"
#include "validators/kubernetes/objects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::validators {
namespace {

using config::YamlNode;

void check_tls(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    if (!values.surely("ingress.enabled")) return;
    const std::optional<bool> tls = values.truth("ingress.tls");
    if (!tls) return;
    const bool production = checks.public_production();
    if (*tls) {
        for (const YamlNode* host :
             uncovered_hosts(values.at("ingress.hosts").node, values.at("ingress.tls").node))
            checks.add_at("helm.ingress-tls-host",
                          values.at("ingress.hosts").written ? host->where : values.at("ingress.tls").where,
                          "ingress.hosts",
                          fmt::format("no entry of ingress.tls covers the host {}", text_of(host)),
                          production ? Severity::error : Severity::warning);
        return;
    }
    const std::string elsewhere = tls_annotation(values.at("ingress.annotations").node);
    checks.add("helm.ingress-no-tls", "ingress.tls",
               elsewhere.empty()
                   ? std::string("ingress.enabled is true, but ingress.tls is empty")
                   : fmt::format("ingress leaves TLS to the annotation {}, which validate cannot "
                                 "follow",
                                 elsewhere),
               {},
               !elsewhere.empty() ? Severity::note
               : production       ? Severity::error
                                  : Severity::warning);
}

bool is_empty(const YamlNode* selector) {
    if (selector == nullptr || selector->is_null()) return true;
    return std::all_of(selector->members.begin(), selector->members.end(),
                       [](const YamlNode::Member& member) {
                           return member.value->members.empty() && member.value->items.empty();
                       });
}

// Why a peer is none; empty when it is one. An empty selector means everybody.
std::string_view problem(const YamlNode& peer) {
    if (peer.members.empty()) return "has no selector";
    if (const YamlNode* space = peer.find("namespaceSelector"); space != nullptr && is_empty(space))
        return "has an empty namespaceSelector, which means all namespaces";
    if (const YamlNode* pods = peer.find("podSelector");
        pods != nullptr && is_empty(pods) && peer.find("namespaceSelector") == nullptr)
        return "has an empty podSelector, which means all pods";
    return {};
}

void check_ingress_peers(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    if (values.surely_not("networkPolicy.enabled")) return;
    constexpr std::string_view path = "networkPolicy.ingress.from";
    const HelmValues::Value peers = values.at(path);
    for (const YamlNode* peer : items_of(peers.node))
        if (const std::string_view why = problem(*peer); !why.empty())
            checks.add_at("helm.network-policy-ingress", peers.written ? peer->where : peers.where, path,
                          fmt::format("a peer of {} {}", path, why));
    if (values.surely_not("networkPolicy.ingress.allowAllSourcesForLocalOnly") &&
        values.at("networkPolicy.ingress.allowAllSourcesForLocalOnly").node != nullptr &&
        values.surely_not(path))
        checks.add("helm.network-policy-ingress", path,
                   fmt::format("{} is empty, but not everybody is to be let in", path));
}

void check_egress(const HelmChecks& checks) {
    constexpr std::string_view path = "networkPolicy.egress.allow";
    if (checks.values.surely_not("networkPolicy.enabled")) return;
    const HelmValues::Value allowed = checks.values.at(path);
    for (const YamlNode* entry : items_of(allowed.node)) {
        const bool to = !items_of(entry->find("to")).empty();
        const bool ports = !items_of(entry->find("ports")).empty();
        if (to && ports) continue;
        checks.add_at("helm.network-policy-egress", allowed.written ? entry->where : allowed.where, path,
                      fmt::format("an entry of {} has no {}", path, to ? "ports" : "to"));
    }
}

}  // namespace

void check_exposure(const HelmChecks& checks) {
    check_tls(checks);
    check_ingress_peers(checks);
    check_egress(checks);
}

}  // namespace cowork::validators
