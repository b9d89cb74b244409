#include "checks/cloud.hpp"
#include "checks/json_answers.hpp"
#include "checks/registry.hpp"
#include "rules/cloud_server.hpp"
#include "smoke/cloud_talk.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

// The Cloud's web role answers, is ready, and serves browsers and Desktop what they begin with.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;

constexpr std::array liveness_own{
    Reason{"cloud.no-web-role", Status::action_required,
           "a worker's or scheduler's liveness port answers, not the web role",
           "use the URL of the web role"},
};
constexpr auto liveness_reasons = with_talk(liveness_own);

Finding liveness(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (auto broken = cloud.ask(cloud.request("GET", "/livez", nullptr), run.context.probe()))
        return std::move(*broken);
    if (cloud.answer().status != 200) return cloud.refused("GET /livez");
    const auto document = cloud.document();
    if (!checks::true_at(document, "ok"))
        return layers.broke(
            "content", Status::action_required, "cloud.wrong-shape",
            run.context.redactor.text("{} does not answer /livez as the Cloud does", cloud.target().where));
    const std::string role = checks::text_at(document, "role");
    layers.evidence("role", run.context.redactor.clean(role));
    layers.evidence("profile", run.context.redactor.clean(checks::text_at(document, "profileName")));
    if (role != to_string(rules::CloudRole::web) && role != to_string(rules::CloudRole::all_in_one))
        return layers.broke("authority", Status::action_required, "cloud.no-web-role",
                            run.context.redactor.text("{} is no web role", cloud.target().where));
    return layers.ready(
        run.context.redactor.text("a Cloud in role {} answers at {}", role, cloud.target().where));
}

// The step that proves what a check of doctor proves is that check.
const checks::Check& readiness_check() { return *checks::find_check("workspace.cloud.sync.reachable"); }

Finding readiness(Run& run) { return readiness_check().run(run.context); }

constexpr std::array workbench_own{
    Reason{"workbench.not-built", Status::action_required, "the server has no browser build",
           "deploy the product's own server image"},
    Reason{"workbench.wrong-shape", Status::action_required, "the page is not the workbench",
           "check the proxy before the Cloud: another site answers there"},
    Reason{"workbench.cached", Status::action_required,
           "the page may be cached, so that browsers keep an old one after an update",
           "let the proxy pass the Cloud's Cache-Control on"},
    Reason{"workbench.csp-missing", Status::action_required, "the page has no content-security policy",
           "let the proxy pass the Cloud's headers on"},
    Reason{"workbench.csp-weak", Status::action_required,
           "the content-security policy lacks what keeps others' scripts and frames out",
           "let the proxy pass the Cloud's own policy on, unchanged"},
};
constexpr auto workbench_reasons = with_talk(workbench_own);

// Words of a directive of a content-security policy; its name first, empty when it is not there.
std::vector<std::string_view> directive(std::string_view policy, std::string_view name) {
    while (!policy.empty()) {
        const auto end = std::min(policy.find(';'), policy.size());
        std::string_view rest = policy.substr(0, end);
        policy.remove_prefix(std::min(end + 1, policy.size()));
        std::vector<std::string_view> words;
        while (!rest.empty()) {
            const auto begin = std::min(rest.find_first_not_of(" \t"), rest.size());
            rest.remove_prefix(begin);
            const auto length = std::min(rest.find_first_of(" \t"), rest.size());
            if (length > 0) words.push_back(rest.substr(0, length));
            rest.remove_prefix(length);
        }
        if (!words.empty() && words.front() == name) return words;
    }
    return {};
}

