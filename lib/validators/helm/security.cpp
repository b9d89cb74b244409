#include "validators/helm/checks.hpp"
#include "validators/kubernetes/objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using config::YamlNode;

struct Expectation {
    std::string_view rule, path, wanted;
};
constexpr std::array expectations{
    Expectation{"helm.runs-as-root", "podSecurityContext.runAsNonRoot", "true"},
    Expectation{"helm.seccomp-unset", "podSecurityContext.seccompProfile.type", "RuntimeDefault"},
    Expectation{"helm.root-writable", "containerSecurityContext.readOnlyRootFilesystem", "true"},
};

void check_port(const HelmChecks& checks, std::string_view path) {
    const HelmValues::Value value = checks.values.at(path);
    if (!value.known || value.node == nullptr) return;
    constexpr long long last_port = 65535;
    const auto port = integer_of(value.node);
    // 0 of a liveness port has a rule of its own.
    if (port == 0 && path.ends_with("livenessPort")) return;
    if (port && *port > 0 && *port <= last_port) return;
    checks.add("helm.port-invalid", path, fmt::format("{} is no whole number from 1 to 65535", path));
}

void check_capabilities(const HelmChecks& checks) {
    constexpr std::string_view path = "containerSecurityContext.capabilities.drop";
    const HelmValues::Value value = checks.values.at(path);
    if (!value.known) return;
    const auto& dropped = items_of(value.node);
    if (std::none_of(dropped.begin(), dropped.end(),
                     [](const YamlNode* one) { return text_of(one) == "ALL"; }))
        checks.add("helm.capabilities-kept", path, fmt::format("{} does not hold ALL", path));
}

}  // namespace

void check_security(const HelmChecks& checks) {
    for (const Expectation& one : expectations) {
        const HelmValues::Value value = checks.values.at(one.path);
        const bool as_wanted = one.wanted == "true" ? is_true(value.node) : text_of(value.node) == one.wanted;
        if (value.known && !as_wanted)
            checks.add(one.rule, one.path, fmt::format("{} is not {}", one.path, one.wanted));
    }
    check_capabilities(checks);
    for (const std::string_view path :
         {"service.port", "gateway.port", "roles.web.port", "roles.worker.livenessPort",
          "roles.scheduler.livenessPort", "cloudSqlProxy.port", "cloudSqlProxy.healthCheck.port"})
        check_port(checks, path);
}

}  // namespace cowork::validators
