#include "validators/ingress_tls.hpp"

#include "validators/kubernetes/objects.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace cowork::validators {

using config::YamlNode;

std::vector<const YamlNode*> uncovered_hosts(const YamlNode* rules, const YamlNode* tls) {
    std::unordered_set<std::string_view> covered;
    for (const YamlNode* entry : items_of(tls)) {
        const auto& hosts = items_of(entry->find("hosts"));
        if (hosts.empty()) return {};
        for (const YamlNode* host : hosts) covered.insert(text_of(host));
    }
    std::vector<const YamlNode*> found;
    for (const YamlNode* rule : items_of(rules)) {
        const YamlNode* host = rule->find("host");
        const std::string_view name = text_of(host);
        if (name.empty() || covered.contains(name)) continue;
        const auto dot = name.find('.');
        const std::string wildcard = dot == std::string_view::npos ? "" : "*" + std::string(name.substr(dot));
        if (!covered.contains(wildcard)) found.push_back(host);
    }
    return found;
}

std::string tls_annotation(const YamlNode* annotations) {
    constexpr std::array<std::string_view, 7> known{"networking.gke.io/managed-certificates",
                                                    "networking.gke.io/certmap",
                                                    "ingress.gcp.kubernetes.io/pre-shared-cert",
                                                    "alb.ingress.kubernetes.io/certificate-arn",
                                                    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
                                                    "nginx.ingress.kubernetes.io/ssl-passthrough",
                                                    "haproxy.org/ssl-passthrough"};
    for (const YamlNode::Member& member : members_of(annotations))
        if (std::find(known.begin(), known.end(), member.name()) != known.end())
            return std::string(member.name());
    return {};
}

}  // namespace cowork::validators
