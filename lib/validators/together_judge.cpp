#include "rules/secret_names.hpp"
#include "validators/compose_judge.hpp"
#include "validators/service_rules.hpp"
#include "validators/together_deployment.hpp"

#include <map>
#include <set>
#include <utility>

namespace cowork::validators {
namespace {

using Broken = std::set<std::pair<std::string, std::string>>;  // reason code and key

// What an env file breaks when it is read by itself, as validate_env() did.
Broken broken_alone(const EnvDocument& env, const Settings& settings) {
    config::Config config;
    for (const config::EnvEntry& entry : env.file.entries) config.set(entry.key, entry.value.clone(), entry.where);
    Broken broken;
    const std::string tier = rules::cloud_server().full_name("DEPLOYMENT_TIER");
    for (const rules::Service* service : services_of(config)) {
        if (service == &rules::cloud_server() && settings.tier && config.find(tier) == nullptr)
            config.set(tier, Secret(rules::to_string(*settings.tier)), {});
        for (const rules::Violation& one : service->check(config)) broken.emplace(one.reason_code, one.key);
    }
    return broken;
}

// An env file that containers get settings from: by itself it is not what any service reads.
struct Share {
    Broken alone, together;
};

class Judging {
  public:
    explicit Judging(const Settings& settings) : settings_(settings) {}

    void judge(const Deployment& deployment) {
        for (const ComposeProduct& product : deployment.products) {
            Findings& findings = *deployment.document->findings;
            rules::learn_secrets(findings.redactor(), product.environment.config);
            if (!product.runs_server || deployment.fragment) continue;
            std::vector<Share*> shares;
            for (EnvDocument* env : product.environment.loaded) shares.push_back(&share_of(*env));
            for (EnvDocument* env : deployment.variable_files) shares.push_back(&share_of(*env));
            for (EnvDocument* env : product.environment.loaded)
                rules::learn_secrets(env->document->findings->redactor(), product.environment.config);
            for (rules::Violation& one : violations_of(product, settings_)) report(product, one, shares, findings);
        }
    }

    // Takes back what an env file breaks only as long as the rest is not known.
    void settle() {
        for (auto& [env, share] : shares_)
            env->document->findings->withdraw([&, &broken = share](std::string_view rule, std::string_view key) {
                const std::pair<std::string, std::string> one{rule, key};
                return broken.alone.count(one) > 0 && broken.together.count(one) == 0;
            });
    }

  private:
    Share& share_of(EnvDocument& env) {
        const auto [found, fresh] = shares_.try_emplace(&env);
        if (fresh) found->second.alone = broken_alone(env, settings_);
        return found->second;
    }

    static void report(const ComposeProduct& product, rules::Violation& violation,
                       const std::vector<Share*>& shares, Findings& findings) {
        const std::pair<std::string, std::string> one{violation.reason_code, violation.key};
        bool said = false;
        for (Share* share : shares) {
            share->together.insert(one);
            said = said || share->alone.count(one) > 0;
        }
        if (!said) report_violation(product, std::move(violation), findings);
    }

    const Settings& settings_;
    std::map<EnvDocument*, Share> shares_;
};

}  // namespace

void judge_deployments(const std::vector<std::unique_ptr<Deployment>>& deployments, const Settings& settings) {
    Judging judging(settings);
    for (const auto& one : deployments) judging.judge(*one);
    judging.settle();
}

}  // namespace cowork::validators
