#include "checks/json_answers.hpp"
#include "net/url.hpp"
#include "smoke/channel_leftovers.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/cloud_parts.hpp"
#include "smoke/groups.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

// A channel's agent, binding and identity in the Cloud, as an administrator makes them.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using checks::text_at;
using nlohmann::json;

std::string text_of(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

// The one of a list whose member is that; an empty object when there is none.
json find_in(const json& list, std::string_view key, const std::string& value) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const json& one) {
        return one.is_object() && text_at(one, key) == value;
    });
    return found == list.end() ? json::object() : *found;
}

constexpr std::array leftovers_own{
    Reason{"leftovers.still-there", Status::action_required,
           "something that an earlier run left could not be taken away",
           "take it away with the command that is shown"},
    Reason{"leftovers.not-looked-for", Status::unknown,
           "the Cloud could not be asked what an earlier run left",
           "give a token of scope admin with --cloud-token, or mend what the steps below name"},
};

Finding remove_leftovers(Run& run) {
    Layers layers;
    const CloudSweep swept = sweep_cloud(run, run.context.run, left_behind);
    layers.evidence("removed", static_cast<std::int64_t>(swept.removed));
    if (!swept.failed.empty())
        return layers.broke("clear", Status::action_required, "leftovers.still-there", swept.failed.front(),
                            swept.by_hand.front());
    if (!swept.unread.empty()) {
        Finding finding =
            layers.broke("clear", Status::unknown, "leftovers.not-looked-for", swept.unread.front());
        finding.required = false;
        return finding;
    }
    return layers.ready(
        swept.removed == 0
            ? "earlier runs left nothing active behind"_safe
            : run.context.redactor.text("{} things of an earlier run are turned off", swept.removed));
}

constexpr std::array agent_own{
    Reason{"agent.not-as-asked", Status::action_required, "the Cloud did not make the agent as it was asked",
           "look at the Cloud's log and version"},
    Reason{"agent.not-listed", Status::action_required, "the agent that was made is not in the list",
           "look at the Cloud's log and version"},
};
constexpr auto agent_reasons = with_cloud(agent_own);

Finding agent_created(Run& run) {
    Layers layers;
    const std::string id = run.mark();
    run.undo.push(undo_of_agent(run, id));
    const json body{{"agentId", id},
                    {"name", id},
                    {"profileName", run.wishes.profile},
                    {"status", "active"},
                    {"managed", false}};
    json answer;
    if (auto broken = ask_admin(layers, run, {"POST", "/api/channels/agents", text_of(body), 201}, answer))
        return std::move(*broken);
    const json& agent = object_in(answer, "agent");
    std::string& known = run.facts<ChannelFacts>().agent_id;
    known = text_at(agent, "agentId");
    // Under another name the run would not find it again.
    if (known != id || text_at(agent, "status") != "active")
        return layers.broke("created", Status::action_required, "agent.not-as-asked",
                            run.context.redactor.text("asked for the agent {}, active; the Cloud made {}, {}",
                                                      id, known, text_at(agent, "status")));
    layers.passed("created", "an active agent"_safe);
    json listed;
    if (auto broken = ask_admin(layers, run, {"GET", "/api/channels/agents?limit=500"}, listed))
        return std::move(*broken);
    if (find_in(list_in(listed, "agents"), "agentId", id).empty())
        return layers.broke("listed", Status::action_required, "agent.not-listed",
                            run.context.redactor.text("the agent {} is not in the list", id));
    return layers.ready("an agent was made, and is listed"_safe);
}

constexpr std::array binding_own{
    Reason{"binding.not-as-asked", Status::action_required,
           "the Cloud did not make the binding as it was asked", "look at the Cloud's log and version"},
};
constexpr auto binding_reasons = with_cloud(binding_own);