bool has_word(const std::vector<std::string_view>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

struct Directive {
    std::string_view name, word;
    bool alone = false;  // nothing besides
};
// connect-src may name the object store besides, where direct upload is attested.
constexpr std::array directives{Directive{"default-src", "'self'", true},
                                Directive{"script-src", "'self'", true}, Directive{"connect-src", "'self'"},
                                Directive{"frame-ancestors", "'none'", true}};

// The directives that are missing or too wide.
std::string weak_directives(std::string_view policy) {
    std::string weak;
    for (const Directive& one : directives) {
        const auto words = directive(policy, one.name);
        const bool wide = has_word(words, "*") || (one.alone && words.size() != 2);
        if (!has_word(words, one.word) || wide) weak += (weak.empty() ? "" : ", ") + std::string(one.name);
    }
    return weak;
}

std::optional<Finding> judge_policy(Layers& layers, const Run& run, std::string_view policy) {
    if (policy.empty())
        return layers.broke("csp", Status::action_required, "workbench.csp-missing",
                            "the page has no content-security policy"_safe);
    const std::string weak = weak_directives(policy);
    if (weak.empty()) return std::nullopt;
    layers.evidence("policy", run.context.redactor.clean(policy));
    return layers.broke("csp", Status::action_required, "workbench.csp-weak",
                        run.context.redactor.text("missing or too wide: {}", weak));
}

Finding workbench(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (auto broken = cloud.ask(cloud.request("GET", "/", nullptr), run.context.probe()))
        return std::move(*broken);
    const probes::HttpAnswer& page = cloud.answer();
    if (page.status == 404)
        return layers.broke("content", Status::action_required, "workbench.not-built",
                            "the server has no browser build"_safe);
    if (page.status != 200) return cloud.refused("GET /");
    const auto holds = [&](std::string_view text) { return page.body.find(text) != std::string::npos; };
    if (page.media_type() != "text/html" || !holds("cowork-bootstrap") || !holds("/app/assets/"))
        return layers.broke("content", Status::action_required, "workbench.wrong-shape",
                            "the page lacks the workbench's bootstrap element or its scripts"_safe);
    layers.passed("content", "the page has its bootstrap element and its scripts"_safe, page.timing.total);
    if (page.header("cache-control").find("no-store") == std::string_view::npos)
        return layers.broke("cache", Status::action_required, "workbench.cached",
                            "the page may be cached"_safe);
    if (auto broken = judge_policy(layers, run, page.header("content-security-policy")))
        return std::move(*broken);
    return layers.ready("the web workbench is served, with its content-security policy"_safe);
}

constexpr std::array sign_in_own{
    Reason{"sign-in.incomplete", Status::action_required,
           "what Desktop needs to sign in with is not complete",
           "set OIDC_ISSUER_URL and OIDC_CLIENT_ID, and restart the server", catalogue::Safety::disruptive},
};
constexpr auto sign_in_reasons = with_talk(sign_in_own);

Finding sign_in(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (auto broken = cloud.ask(cloud.request("GET", "/auth/desktop/config", nullptr), run.context.probe()))
        return std::move(*broken);
    if (cloud.answer().status == 404)
        return layers.ready("Desktop signs in with a token: the Cloud uses no OpenID Connect"_safe);
    if (cloud.answer().status != 200) return cloud.refused("GET /auth/desktop/config");
    const auto document = cloud.document();
    std::string missing;
    for (const char* key : {"issuerUrl", "clientId", "scope"})
        if (checks::text_at(document, key).empty())
            missing += (missing.empty() ? "" : ", ") + std::string(key);
    if (checks::text_at(document, "mode") != "oidc" || !missing.empty())
        return layers.broke("content", Status::action_required, "sign-in.incomplete",
                            run.context.redactor.text("missing: {}", missing.empty() ? "mode" : missing));
    layers.evidence("issuer", run.context.redactor.clean(checks::text_at(document, "issuerUrl")));
    return layers.ready("Desktop is told how to sign in"_safe);
}

constexpr std::array every_cloud{catalogue::Intent::cloud_connect, catalogue::Intent::full_hybrid,
                                 catalogue::Intent::cloud_gateway};
constexpr std::array needs_liveness{std::string_view{"cloud.liveness.answers"}};

// Made at its first use: its reasons are those of checks in other files.
auto make_steps() {
    Step live = cloud_step("cloud.liveness.answers", "Cloud answers");
    live.scenarios = every_cloud;
    live.load = Load::read;
    live.sends = "GET /livez";
    live.expects = "200, a Cloud's web role";
    live.reasons = liveness_reasons;
    live.run = liveness;

    Step ready = cloud_step("cloud.readiness.complete", "Cloud ready, with every component");
    ready.load = Load::read;
    ready.needs = needs_liveness;
    ready.sends = "GET /livez and /readyz";
    ready.expects = "200, every named check ok";
    ready.reasons = readiness_check().reasons;
    ready.run = readiness;

    Step page = cloud_step("cloud.workbench.served", "Web workbench served");
    page.load = Load::read;
    page.needs = needs_liveness;
    page.sends = "GET /";
    page.expects = "the workbench's page, not cached, with its content-security policy";
    page.reasons = workbench_reasons;
    page.run = workbench;

    Step desktop = cloud_step("cloud.sign_in.complete", "Desktop's sign-in complete");
    desktop.load = Load::read;
    desktop.needs = needs_liveness;
    desktop.sends = "GET /auth/desktop/config";
    desktop.expects = "404 without OpenID Connect, else issuer, client and scope";
    desktop.reasons = sign_in_reasons;
    desktop.run = sign_in;

    return std::array{live, ready, page, desktop};
}

}  // namespace

std::span<const Step> cloud_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
