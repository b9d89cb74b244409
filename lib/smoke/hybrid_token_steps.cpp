#include "smoke/groups.hpp"
#include "smoke/hybrid_parts.hpp"

#include <array>
#include <string>

// The tokens of the browser and of Desktop are worth nothing once they are revoked.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;

constexpr std::array own{
    Reason{"token.not-revoked", Status::action_required, "the Cloud does not record that a token is revoked",
           "check which version runs there; the tokens end by themselves within fifteen minutes"},
    Reason{"token.revoked-accepted", Status::action_required, "a revoked token still opens the workspace",
           "restart the server, and check which version runs there", catalogue::Safety::disruptive},
};
constexpr auto reasons = with_talk(own, auth_none_reasons);

Finding revoked(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const HybridFacts& facts = run.facts<HybridFacts>();
    for (const MintedToken* token : {&facts.web, &facts.desktop})
        if (!revoke_token(run, cloud, token->id, run.context.probe()))
            return layers.broke("revoked", Status::action_required, "token.not-revoked",
                                run.context.redactor.text("the token {} is not revoked", token->name));
    // One is enough: every refusal counts towards the Cloud's limit.
    const Secret* token = &facts.desktop.plaintext;
    if (auto broken = cloud.ask(cloud.request("GET", "/api/workspace", token), run.context.probe()))
        return std::move(*broken);
    const int status = cloud.answer().status;
    if (status == 401 || status == 403) return layers.ready("both tokens are revoked, and refused"_safe);
    if (status != 200) return cloud.refused("GET /api/workspace");
    if (cloud.lets_everybody_in()) return auth_none(layers);
    return layers.broke("refused", Status::action_required, "token.revoked-accepted",
                        "a revoked token still opens the workspace"_safe);
}

constexpr std::array needs_minted{std::string_view{"hybrid.tokens.minted"}};

auto make_steps() {
    Step one = hybrid_step("hybrid.tokens.revoked", "Tokens of the browser and Desktop revoked");
    one.effect = Effect::creates;
    one.needs = needs_minted;
    one.sends = "DELETE /api/api-tokens/ID, twice, then GET /api/workspace with one of them";
    one.removes = "both tokens' validity";
    one.expects = "200 and 200, then 401 or 403";
    one.reasons = reasons;
    one.run = revoked;
    return std::array{one};
}

}  // namespace

std::span<const Step> hybrid_token_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
