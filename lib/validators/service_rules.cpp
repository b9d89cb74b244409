#include "validators/service_rules.hpp"

#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/secret_names.hpp"
#include "rules/standalone_gateway.hpp"

#include <algorithm>

namespace cowork::validators {
namespace {

constexpr std::array table{
    Rule{"configuration.invalid-value", Severity::error, "a value that the service refuses",
         "The service does not start with it.", "Set the key to a value of its kind, or remove the line."},
};

}  // namespace

std::span<const Rule> service_rules() { return table; }

std::vector<const rules::Service*> services_of(const config::Config& config) {
    std::vector<const rules::Service*> found;
    for (const rules::Service* service : rules::services())
        if (std::any_of(
                config.settings().begin(), config.settings().end(),
                [&](const config::Setting& setting) { return setting.key.starts_with(service->prefix); }))
            found.push_back(service);
    return found;
}

void judge_service(const rules::Service& service, config::Config& config, const Settings& settings,
                   const TextRange& fallback, Findings& findings) {
    rules::learn_secrets(findings.redactor(), config);
    const std::string tier = rules::cloud_server().full_name("DEPLOYMENT_TIER");
    if (&service == &rules::cloud_server() && settings.tier && config.find(tier) == nullptr)
        config.set(tier, Secret(rules::to_string(*settings.tier)), {"--tier", 0, 0, tier});
    for (const rules::Violation& violation : service.check(config)) findings.add(violation, fallback);
}

}  // namespace cowork::validators
