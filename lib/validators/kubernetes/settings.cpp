#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/secret_names.hpp"
#include "validators/kubernetes/checks.hpp"
#include "validators/kubernetes/container_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace cowork::validators {
namespace {

using rules::Violation;

// No deployment has as many containers of the product; each costs a whole judgement.
constexpr std::size_t most_judged = 50;

// What contract/cloud.md section 17.14 is about: the chart renders none of these, and without them the
// service refuses to start.
bool never_rendered(std::string_view key) {
    return key.starts_with("OPEN_COWORK_CLOUD_RETENTION_") ||
           key.starts_with("OPEN_COWORK_CLOUD_ISOLATION_IMAGE");
}

// Several roles take the same ConfigMap: what is wrong there is told once.
using Told = std::set<std::tuple<std::string_view, int, int, std::string>>;

class SettingsJudge {
  public:
    SettingsJudge(const ContainerChecks& at, Told& told) : at_(at), told_(told) {}

    void judge() {
        const KubernetesEnvironment& environment = at_.environment;
        rules::learn_secrets(at_.checks.findings.redactor(), environment.known);
        if (!decidable()) return;
        config::Config config = environment.completed(*at_.container.service);
        add_what_is_not_written(config);
        for (const Violation& violation : at_.container.service->check(config)) take(violation);
        if (!missing_.empty()) tell_missing();
    }

  private:
    // What decides about all other rules has to be known.
    [[nodiscard]] bool decidable() const {
        if (at_.container.service != &rules::cloud_server()) return true;
        if (!at_.environment.surely("OPEN_COWORK_CLOUD_ROLE")) return false;
        constexpr std::array deciding{"DEPLOYMENT_TIER", "AUTH_MODE", "EXECUTION_ISOLATION_MODE"};
        return std::none_of(deciding.begin(), deciding.end(), [&](const char* name) {
            return at_.environment.unknown.contains(rules::cloud_server().full_name(name));
        });
    }

    void add_what_is_not_written(config::Config& config) const {
        if (at_.container.service != &rules::cloud_server()) return;
        const auto& service = rules::cloud_server();
        if (const std::string tier = service.full_name("DEPLOYMENT_TIER");
            !at_.environment.sets(tier) && at_.checks.settings.tier)
            config.set(tier, Secret(rules::to_string(*at_.checks.settings.tier)), {});
    }

    void take(const Violation& violation) {
        const KubernetesEnvironment& environment = at_.environment;
        if (violation.key.empty() && (environment.open() || !environment.unknown.empty())) return;
        if (environment.unknown.contains(violation.key)) return;
        // What the reference names may be in a Secret that is not here.
        if (violation.reason_code == "configuration.unresolved-reference" && environment.open()) return;
        const bool set = violation.key.empty() || environment.sets(violation.key);
        if (!set && never_rendered(violation.key) && violation.reason_code == "configuration.missing-key") {
            missing_.push_back(violation.key);
            return;
        }
        const auto place = environment.places.find(violation.key);
        // Something that is not here may set it. Where it is written, but blank, that is less likely.
        if (!set && environment.open() && place == environment.places.end()) return;
        const bool doubtful = (!set && environment.open()) || violation.status == Status::degraded;
        tell(violation, place == environment.places.end() ? at_.container.where() : place->second,
             doubtful ? std::optional(Severity::warning) : std::nullopt);
    }

    void tell(const Violation& violation, const TextRange& where, std::optional<Severity> severity) {
        if (!told_.emplace(violation.reason_code, where.line, where.column, violation.key).second) return;
        at_.checks.findings.add(violation.reason_code, where, violation.key,
                                fmt::format("{}: {}", at_.spot(), violation.message), violation.remedy,
                                severity);
    }

    void tell_missing() {
        const bool open = at_.environment.open();
        const std::string where = open ? fmt::format("; {} is not among the manifests and has to hold them",
                                                     in_words(at_.environment.elsewhere))
                                       : std::string{};
        at_.checks.findings.add("kubernetes.settings-not-rendered", at_.container.where(), missing_.front(),
                                fmt::format("nothing here gives {} {}, without which it refuses to start{}",
                                            at_.spot(), in_words(missing_), where),
                                {}, open ? Severity::warning : Severity::error);
    }

    const ContainerChecks& at_;
    Told& told_;
    std::vector<std::string> missing_;
};

void check_metrics(const ContainerChecks& at) {
    if (at.container.service != &rules::channel_gateway()) return;
    const rules::ChannelGatewayView view = rules::view_channel_gateway(at.environment.known);
    struct Switch {
        std::string_view name;
        bool on;
    };
    for (const Switch& one :
         {Switch{"METRICS_ENABLED", view.metrics}, Switch{"DIAGNOSTICS_ENABLED", view.diagnostics}}) {
        const std::string key = rules::channel_gateway().full_name(one.name);
        const auto place = at.environment.places.find(key);
        if (one.on || place == at.environment.places.end()) continue;
        at.checks.findings.add("kubernetes.metrics-off", place->second, key,
                               fmt::format("{} is off, and cowork smoke has nothing to read", key));
    }
}

}  // namespace

std::string ContainerChecks::spot() const { return validators::spot(workload, container); }

void check_environments(const KubernetesChecks& checks) {
    std::size_t judged = 0;
    Told told;
    for (const KubernetesWorkload& workload : checks.manifests.workloads())
        for (const KubernetesContainer& container : workload.containers) {
            if (container.service == nullptr || container.init || !workload.lasting) continue;
            if (++judged > most_judged) return;
            const KubernetesEnvironment environment = environment_of(checks.manifests, workload, container);
            const ContainerChecks at{checks, workload, container, environment};
            SettingsJudge(at, told).judge();
            check_metrics(at);
            check_listening(at);
            check_replicas(at);
        }
}

}  // namespace cowork::validators
