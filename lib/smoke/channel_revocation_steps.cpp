#include "checks/json_answers.hpp"
#include "net/url.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <array>

// The gateway's token is worth nothing once it is revoked.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using checks::text_at;
using nlohmann::json;

constexpr std::array revoked_own{
    Reason{"token.revoke-not-recorded", Status::action_required,
           "the Cloud does not say that the token is revoked", "look at the Cloud's log and version"},
    Reason{"token.revoked-accepted", Status::action_required, "a revoked token is still accepted",
           "restart the Cloud, and update it", catalogue::Safety::disruptive},
};
constexpr auto revoked_reasons = with_cloud(revoked_own);

Finding revoked(Run& run) {
    Layers layers;
    const auto& facts = run.facts<ChannelFacts>();
    json answer;
    const AdminCall call{"DELETE", "/api/api-tokens/" + net::percent_encode(facts.token_id)};
    if (auto broken = ask_admin(layers, run, call, answer)) return std::move(*broken);
    if (text_at(object_in(answer, "token"), "revokedAt").empty())
        return layers.broke("revoked", Status::action_required, "token.revoke-not-recorded",
                            "the Cloud's answer does not say since when the token is revoked"_safe);
    layers.passed("revoked", "the Cloud says that it is revoked"_safe);
    probes::HttpAnswer me;
    if (auto broken = ask_as(layers, run, &facts.token, {"GET", "/auth/me"}, me)) return std::move(*broken);
    int status = 0;
    if (auto broken = try_binding(layers, run, status)) return std::move(*broken);
    for (const int seen : {me.status, status})
        if (seen != 401)
            return layers.broke(
                "refused", Status::action_required, "token.revoked-accepted",
                run.context.redactor.text("the Cloud answers the revoked token with status {}", seen));
    return layers.ready("the revoked token is refused"_safe);
}

constexpr std::array needs_recognised{std::string_view{"channel.token.recognised"}};

constexpr std::array steps{
    Step{.id = "channel.token.revoked",
         .label = "Revoked token refused",
         .authority = catalogue::Authority::cloud_worker,
         .control_plane = catalogue::ControlPlane::cloud_control_plane,
         .scenarios = channel_place_scenarios,
         .effect = Effect::creates,
         .needs = needs_recognised,
         .sends = "DELETE /api/api-tokens/ID, then GET /auth/me and /api/channels/deliveries with the token",
         .creates = "",
         .removes = "the token of the steps before",
         .expects = "200, then 401 and 401",
         .reasons = revoked_reasons,
         .run = revoked},
};

}  // namespace

std::span<const Step> channel_revocation_steps() { return steps; }

}  // namespace cowork::smoke
