#include "checks/json_answers.hpp"
#include "smoke/cloud_access.hpp"
#include "smoke/cloud_talk.hpp"
#include "smoke/groups.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>

// Whom the Cloud lets in: nobody without a token, nobody with a wrong one, and who has the right one.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;

constexpr std::array closed_own{
    Reason{"cloud.open-access", Status::action_required,
           "the API answers without credentials: whoever reaches the server owns everything in it",
           "set AUTH_MODE to oidc or header, or keep the server on loopback", catalogue::Safety::disruptive},
};
constexpr auto closed_reasons = with_talk(closed_own, auth_none_reasons);

constexpr std::array bootstrap{"/api/config", "/api/workspace"};

// Ends the step unless the path is refused to that credential; `accepted` is the reason when it is served.
std::optional<Finding> expect_refusal(Layers& layers, Run& run, CloudTalk& cloud, std::string_view path,
                                      const Secret* bearer, std::string_view accepted) {
    if (auto broken = cloud.ask(cloud.request("GET", path, bearer), run.context.probe())) return broken;
    const int status = cloud.answer().status;
    if (status == 401 || status == 403) return std::nullopt;
    if (status != 200) return cloud.refused("GET " + std::string(path));
    if (cloud.lets_everybody_in()) return auth_none(layers);
    return layers.broke("closed", Status::action_required, accepted,
                        run.context.redactor.text("{} answers {} {}", cloud.target().where, path,
                                                  bearer == nullptr ? "to anybody" : "to a wrong token"));
}

Finding closed(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    for (const char* path : bootstrap)
        if (auto broken = expect_refusal(layers, run, cloud, path, nullptr, "cloud.open-access"))
            return std::move(*broken);
    return layers.ready("nobody gets in without a token"_safe);
}

constexpr std::array wrong_token_own{
    Reason{"cloud.wrong-token-accepted", Status::action_required,
           "the Cloud accepts a token that nobody was given",
           "take the server off the network, and check which version runs there",
           catalogue::Safety::disruptive},
};
constexpr auto wrong_token_reasons = with_talk(wrong_token_own, auth_none_reasons);

Finding wrong_token_refused(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    // In the shape of one, so that it is looked up.
    const Secret wrong(fmt::format("occ_tok_0000000000000000_{:A<43}", "cowork-smoke-wrong"));
    if (auto broken = expect_refusal(layers, run, cloud, "/api/config", &wrong, "cloud.wrong-token-accepted"))
        return std::move(*broken);
    return layers.ready("a wrong token is refused"_safe);
}

constexpr std::array served_own{
    Reason{"cloud.bootstrap-incomplete", Status::action_required,
           "the answers that Desktop and the browser begin with lack what they need",
           "check which version runs there"},
};
constexpr auto served_reasons = with_talk(served_own);

CloudAccess access_in(const nlohmann::json& config, const nlohmann::json& workspace) {
    CloudAccess access;
    access.tenant = checks::text_at(workspace, "tenantId");
    for (const char* key : {"localFiles", "localStdioMcps", "machineRuntimeConfig"})
        if (checks::text_at(object_in(workspace, "policy"), key) != "disabled")
            access.not_disabled += (access.not_disabled.empty() ? "" : ", ") + std::string(key);
    if (const auto agents = config.find("allowedAgents"); agents != config.end() && agents->is_array()) {
        access.agents.emplace();
        for (const auto& agent : *agents)
            if (agent.is_string()) access.agents->push_back(agent.get<std::string>());
    }
    return access;
}

Finding served(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (auto broken = cloud.expect(200, "GET", "/api/config")) return std::move(*broken);
    const auto config = cloud.document();
    if (auto broken = cloud.expect(200, "GET", "/api/workspace")) return std::move(*broken);
    const auto workspace = cloud.document();
    if (checks::text_at(config, "profileName").empty() || object_in(config, "features").empty() ||
        checks::text_at(workspace, "tenantId").empty() || checks::text_at(workspace, "userId").empty())
        return layers.broke("content", Status::action_required, "cloud.bootstrap-incomplete",
                            "profile, features, tenant or user are missing"_safe);
    run.facts<CloudAccess>() = access_in(config, workspace);
    layers.evidence("profile", run.context.redactor.clean(checks::text_at(config, "profileName")));
    layers.evidence("tenant", run.context.redactor.clean(checks::text_at(workspace, "tenantId")));
    layers.evidence("user", run.context.redactor.clean(checks::text_at(workspace, "userId")));
    return layers.ready("configuration and workspace are served"_safe);
}

constexpr std::array policy_reasons{
    Reason{"cloud.policy-not-disabled", Status::action_required,
           "the Cloud's workspace allows what belongs to a local machine only",
           "disable local files, local stdio MCPs and machine runtime configuration in the Cloud's policy"},
};