Finding binding_created(Run& run) {
    Layers layers;
    auto& facts = run.facts<ChannelFacts>();
    const std::string id = run.mark();
    run.undo.push(undo_of_binding(run, id));
    const json body{{"bindingId", id},   {"agentId", facts.agent_id}, {"provider", smoke_provider},
                    {"displayName", id}, {"status", "active"},        {"settings", {{"smoke", true}}}};
    json answer;
    if (auto broken = ask_admin(layers, run, {"POST", "/api/channels/bindings", text_of(body), 201}, answer))
        return std::move(*broken);
    const json& binding = object_in(answer, "binding");
    facts.binding_id = text_at(binding, "bindingId");
    if (facts.binding_id != id || text_at(binding, "agentId") != facts.agent_id ||
        text_at(binding, "provider") != smoke_provider || text_at(binding, "status") != "active")
        return layers.broke(
            "created", Status::action_required, "binding.not-as-asked",
            run.context.redactor.text("asked for the binding {} of the agent {}; the Cloud made {} of {}, {}",
                                      id, facts.agent_id, facts.binding_id, text_at(binding, "agentId"),
                                      text_at(binding, "status")));
    return layers.ready("a binding was made for the agent"_safe);
}

// The binding as the Cloud lists it; empty when it does not.
std::optional<Finding> listed_binding(Layers& layers, Run& run, json& binding) {
    const auto& facts = run.facts<ChannelFacts>();
    json document;
    const AdminCall call{"GET",
                         "/api/channels/bindings?limit=500&agentId=" + net::percent_encode(facts.agent_id)};
    if (auto broken = ask_admin(layers, run, call, document)) return broken;
    binding = find_in(list_in(document, "bindings"), "bindingId", facts.binding_id);
    return std::nullopt;
}

constexpr std::array listed_own{
    Reason{"binding.not-listed", Status::action_required,
           "the binding that was made is not in the agent's list", "look at the Cloud's log and version"},
};
constexpr auto listed_reasons = with_cloud(listed_own);

Finding binding_listed(Run& run) {
    Layers layers;
    json binding;
    if (auto broken = listed_binding(layers, run, binding)) return std::move(*broken);
    if (binding.empty())
        return layers.broke("listed", Status::action_required, "binding.not-listed",
                            run.context.redactor.text("the binding {} is not in the list",
                                                      run.facts<ChannelFacts>().binding_id));
    return layers.ready("the binding is in the agent's list"_safe);
}

constexpr std::array toggled_own{
    Reason{"binding.toggle-ignored", Status::action_required,
           "the binding does not become what it is switched to", "look at the Cloud's log and version"},
};
constexpr auto toggled_reasons = with_cloud(toggled_own);

// Switches the binding, and looks whether the list says so too.
std::optional<Finding> toggle(Layers& layers, Run& run, const std::string& status) {
    const std::string path =
        "/api/channels/bindings/" + net::percent_encode(run.facts<ChannelFacts>().binding_id);
    json answer;
    if (auto broken = ask_admin(layers, run, {"PATCH", path, text_of({{"status", status}})}, answer))
        return broken;
    json listed;
    if (auto broken = listed_binding(layers, run, listed)) return broken;
    for (const json* seen : {&object_in(answer, "binding"), static_cast<const json*>(&listed)})
        if (text_at(*seen, "status") != status)
            return layers.broke("toggled", Status::action_required, "binding.toggle-ignored",
                                run.context.redactor.text("switched to {}, the binding is '{}'", status,
                                                          text_at(*seen, "status")));
    layers.passed("toggled", run.context.redactor.text("switched to {}", status));
    return std::nullopt;
}

Finding binding_toggled(Run& run) {
    Layers layers;
    if (auto broken = toggle(layers, run, "disabled")) return std::move(*broken);
    if (auto broken = toggle(layers, run, "active")) return std::move(*broken);
    return layers.ready("the binding can be switched off and on"_safe);
}

constexpr std::array identity_own{
    Reason{"identity.not-member", Status::action_required, "the Cloud did not make the user an active member",
           "look at the Cloud's log and version"},
};
constexpr auto identity_reasons = with_cloud(identity_own);

