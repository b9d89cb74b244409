#include "checks/json_answers.hpp"
#include "core/timestamp.hpp"
#include "net/url.hpp"
#include "report/model.hpp"
#include "smoke/channel_leftovers.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/cloud_parts.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>

// A token for the gateway: short-lived, of one scope, able to do what it is for and nothing else.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using checks::text_at;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::chrono::minutes lifetime{15};
// Of the clocks and the way.
constexpr std::chrono::minutes tolerance{2};

std::string text_of(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

bool only_gateway(const json& object, std::string_view key) {
    return list_in(object, key) == json::array({"gateway"});
}

constexpr std::array minted_own{
    Reason{"token.scope-widened", Status::action_required, "the token has other scopes than were asked for",
           "revoke the token, and look at the Cloud's version"},
    Reason{"token.expiry-ignored", Status::action_required, "the token does not end when it was asked to",
           "revoke the token, and look at the Cloud's version and clock"},
    Reason{"token.not-listed", Status::action_required, "the token is not in the list of tokens",
           "look at the Cloud's log and version"},
};
constexpr auto minted_reasons = with_cloud(minted_own);

// The plaintext comes once. Nothing may show it from here on.
void keep(Run& run, json& answer) {
    auto& facts = run.facts<ChannelFacts>();
    facts.token_id = text_at(object_in(answer, "token"), "tokenId");
    std::string plaintext = text_at(answer, "plaintext");
    facts.token = Secret(plaintext);
    run.learn(facts.token);
    cleanse(plaintext);
    const auto held = answer.find("plaintext");
    if (held != answer.end() && held->is_string()) cleanse(held->get_ref<std::string&>());
}

std::optional<Finding> judge_minted(Layers& layers, Run& run, const json& token,
                                    std::chrono::system_clock::time_point asked) {
    if (!only_gateway(token, "scopes"))
        return layers.broke("scopes", Status::action_required, "token.scope-widened",
                            "the token has other scopes than gateway"_safe);
    const auto ends = parse_timestamp(text_at(token, "expiresAt"));
    if (!ends || *ends > asked + tolerance || *ends < asked - tolerance)
        return layers.broke(
            "expiry", Status::action_required, "token.expiry-ignored",
            run.context.redactor.text("asked for {}, the token ends {}", report::utc_timestamp(asked),
                                      text_at(token, "expiresAt")));
    layers.passed("minted", "of scope gateway alone, for a quarter of an hour"_safe);
    return std::nullopt;
}

bool lists(const json& document, const std::string& token_id) {
    const json& tokens = list_in(document, "tokens");
    return std::any_of(tokens.begin(), tokens.end(), [&](const json& token) {
        return token.is_object() && text_at(token, "tokenId") == token_id;
    });
}

Finding minted(Run& run) {
    Layers layers;
    const std::string name = run.mark();
    const auto ends = std::chrono::system_clock::now() + lifetime;
    run.undo.push(undo_of_token(run, name));
    const json body{
        {"name", name}, {"scopes", json::array({"gateway"})}, {"expiresAt", report::utc_timestamp(ends)}};
    json answer;
    if (auto broken = ask_admin(layers, run, {"POST", "/api/api-tokens", text_of(body), 201}, answer))
        return std::move(*broken);
    keep(run, answer);
    const auto& facts = run.facts<ChannelFacts>();
    if (facts.token.empty() || facts.token_id.empty())
        return layers.broke("content", Status::action_required, "cloud.wrong-shape",
                            "the answer holds no token"_safe);
    if (auto broken = judge_minted(layers, run, object_in(answer, "token"), ends)) return std::move(*broken);
    json listed;
    if (auto broken = ask_admin(layers, run, {"GET", "/api/api-tokens?limit=500"}, listed))
        return std::move(*broken);
    if (!lists(listed, facts.token_id))
        return layers.broke("listed", Status::action_required, "token.not-listed",
                            "the token is not in the list of tokens"_safe);
    return layers.ready("a short-lived token of scope gateway was made"_safe);
}

constexpr std::array recognised_own{
    Reason{"token.not-accepted", Status::action_required, "the Cloud does not accept the token that it made",
           "look at the Cloud's log and version, and at a proxy in between"},
    Reason{"token.other-identity", Status::action_required,
           "the Cloud takes the token for somebody else, or for other scopes",
           "look at the Cloud's version, and at a proxy in between that signs in for it"},
    Reason{"token.proves-nothing", Status::unknown,
           "the Cloud takes everybody for its owner, so a refused token proves nothing",
           "set AUTH_MODE on the Cloud to oidc or header", catalogue::Safety::disruptive},
};
constexpr auto recognised_reasons = with_cloud(recognised_own);

// With auth mode none a good token is who it is, and a bad one is the owner: only asking without any shows
// it.
Finding recognised(Run& run) {
    Layers layers;
    const auto& facts = run.facts<ChannelFacts>();
    probes::HttpAnswer answer;
    if (auto broken = ask_as(layers, run, &facts.token, {"GET", "/auth/me"}, answer))
        return std::move(*broken);
    if (answer.status == 401)
        return layers.broke("sign-in", Status::action_required, "token.not-accepted",
                            "the Cloud does not accept the token that it made"_safe);
    const auto document = answer.status == 200 ? checks::object_of(answer) : std::nullopt;
    if (!document)
        return layers.broke(
            "http", Status::action_required, "cloud.http-status",
            run.context.redactor.text("the Cloud answers status {} to GET /auth/me", answer.status));
    const json& principal = object_in(*document, "principal");
    if (text_at(principal, "authSource") != "api_token" || text_at(principal, "tokenId") != facts.token_id ||
        !only_gateway(principal, "tokenScopes"))
        return layers.broke("identity", Status::action_required, "token.other-identity",
                            run.context.redactor.text("the Cloud takes the token for a {}",
                                                      text_at(principal, "authSource")));
    layers.passed("identity", "the Cloud knows the token and its scope"_safe);
    if (auto broken = ask_as(layers, run, nullptr, {"GET", "/auth/me"}, answer)) return std::move(*broken);
    if (answer.status == 200)
        return layers.broke("sign-in", Status::unknown, "token.proves-nothing",
                            "the Cloud takes everybody for its owner"_safe);
    return layers.ready("the Cloud knows the token, and nobody without one"_safe);
}

constexpr std::array least_own{
    Reason{"token.makes-agents", Status::action_required, "a token of scope gateway may make agents",
           "revoke the gateway's tokens, and update the Cloud", catalogue::Safety::disruptive},
    Reason{"token.mints-tokens", Status::action_required, "a token of scope gateway may make tokens",
           "revoke the gateway's tokens, and update the Cloud", catalogue::Safety::disruptive},
};
constexpr auto least_reasons = with_cloud(least_own);

// What the token must not do. Should it be done all the same, it is undone.
std::optional<Finding> expect_forbidden(Layers& layers, Run& run, const AdminCall& asked, Undo undo,
                                        std::string_view reason, std::string_view what) {
    run.undo.push(std::move(undo));
    probes::HttpAnswer answer;
    if (auto broken = ask_as(layers, run, &run.facts<ChannelFacts>().token, asked, answer)) return broken;
    if (answer.status >= 200 && answer.status < 300)
        return layers.broke("forbidden", Status::action_required, reason,
                            run.context.redactor.text("the gateway's token may {}", what));
    if (answer.status != 403)
        return layers.broke("http", Status::action_required, "cloud.http-status",
                            run.context.redactor.text("the Cloud answers status {} to {} {}", answer.status,
                                                      asked.method, asked.path));
    run.undo.forget_last();
    layers.passed("forbidden", run.context.redactor.text("it may not {}", what));
    return std::nullopt;
}

Finding least_privilege(Run& run) {
    Layers layers;
    const std::string name = run.mark() + "-forbidden";
    const json agent{{"agentId", name}, {"name", name}, {"profileName", run.wishes.profile}};
    if (auto broken = expect_forbidden(layers, run, {"POST", "/api/channels/agents", text_of(agent)},
                                       undo_of_agent(run, name), "token.makes-agents", "make agents"))
        return std::move(*broken);
    const auto ends = std::chrono::system_clock::now() + lifetime;
    const json token{
        {"name", name}, {"scopes", json::array({"gateway"})}, {"expiresAt", report::utc_timestamp(ends)}};
    if (auto broken = expect_forbidden(layers, run, {"POST", "/api/api-tokens", text_of(token)},
                                       undo_of_token(run, name), "token.mints-tokens", "make tokens"))
        return std::move(*broken);
    return layers.ready("the gateway's token may make neither agents nor tokens"_safe);
}

constexpr std::array granted_own{
    Reason{"token.ungranted-served", Status::action_required,
           "a token of scope gateway may use a binding that it was not granted",
           "revoke the gateway's tokens, and update the Cloud", catalogue::Safety::disruptive},
    Reason{"token.grant-not-recorded", Status::action_required,
           "the Cloud does not say that the token has the binding", "look at the Cloud's log and version"},
    Reason{"token.grant-without-effect", Status::action_required,
           "the token may not use the binding that it was granted", "look at the Cloud's log and version"},
};
constexpr auto granted_reasons = with_cloud(granted_own);

Finding granted(Run& run) {
    Layers layers;
    const auto& facts = run.facts<ChannelFacts>();
    int status = 0;
    if (auto broken = try_binding(layers, run, status)) return std::move(*broken);
    if (status == 200)
        return layers.broke("before", Status::action_required, "token.ungranted-served",
                            "the token may use a binding that it was not granted"_safe);
    layers.passed("before", "without the grant it may not use the binding"_safe);
    const std::string path = "/api/api-tokens/" + net::percent_encode(facts.token_id) + "/channel-bindings";
    json answer;
    const json body{{"channelBindingId", facts.binding_id}};
    if (auto broken = ask_admin(layers, run, {"POST", path, text_of(body)}, answer))
        return std::move(*broken);
    const json& ids = list_in(object_in(answer, "token"), "channelBindingIds");
    if (std::find(ids.begin(), ids.end(), facts.binding_id) == ids.end())
        return layers.broke("granted", Status::action_required, "token.grant-not-recorded",
                            "the token's bindings do not hold the one that was granted"_safe);
    if (auto broken = try_binding(layers, run, status)) return std::move(*broken);
    if (status != 200)
        return layers.broke("after", Status::action_required, "token.grant-without-effect",
                            run.context.redactor.text("with the grant the Cloud answers status {}", status));
    return layers.ready("the token may use the binding once it is granted, and not before"_safe);
}

constexpr std::array needs_minted{std::string_view{"channel.token.minted"}};
constexpr std::array needs_recognised{std::string_view{"channel.token.recognised"}};
constexpr std::array needs_both{std::string_view{"channel.token.recognised"},
                                std::string_view{"channel.binding.created"}};

constexpr Step row(std::string_view id, std::string_view label, Finding (*run)(Run&),
                   std::span<const Reason> reasons, std::span<const std::string_view> needs) {
    return Step{.id = id,
                .label = label,
                .authority = catalogue::Authority::cloud_worker,
                .control_plane = catalogue::ControlPlane::cloud_control_plane,
                .scenarios = channel_place_scenarios,
                .needs = needs,
                .sends = "",
                .creates = "",
                .removes = "",
                .expects = "",
                .reasons = reasons,
                .run = run};
}

constexpr auto make_steps() {
    std::array steps{
        row("channel.token.minted", "Token for the gateway made", minted, minted_reasons, needs_cloud),
        row("channel.token.recognised", "Token recognised", recognised, recognised_reasons, needs_minted),
        row("channel.token.least_privilege", "Token may not administer", least_privilege, least_reasons,
            needs_recognised),
        row("channel.token.granted", "Token granted the binding", granted, granted_reasons, needs_both),
    };
    steps[0].effect = Effect::creates;
    steps[0].sends = "POST and GET /api/api-tokens of the Cloud";
    steps[0].creates = "a token of scope gateway, for a quarter of an hour";
    steps[0].removes = "revoked by DELETE /api/api-tokens/ID";
    steps[0].expects = "201, of that scope and lifetime, and listed";
    steps[1].load = Load::read;
    steps[1].sends = "GET /auth/me of the Cloud, with the token and without one";
    steps[1].expects = "200 as that token, and 401";
    steps[2].sends = "POST /api/channels/agents and POST /api/api-tokens with the token";
    steps[2].expects = "403 and 403";
    steps[3].effect = Effect::creates;
    steps[3].sends =
        "GET /api/channels/deliveries with the token, before and after POST "
        "/api/api-tokens/ID/channel-bindings";
    steps[3].creates = "the token's right to use the binding";
    steps[3].removes = "goes with the token";
    steps[3].expects = "403, then 200";
    return steps;
}

constexpr auto steps = make_steps();

}  // namespace

std::span<const Step> channel_token_steps() { return steps; }

}  // namespace cowork::smoke