Finding local_disabled(Run& run) {
    Layers layers;
    const std::string& open = run.facts<CloudAccess>().not_disabled;
    if (!open.empty())
        return layers.broke("policy", Status::action_required, "cloud.policy-not-disabled",
                            run.context.redactor.text("not disabled: {}", open));
    return layers.ready("nothing of a local machine is allowed"_safe);
}

constexpr std::array request_id_own{
    Reason{"cloud.request-id-lost", Status::action_required,
           "the answer does not carry the request's id, so nobody finds it in the logs",
           "let the proxy pass X-Request-Id on, both ways"},
};
constexpr auto request_id_reasons = with_talk(request_id_own);

Finding request_id(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    probes::HttpCall call = cloud.request("GET", "/api/workspace", cloud.token());
    call.headers.emplace_back("X-Request-Id", run.mark());
    if (auto broken = cloud.ask(call, run.context.probe())) return std::move(*broken);
    if (cloud.answer().status != 200) return cloud.refused("GET /api/workspace");
    if (cloud.answer().header("x-request-id") != run.mark())
        return layers.broke("header", Status::action_required, "cloud.request-id-lost",
                            "the answer carries another X-Request-Id than the request"_safe);
    return layers.ready("a request is known by its id"_safe);
}

constexpr std::array identity_own{
    Reason{"cloud.wrong-identity", Status::degraded, "the Cloud does not take the token for an API token",
           "give an API token (it begins with occ_)"},
};
constexpr auto identity_reasons = with_talk(identity_own, auth_none_reasons);

Finding identified(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (cloud.lets_everybody_in()) return auth_none(layers);
    if (auto broken = cloud.expect(200, "GET", "/auth/me")) return std::move(*broken);
    const auto document = cloud.document();
    const auto& who = object_in(document, "principal");
    const std::string source = checks::text_at(who, "authSource");
    layers.evidence("auth_source", run.context.redactor.clean(source));
    layers.evidence("role", run.context.redactor.clean(checks::text_at(who, "role")));
    if (source != "api_token" || checks::text_at(who, "tokenId").empty())
        return layers.broke("identity", Status::degraded, "cloud.wrong-identity",
                            "the Cloud does not take the token for an API token"_safe);
    layers.evidence("token_id", run.context.redactor.clean(checks::text_at(who, "tokenId")));
    std::string scopes;
    for (const auto& scope : list_in(who, "tokenScopes"))
        if (scope.is_string()) scopes += (scopes.empty() ? "" : ", ") + scope.get<std::string>();
    layers.evidence("scopes", run.context.redactor.clean(scopes));
    return layers.ready(run.context.redactor.text("the token is known, with the scopes {}", scopes));
}

constexpr std::array needs_liveness{std::string_view{"cloud.liveness.answers"}};
constexpr std::array needs_served{std::string_view{"cloud.bootstrap.served"}};

auto make_steps() {
    Step nobody = cloud_step("cloud.bootstrap.closed", "Nobody gets in without a token");
    nobody.needs = needs_liveness;
    nobody.sends = "GET /api/config and /api/workspace without a token";
    nobody.expects = "401 or 403";
    nobody.reasons = closed_reasons;
    nobody.run = closed;

    Step wrong = cloud_step("cloud.bootstrap.wrong_token_refused", "Wrong token refused");
    wrong.needs = needs_liveness;
    wrong.sends = "GET /api/config with a token that nobody was given";
    wrong.expects = "401 or 403";
    wrong.reasons = wrong_token_reasons;
    wrong.run = wrong_token_refused;

    Step right = cloud_step("cloud.bootstrap.served", "Right token served");
    right.load = Load::read;
    right.needs = needs_liveness;
    right.sends = "GET /api/config and /api/workspace with the token";
    right.expects = "200, with profile, features, tenant and user";
    right.reasons = served_reasons;
    right.run = served;

    Step policy = cloud_step("cloud.workspace.local_disabled", "Local things disabled");
    policy.needs = needs_served;
    policy.sends = "nothing: reads the workspace's policy";
    policy.expects = "local files, local stdio MCPs and machine runtime configuration disabled";
    policy.reasons = policy_reasons;
    policy.run = local_disabled;

    Step id = cloud_step("cloud.request_id.echoed", "Request id echoed");
    id.needs = needs_served;
    id.sends = "GET /api/workspace with X-Request-Id";
    id.expects = "the same X-Request-Id";
    id.reasons = request_id_reasons;
    id.run = request_id;

    Step me = cloud_step("cloud.token.identified", "Token identified");
    me.needs = needs_served;
    me.sends = "GET /auth/me with the token";
    me.expects = "an API token, its id and scopes";
    me.reasons = identity_reasons;
    me.run = identified;

    return std::array{nobody, wrong, right, policy, id, me};
}

}  // namespace

std::span<const Step> cloud_access_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
