#include "validators/compose/judge.hpp"

#include "rules/secret_names.hpp"
#include "validators/service_rules.hpp"
#include "validators/together/deployment.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace cowork::validators {
namespace {

using Broken = std::set<std::pair<std::string, std::string>>;  // rule and key

bool is_service_rule(std::string_view id) {
    const auto rules = service_rules();
    return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
}

// An env file that containers get settings from is by itself not what any service reads: what
// validate_env() found in it holds only where a container breaks the same rule.
class Judging {
  public:
    explicit Judging(const Settings& settings) : settings_(settings) {}

    void judge(const Deployment& deployment) {
        for (const ComposeProduct& product : deployment.products) {
            Findings& findings = *deployment.document->findings;
            rules::learn_secrets(findings.redactor(), product.environment.config);
            if (!product.runs_server || deployment.fragment) continue;
            std::vector<EnvDocument*> sources = product.environment.loaded;
            sources.insert(sources.end(), deployment.variable_files.begin(), deployment.variable_files.end());
            for (EnvDocument* env : sources) {
                rules::learn_secrets(env->document->findings->redactor(), product.environment.config);
                broken_[env];
            }
            for (rules::Violation& one : violations_of(product, settings_))
                report(product, std::move(one), findings);
        }
    }

    void settle() {
        for (auto& [env, broken] : broken_)
            env->document->findings->withdraw([&, &together = broken](std::string_view rule,
                                                                      std::string_view key) {
                return is_service_rule(rule) && together.count({std::string(rule), std::string(key)}) == 0;
            });
    }

  private:
    // Where the setting stands; of one that is missing, or stands in the Compose file, that is there.
    void report(const ComposeProduct& product, rules::Violation violation, Findings& here) {
        const auto place = product.environment.places.find(violation.key);
        if (place != product.environment.places.end() && place->second.env != nullptr) {
            EnvDocument& env = *place->second.env;
            broken_[&env].emplace(violation.reason_code, violation.key);
            if (env.document->findings->holds(violation.reason_code, violation.key)) return;
        } else {
            const TextRange where = product.environment.where(violation.key, product.service->where);
            // Services that share an anchor share the place, which is told once.
            if (!told_.emplace(&here, violation.reason_code, where.line, where.column, violation.key).second)
                return;
        }
        report_violation(product, std::move(violation), here);
    }

    const Settings& settings_;
    std::map<EnvDocument*, Broken> broken_;
    std::set<std::tuple<const Findings*, std::string_view, int, int, std::string>> told_;
};

}  // namespace

void judge_deployments(const std::vector<std::unique_ptr<Deployment>>& deployments,
                       const Settings& settings) {
    Judging judging(settings);
    for (const auto& one : deployments) judging.judge(*one);
    judging.settle();
}

}  // namespace cowork::validators