Finding identity_resolved(Run& run) {
    Layers layers;
    const std::string user = run.mark();
    run.undo.push(undo_of_identity(run, user));
    const json body{{"provider", smoke_provider},
                    {"externalUserId", user},
                    {"role", "member"},
                    {"status", "active"},
                    {"metadata", {{"smoke", true}}}};
    json answer;
    if (auto broken =
            ask_admin(layers, run, {"POST", "/api/channels/identities/resolve", text_of(body)}, answer))
        return std::move(*broken);
    run.facts<ChannelFacts>().identity_made = true;
    const json& identity = object_in(answer, "identity");
    if (text_at(identity, "role") != "member" || text_at(identity, "status") != "active")
        return layers.broke(
            "resolved", Status::action_required, "identity.not-member",
            run.context.redactor.text("asked for an active member; the Cloud made a {} that is {}",
                                      text_at(identity, "role"), text_at(identity, "status")));
    return layers.ready("a user of the channel was made an active member"_safe);
}

constexpr std::array needs_agent{std::string_view{"channel.agent.created"}};
constexpr std::array needs_binding{std::string_view{"channel.binding.created"}};
constexpr std::array needs_listed{std::string_view{"channel.binding.listed"}};

constexpr Step row(std::string_view id, std::string_view label, Finding (*run)(Run&),
                   std::span<const Reason> reasons, std::span<const std::string_view> needs) {
    return Step{.id = id,
                .label = label,
                .authority = catalogue::Authority::cloud_worker,
                .control_plane = catalogue::ControlPlane::cloud_control_plane,
                .scenarios = channel_place_scenarios,
                .effect = Effect::creates,
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
        row("channel.leftovers.removed", "What earlier runs left is turned off", remove_leftovers,
            leftovers_own, {}),
        row("channel.agent.created", "Agent made", agent_created, agent_reasons, needs_cloud),
        row("channel.binding.created", "Binding made", binding_created, binding_reasons, needs_agent),
        row("channel.binding.listed", "Binding listed", binding_listed, listed_reasons, needs_binding),
        row("channel.binding.toggled", "Binding switched off and on", binding_toggled, toggled_reasons,
            needs_listed),
        row("channel.identity.resolved", "User of the channel made a member", identity_resolved,
            identity_reasons, needs_cloud),
    };
    steps[0].effect = Effect::clears;
    steps[0].budget = std::chrono::milliseconds{15'000};
    steps[0].sends =
        "looks for tokens, agents, bindings and identities with the mark of a run that has ended";
    steps[0].removes = "those: tokens are revoked, the rest is disabled";
    steps[0].expects = "none is active";
    steps[1].sends = "POST and GET /api/channels/agents of the Cloud";
    steps[1].creates = "an agent";
    steps[1].removes = "disabled by PATCH; the product cannot delete it";
    steps[1].expects = "201, active, and listed";
    steps[2].sends = "POST /api/channels/bindings of the Cloud";
    steps[2].creates = "a binding of that agent for the provider cli";
    steps[2].removes = "disabled by PATCH; the product cannot delete it";
    steps[2].expects = "201, active, of that agent";
    steps[3].effect = Effect::reads;
    steps[3].load = Load::read;
    steps[3].sends = "GET /api/channels/bindings of the Cloud";
    steps[3].expects = "the binding is among them";
    steps[4].sends = "PATCH /api/channels/bindings/ID, disabled and then active";
    steps[4].expects = "the answer and the list say so";
    steps[5].sends = "POST /api/channels/identities/resolve of the Cloud";
    steps[5].creates = "an identity of the provider cli that may prompt";
    steps[5].removes = "disabled by the same request; the product cannot delete it";
    steps[5].expects = "200, an active member";
    return steps;
}

constexpr auto steps = make_steps();

}  // namespace

std::span<const Step> channel_directory_steps() { return steps; }

}  // namespace cowork::smoke
