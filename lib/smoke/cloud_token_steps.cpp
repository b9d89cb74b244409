#include "checks/json_answers.hpp"
#include "smoke/cloud_tokens.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>

// The life of an API token: minted, used, held to its scope, revoked, refused.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

struct LifecycleFacts {
    MintedToken token;
};

constexpr std::array minted_own{
    Reason{"token.scope-widened", Status::action_required, "the token may do more than was asked for",
           "revoke it, and check which version runs there"},
    Reason{"token.expiry-ignored", Status::action_required, "the token lives longer than was asked for",
           "revoke it, and check which version runs there"},
    Reason{"token.not-listed", Status::action_required,
           "the token is not in the list, so that nobody could find and revoke it",
           "check which version runs there"},
};
constexpr auto minted_reasons = with_talk(mint_reasons, minted_own);

Finding minted(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    MintedToken& token = run.facts<LifecycleFacts>().token;
    token = {};
    if (auto broken = mint_token(layers, run, cloud, "lifecycle", "desktop", token))
        return std::move(*broken);
    layers.evidence("token_id", run.context.redactor.clean(token.id));
    layers.passed("minted", "a token was made"_safe, cloud.answer().timing.total);
    if (token.scopes != std::vector<std::string>{"desktop"})
        return layers.broke("scopes", Status::action_required, "token.scope-widened",
                            "the token has other scopes than the one that was asked for"_safe);
    if (!token.expires || *token.expires > token.asked_until + 1min)
        return layers.broke("expiry", Status::action_required, "token.expiry-ignored",
                            "the token lives longer than was asked for"_safe);
    const auto listed = list_tokens(run, cloud, run.context.probe());
    if (!listed || std::none_of(listed->begin(), listed->end(),
                                [&](const ListedToken& one) { return one.id == token.id; }))
        return layers.broke("listed", Status::action_required, "token.not-listed",
                            "the new token is not in the list"_safe);
    return layers.ready("a token of fifteen minutes was made, with the scope desktop"_safe);
}

constexpr std::array used_own{
    Reason{"token.not-usable", Status::action_required, "the new token does not open the workspace",
           "check which version runs there, and whether all its servers share one database"},
};
constexpr auto used_reasons = with_talk(used_own);

Finding used(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const MintedToken& token = run.facts<LifecycleFacts>().token;
    if (auto broken =
            cloud.ask(cloud.request("GET", "/api/workspace", &token.plaintext), run.context.probe()))
        return std::move(*broken);
    if (cloud.answer().status != 200)
        return layers.broke(
            "open", Status::action_required, "token.not-usable",
            run.context.redactor.text("the new token is answered with status {}", cloud.answer().status));
    return layers.ready("the new token opens the workspace"_safe);
}

constexpr std::array held_own{
    Reason{"token.scope-ignored", Status::action_required,
           "a token with the scope desktop is served what only operators and administrators may see",
           "take the server off the network, and check which version runs there",
           catalogue::Safety::disruptive},
};
constexpr auto held_reasons = with_talk(held_own);

Finding held_to_scope(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const MintedToken& token = run.facts<LifecycleFacts>().token;
    for (const char* path : {"/api/metrics", "/api/diagnostics", "/api/api-tokens"}) {
        if (auto broken = cloud.ask(cloud.request("GET", path, &token.plaintext), run.context.probe()))
            return std::move(*broken);
        if (cloud.answer().status == 403 || cloud.answer().status == 401) continue;
        if (cloud.answer().status != 200) return cloud.refused("GET " + std::string(path));
        return layers.broke("scope", Status::action_required, "token.scope-ignored",
                            run.context.redactor.text("{} is served to a token of scope desktop", path));
    }
    return layers.ready("the new token may not do what its scope does not name"_safe);
}

constexpr std::array revoked_own{
    Reason{"token.not-revoked", Status::action_required,
           "the Cloud does not record that the token is revoked",
           "check which version runs there; the token ends by itself within fifteen minutes"},
};
constexpr auto revoked_reasons = with_talk(revoked_own);

Finding revoked(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    if (!revoke_token(run, cloud, run.facts<LifecycleFacts>().token.id, run.context.probe()))
        return layers.broke("revoked", Status::action_required, "token.not-revoked",
                            "the Cloud does not record that the token is revoked"_safe);
    return layers.ready("the token is revoked"_safe);
}

constexpr std::array refused_own{
    Reason{"token.revoked-accepted", Status::action_required, "a revoked token still opens the workspace",
           "restart the server, and check which version runs there", catalogue::Safety::disruptive},
};
constexpr auto refused_reasons = with_talk(refused_own, auth_none_reasons);

Finding refused_afterwards(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const MintedToken& token = run.facts<LifecycleFacts>().token;
    if (auto broken =
            cloud.ask(cloud.request("GET", "/api/workspace", &token.plaintext), run.context.probe()))
        return std::move(*broken);
    const int status = cloud.answer().status;
    if (status == 401 || status == 403) return layers.ready("the revoked token is refused"_safe);
    if (status != 200) return cloud.refused("GET /api/workspace");
    if (cloud.lets_everybody_in()) return auth_none(layers);
    return layers.broke("refused", Status::action_required, "token.revoked-accepted",
                        "the revoked token still opens the workspace"_safe);
}

constexpr std::array needs_served{std::string_view{"cloud.bootstrap.served"}};
constexpr std::array needs_minted{std::string_view{"cloud.token.minted"}};
constexpr std::array needs_revoked{std::string_view{"cloud.token.minted"},
                                   std::string_view{"cloud.token.revoked"}};

auto make_steps() {
    Step mint = cloud_step("cloud.token.minted", "Token minted");
    mint.effect = Effect::creates;
    mint.needs = needs_served;
    mint.sends = "POST /api/api-tokens, GET /api/api-tokens";
    mint.creates = "an API token with the scope desktop, for fifteen minutes";
    mint.removes = "DELETE /api/api-tokens/ID; the Cloud's list keeps it, revoked";
    mint.expects = "201, that scope and end, and it is listed";
    mint.reasons = minted_reasons;
    mint.run = minted;

    Step use = cloud_step("cloud.token.usable", "New token usable");
    use.needs = needs_minted;
    use.sends = "GET /api/workspace with the new token";
    use.expects = "200";
    use.reasons = used_reasons;
    use.run = used;

    Step hold = cloud_step("cloud.token.held_to_scope", "New token held to its scope");
    hold.needs = needs_minted;
    hold.sends = "GET /api/metrics, /api/diagnostics and /api/api-tokens with the new token";
    hold.expects = "403";
    hold.reasons = held_reasons;
    hold.run = held_to_scope;

    Step revoke = cloud_step("cloud.token.revoked", "Token revoked");
    revoke.effect = Effect::creates;
    revoke.needs = needs_minted;
    revoke.sends = "DELETE /api/api-tokens/ID";
    revoke.removes = "the new token's validity";
    revoke.expects = "200, with the time of its revocation";
    revoke.reasons = revoked_reasons;
    revoke.run = revoked;

    Step refuse = cloud_step("cloud.token.refused_afterwards", "Revoked token refused");
    refuse.needs = needs_revoked;
    refuse.sends = "GET /api/workspace with the revoked token";
    refuse.expects = "401 or 403";
    refuse.reasons = refused_reasons;
    refuse.run = refused_afterwards;

    return std::array{mint, use, hold, revoke, refuse};
}

}  // namespace

std::span<const Step> cloud_token_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
