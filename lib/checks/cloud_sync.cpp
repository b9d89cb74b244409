#include "checks/clock.hpp"
#include "checks/cloud.hpp"
#include "checks/cloud_target.hpp"
#include "checks/json_answers.hpp"
#include "rules/cloud_server.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace cowork::checks {
namespace {

constexpr std::array own{
    Reason{"cloud.http-status", Status::offline, "a status that the Cloud does not give",
           "check which service listens there, and the proxy before it"},
    Reason{"cloud.wrong-shape", Status::offline, "the answer is not the Cloud's",
           "correct the URL: it is the Cloud's own, without a path"},
    Reason{"cloud.redirect", Status::offline, "the URL leads somewhere else", "use the URL that it leads to"},
    Reason{"cloud.no-web-role", Status::offline,
           "a worker's or scheduler's liveness port answers, not the Cloud's web role",
           "use the URL of the web role"},
    Reason{"cloud.draining", Status::offline, "the server is shutting down",
           "wait for its successor, or start the server again"},
    Reason{"cloud.readiness-not-wired", Status::offline, "the server was built without its readiness checks",
           "deploy the product's own server image", catalogue::Safety::disruptive},
    Reason{"cloud.control-plane-failing", Status::offline, "the server's database fails",
           "check cloud.database.migrated, and run the migrations", catalogue::Safety::disruptive},
    Reason{"cloud.object-store-failing", Status::offline, "the server's object store fails",
           "check cloud.object_store.configured"},
    Reason{"cloud.secret-adapter-failing", Status::offline, "the server cannot encrypt and decrypt",
           "check SECRET_KEY or SECRET_KEY_REF; a lost key cannot be replaced by another"},
    Reason{"cloud.billing-failing", Status::offline, "the server's billing adapter fails",
           "check BILLING_PROVIDER and its secrets"},
    Reason{"cloud.auth-config-failing", Status::offline, "the server's sign-in is not configured whole",
           "check AUTH_MODE and what it needs: run cowork setup cloud-connect --server"},
    Reason{"cloud.role-dependencies-failing", Status::offline, "the server lacks what its role needs",
           "check the checkpoints and their store"},
    Reason{"cloud.isolation-failing", Status::offline,
           "the server has no verified isolation to run agents in",
           "check the sandbox's image and digest, and Docker"},
    Reason{"cloud.direct-upload-failing", Status::offline,
           "direct upload to the object store is not attested",
           "switch ARTIFACT_DIRECT_UPLOAD_MODE off, or mend what the detail names"},
    Reason{"cloud.not-ready", Status::offline, "the server says that it is not ready",
           "look at the server's log"},
    Reason{"cloud.clock-skew", Status::action_required, "the clocks are more than a minute apart",
           "switch time synchronisation on, on both machines"},
};
constexpr auto reasons = joined(cloud_transport_reasons, expiry_reasons<"cloud">(), own);

// What each component of /readyz is called here.
struct Component {
    std::string_view name;
    std::string_view reason;
    bool always = false;  // in every report of a server that is not shutting down
};
constexpr std::array components{
    Component{"draining", "cloud.draining"},
    Component{"readiness_config", "cloud.readiness-not-wired"},
    Component{"control_plane", "cloud.control-plane-failing", true},
    Component{"object_store", "cloud.object-store-failing", true},
    Component{"secret_adapter", "cloud.secret-adapter-failing", true},
    Component{"billing_adapter", "cloud.billing-failing", true},
    Component{"auth_config", "cloud.auth-config-failing", true},
    Component{"role_dependencies", "cloud.role-dependencies-failing", true},
    Component{"execution_isolation", "cloud.isolation-failing", true},
    Component{"artifact_direct_upload", "cloud.direct-upload-failing"},
};

// A report without one of its components is not the Cloud's, however well it sounds.
std::string_view absent_component(const Readyz& readyz) {
    const auto absent = std::find_if(components.begin(), components.end(), [&](const Component& component) {
        return component.always && readyz.find(component.name) == nullptr;
    });
    return absent == components.end() ? std::string_view{} : absent->name;
}

std::optional<Finding> odd_status(Layers& layers, const Context& context, const CloudTarget& target,
                                  const probes::HttpAnswer& answer, std::string_view path) {
    if (answer.status >= 300 && answer.status < 400)
        return layers.broke("http", Status::offline, "cloud.redirect",
                            context.redactor.text("{} sends {} elsewhere, to {}", target.where, path,
                                                  answer.header("location")));
    const bool html = answer.media_type() == "text/html";
    return layers.broke(
        html ? "content" : "http", Status::offline, html ? "cloud.wrong-shape" : "cloud.http-status",
        html ? context.redactor.text("{} answers a web page on {}: that is not the Cloud", target.where, path)
             : context.redactor.text("{} answers status {} on {}", target.where, answer.status, path));
}

std::optional<Finding> alive(Layers& layers, const Context& context, const CloudTarget& target,
                             const probes::HttpAnswer& answer) {
    if (answer.status != 200) return odd_status(layers, context, target, answer, "/livez");
    const auto document = object_of(answer);
    if (!document || !true_at(*document, "ok"))
        return layers.broke(
            "content", Status::offline, "cloud.wrong-shape",
            context.redactor.text("{} does not answer /livez as the Cloud does", target.where));
    const std::string role = text_at(*document, "role");
    if (role != to_string(rules::CloudRole::web) && role != to_string(rules::CloudRole::all_in_one))
        return layers.broke("authority", Status::offline, "cloud.no-web-role",
                            context.redactor.text("{} is no web role of the Cloud", target.where));
    layers.evidence("role", context.redactor.clean(role));
    layers.evidence("profile", context.redactor.clean(text_at(*document, "profileName")));
    layers.passed("content", context.redactor.text("a Cloud in role {}", role));
    return std::nullopt;
}

std::optional<Finding> ready(Layers& layers, const Context& context, const CloudTarget& target,
                             const probes::HttpAnswer& answer) {
    const auto readyz = readyz_of(answer);
    if (!readyz && answer.status != 200 && answer.status != 503)
        return odd_status(layers, context, target, answer, "/readyz");
    if (!readyz)
        return layers.broke(
            "content", Status::offline, "cloud.wrong-shape",
            context.redactor.text("{} does not answer /readyz as the Cloud does", target.where));
    layers.evidence("readyz_checks", static_cast<std::int64_t>(readyz->checks.size()));
    std::string names;
    for (const ReadyzCheck& check : readyz->checks) {
        if (check.ok) continue;
        names += names.empty() ? check.name : ", " + check.name;
        layers.evidence("failing", context.redactor.text("{}: {}", check.name, check.detail));
    }
    for (const Component& component : components) {
        const ReadyzCheck* check = readyz->find(component.name);
        if (check != nullptr && !check->ok)
            return layers.broke(
                "readiness", Status::offline, component.reason,
                context.redactor.text("the Cloud at {} is not ready: {}", target.where, names));
    }
    if (!readyz->ok)
        return layers.broke(
            "readiness", Status::offline, "cloud.not-ready",
            names.empty() ? context.redactor.text("the Cloud at {} is not ready", target.where)
                          : context.redactor.text("the Cloud at {} is not ready: {}", target.where, names));
    if (const auto absent = absent_component(*readyz); !absent.empty())
        return layers.broke("content", Status::offline, "cloud.wrong-shape",
                            context.redactor.text("/readyz of {} says nothing of {}", target.where, absent));
    layers.passed("readiness", context.redactor.text("{} checks of its own pass", readyz->checks.size()));
    return std::nullopt;
}

Finding sync_reachable(const Context& context) {
    Layers layers;
    CloudTarget target;
    if (auto broken = cloud_policy(layers, context, target)) return std::move(*broken);
    const std::array asked{cloud_request(target, context, "/livez"),
                           cloud_request(target, context, "/readyz")};
    const auto answers = context.http.fetch(asked, context.probe());
    for (const auto& answer : answers)
        if (auto broken = judge_cloud_transport(layers, context, target, answer, Status::offline))
            return std::move(*broken);
    if (auto broken = alive(layers, context, target, answers[0])) return std::move(*broken);
    if (auto broken = ready(layers, context, target, answers[1])) return std::move(*broken);
    if (auto broken = judge_clock(layers, context, answers[0], "cloud.clock-skew", target.where))
        return std::move(*broken);
    if (auto broken = judge_expiry(layers, context, answers[0], tls_codes<"cloud">(), target.where))
        return std::move(*broken);
    return layers.ready(context.redactor.text("the Cloud at {} is up and ready", target.where));
}

// ---------------------------------------------------------------- cloud.execution_isolation.verified

constexpr std::array isolation_own{
    Reason{"isolation.unverified", Status::degraded,
           "agents run without an isolation that the server could verify",
           "use the sandbox with Docker and an image of a known digest"},
    Reason{"isolation.failing", Status::action_required, "the server's isolation fails",
           "mend what the reason in the evidence names"},
    Reason{"isolation.not-visible", Status::unknown,
           "the web role does not run agents, and the workers' isolation cannot be seen over HTTP",
           "look at the workers' own start-up log"},
    Reason{"isolation.not-told", Status::unknown, "/readyz could not be read",
           "mend workspace.cloud.sync.reachable first"},
};
constexpr auto isolation_reasons = joined(cloud_transport_reasons, isolation_own);

// Whether the detail, fields with semicolons between, has exactly that one.
bool has_field(std::string_view detail, std::string_view field) {
    while (!detail.empty()) {
        const auto end = std::min(detail.find(';'), detail.size());
        if (detail.substr(0, end) == field) return true;
        detail.remove_prefix(std::min(end + 1, detail.size()));
    }
    return false;
}

Finding isolation_verified(const Context& context) {
    Layers layers;
    CloudTarget target;
    if (auto broken = cloud_policy(layers, context, target)) {
        broken->because = "workspace.cloud.sync.reachable";
        return std::move(*broken);
    }
    const auto answer = context.http.fetch_one(cloud_request(target, context, "/readyz"), context.probe());
    if (auto broken = judge_cloud_transport(layers, context, target, answer, Status::unknown)) {
        broken->because = "workspace.cloud.sync.reachable";
        return std::move(*broken);
    }
    const auto readyz = readyz_of(answer);
    const ReadyzCheck* check = readyz ? readyz->find("execution_isolation") : nullptr;
    if (check == nullptr)
        return layers.broke("readiness", Status::unknown, "isolation.not-told",
                            "the Cloud does not tell of its isolation"_safe);
    layers.evidence("detail", context.redactor.clean(check->detail));
    if (!check->ok)
        return layers.broke("isolation", Status::action_required, "isolation.failing",
                            "the Cloud's execution isolation fails"_safe);
    if (check->detail == "not_applicable" || check->detail.empty())
        return layers.broke("isolation", Status::unknown, "isolation.not-visible",
                            "this role runs no agents, so its answer says nothing of the workers"_safe);
    if (!has_field(check->detail, "verified=true"))
        return layers.broke("isolation", Status::degraded, "isolation.unverified",
                            "agents run without verified isolation"_safe);
    return layers.ready("agents run in verified isolation"_safe);
}

using catalogue::Intent;
constexpr std::array sync_paths{Intent::cloud_connect, Intent::full_hybrid, Intent::cloud_gateway};
constexpr std::array isolation_paths{Intent::cloud_connect, Intent::full_hybrid};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};

constexpr std::array rows{
    Check{.id = "workspace.cloud.sync.reachable",
          .label = "Cloud sync reachable",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = Status::offline,
          .looks_at =
              "The Cloud's URL, its certificate, /livez and every component of /readyz, and its clock "
              "against this machine's.",
          .docs = docs,
          .needs = {},
          .ready_when = sync_paths,
          .also_for = {},
          .reasons = reasons,
          .run = sync_reachable},
};
constexpr std::array isolation_rows{
    Check{.id = "cloud.execution_isolation.verified",
          .label = "Cloud execution isolation verified",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = Status::action_required,
          .looks_at = "What /readyz tells of the isolation that agents run in.",
          .docs = docs,
          .needs = {},
          .ready_when = {},
          .also_for = {},
          .reasons = isolation_reasons,
          .run = isolation_verified,
          .shown_for = isolation_paths},
};

}  // namespace

std::span<const Check> cloud_sync_checks() { return rows; }
std::span<const Check> cloud_isolation_checks() { return isolation_rows; }

}  // namespace cowork::checks
