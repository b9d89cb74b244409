#include "validators/helm/checks.hpp"

#include <fmt/format.h>

#include <array>

namespace cowork::validators {
namespace {

// What the chart demands of public_production, contract/cloud.md section 11. Inline secrets have a rule of
// their own.
struct Demand {
    std::string_view path;
    bool wanted;
    std::string_view why;
};
constexpr std::array demands{
    Demand{"cloud.runMigrations", false, "the migration runs once, as a job with a login of its own"},
    Demand{"image.digest", true, "the deployment is bound to what was tested"},
    Demand{"networkPolicy.enabled", true, "only the ingress controller may reach the pods"},
    Demand{"networkPolicy.ingress.from", true, "it names who may reach the pods"},
    Demand{"cloud.allowInsecureAuth", false, "it is a switch for demonstrations"},
    Demand{"cloud.allowInsecurePublicAuth", false, "it is a switch for demonstrations"},
    Demand{"cloud.cookieSecure", true, "browser sessions stay off plain http"},
    Demand{"roles.web.enabled", true, "every role runs"},
    Demand{"roles.worker.enabled", true, "every role runs"},
    Demand{"roles.scheduler.enabled", true, "every role runs"},
    Demand{"cloud.auth.signupMode", true, "it says who may join"},
    Demand{"cloud.publicUrl", true, "redirects and cookies are built on it"},
    Demand{"cloud.existingSecret", true, "credentials stay out of the values"},
    Demand{"cloud.objectStore.bucket", true, "artifacts are kept in a bucket"},
    Demand{"roles.web.autoProcessCommands", false, "commands are the workers' business"},
    Demand{"cloud.checkpoints.enabled", true, "another worker can take a session over"},
};

void check_demand(const HelmChecks& checks, const Demand& demand) {
    const std::optional<bool> truth = checks.values.truth(demand.path);
    if (!truth || *truth == demand.wanted) return;
    checks.add("helm.public-production", demand.path,
               fmt::format("{} is {}, but in public_production {}", demand.path,
                           *truth                                          ? "set"
                           : checks.values.at(demand.path).node == nullptr ? "not set"
                                                                           : "off or empty",
                           demand.why));
}

void check_words(const HelmChecks& checks) {
    const HelmValues& values = checks.values;
    const auto tell = [&](std::string_view path, std::string_view message) {
        checks.add("helm.public-production", path, std::string(message));
    };
    if (values.text("cloud.auth.mode") == "none")
        tell("cloud.auth.mode", "cloud.auth.mode is none, but public_production needs oidc or header");
    if (values.text("cloud.objectStore.kind") == "filesystem")
        tell("cloud.objectStore.kind",
             "cloud.objectStore.kind is filesystem, but public_production keeps artifacts in a bucket");
    if (values.text("cloud.auth.mode") == "header" && values.surely("cloud.auth.headerAllowUnsigned"))
        tell("cloud.auth.headerAllowUnsigned",
             "cloud.auth.headerAllowUnsigned lets anybody name themselves, which public_production refuses");
    if (values.surely("cloudSqlProxy.enabled") && values.surely_not("cloudSqlProxy.image.digest"))
        tell("cloudSqlProxy.image.digest",
             "cloudSqlProxy.image.digest is not set, but in public_production the proxy is pinned too");
}

}  // namespace

void check_production(const HelmChecks& checks) {
    for (const Demand& demand : demands) check_demand(checks, demand);
    check_words(checks);
}

}  // namespace cowork::validators
