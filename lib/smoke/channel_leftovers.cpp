#include "smoke/channel_leftovers.hpp"

#include "checks/json_answers.hpp"
#include "core/timestamp.hpp"
#include "net/url.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/cloud_parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace cowork::smoke {
namespace {

using checks::text_at;
using nlohmann::json;
using Chosen = std::function<bool(std::string_view, std::chrono::seconds)>;

// The most that the Cloud lists at once. The newest change comes first, so what a run just made is on it.
constexpr std::string_view all_of_them = "limit=500";

std::string disable() { return R"({"status":"disabled"})"; }

// A kind of thing: where it is listed, by what it is known, and how it is turned off.
struct Kind {
    std::string_view noun;
    std::string_view path;   // of its list, with its query
    std::string_view key;    // of the list in the answer
    std::string_view named;  // the member that holds the mark
    std::string_view shown;  // the member of an answer that holds one
    bool (*active)(const json& one);
    AdminCall (*turn_off)(const json& one);
};

bool enabled(const json& one) { return text_at(one, "status") != "disabled"; }

// One that has ended by itself is as good as revoked.
bool usable(const json& token) {
    const auto revoked = token.find("revokedAt");
    if (revoked != token.end() && !revoked->is_null()) return false;
    const auto ends = parse_timestamp(text_at(token, "expiresAt"));
    return !ends || *ends > std::chrono::system_clock::now();
}

AdminCall revoke_token(const json& token) {
    return {"DELETE", "/api/api-tokens/" + net::percent_encode(text_at(token, "tokenId"))};
}

AdminCall disable_agent(const json& agent) {
    return {"PATCH", "/api/channels/agents/" + net::percent_encode(text_at(agent, "agentId")), disable()};
}

AdminCall disable_binding(const json& binding) {
    return {"PATCH", "/api/channels/bindings/" + net::percent_encode(text_at(binding, "bindingId")),
            disable()};
}

AdminCall disable_identity(const json& identity) {
    json body{{"provider", text_at(identity, "provider")},
              {"externalUserId", text_at(identity, "externalUserId")},
              {"role", "viewer"},
              {"status", "disabled"}};
    if (const auto workspace = text_at(identity, "externalWorkspaceId"); !workspace.empty())
        body["externalWorkspaceId"] = workspace;
    return {"POST", "/api/channels/identities/resolve",
            body.dump(-1, ' ', false, json::error_handler_t::replace)};
}

constexpr Kind tokens{"the token", "/api/api-tokens?", "tokens", "name", "token", usable, revoke_token};
constexpr Kind identities{"the identity",  "/api/channels/identities?provider=cli&",
                          "identities",    "externalUserId",
                          "identity",      enabled,
                          disable_identity};
constexpr Kind bindings{
    "the binding", "/api/channels/bindings?", "bindings", "bindingId", "binding", enabled, disable_binding};
constexpr Kind agents{"the agent",  "/api/channels/agents?", "agents", "agentId", "agent", enabled,
                      disable_agent};
// What depends on another comes first.
constexpr std::array kinds{&tokens, &identities, &bindings, &agents};

std::chrono::seconds age_of(const json& one) {
    const auto made = parse_timestamp(text_at(one, "createdAt"));
    if (!made) return {};
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() - *made);
}

// Why it is still active; nothing when it is not, or was never there.
std::optional<SafeText> turn_off(Run& run, const Budget& budget, const Kind& kind, const json& one) {
    json answer;
    if (auto why = ask_admin_quietly(run, budget, kind.turn_off(one), answer)) return why;
    const json& now = object_in(answer, kind.shown);
    if (!now.empty() && kind.active(now)) return "the Cloud answers, and it is active all the same"_safe;
    return std::nullopt;
}

void turn_off(Run& run, const Budget& budget, const Kind& kind, const json& one, CloudSweep& sweep) {
    const auto why = turn_off(run, budget, kind, one);
    if (!why) {
        ++sweep.removed;
        return;
    }
    sweep.failed.push_back(run.context.redactor.text("{} {}: {}", kind.noun, text_at(one, kind.named), *why));
    sweep.by_hand.push_back(admin_command(run, kind.turn_off(one)));
}

void sweep_kind(Run& run, const Budget& budget, const Kind& kind, const Chosen& chosen, CloudSweep& sweep) {
    json document;
    const AdminCall call{"GET", std::string(kind.path) + std::string(all_of_them)};
    if (const auto why = ask_admin_quietly(run, budget, call, document)) {
        sweep.unread.push_back(run.context.redactor.text("{}: {}", kind.noun, *why));
        return;
    }
    for (const json& one : list_in(document, kind.key))
        if (one.is_object() && kind.active(one) && chosen(text_at(one, kind.named), age_of(one)))
            turn_off(run, budget, kind, one, sweep);
}

// Looks for it in the list, where its id is not known.
std::optional<SafeText> turn_off_listed(Run& run, const Budget& budget, const Kind& kind,
                                        const std::string& name) {
    CloudSweep sweep;
    sweep_kind(
        run, budget, kind, [&](std::string_view text, std::chrono::seconds) { return text == name; }, sweep);
    if (!sweep.failed.empty()) return sweep.failed.front();
    if (!sweep.unread.empty()) return sweep.unread.front();
    return std::nullopt;
}

// Of something that the run names itself.
Undo undo_of(Run& run, const Kind& kind, const std::string& name) {
    const json one{{std::string(kind.named), name}};
    Undo undo;
    undo.what = run.context.redactor.text("{} {} of the Cloud", kind.noun, name);
    undo.command = admin_command(run, kind.turn_off(one));
    undo.stays = run.context.redactor.text("{} {} is in the Cloud, disabled", kind.noun, name);
    undo.remove = [&run, &kind, one](const Budget& budget) { return turn_off(run, budget, kind, one); };
    return undo;
}

}  // namespace

CloudSweep sweep_cloud(Run& run, const Budget& budget, const Chosen& chosen) {
    CloudSweep sweep;
    for (const Kind* kind : kinds) {
        sweep_kind(run, budget, *kind, chosen, sweep);
        // Each refused token counts: ten of them in a minute shut this machine out of the Cloud.
        if (!sweep.unread.empty()) break;
    }
    return sweep;
}

Undo undo_of_agent(Run& run, const std::string& agent_id) { return undo_of(run, agents, agent_id); }
Undo undo_of_binding(Run& run, const std::string& binding_id) { return undo_of(run, bindings, binding_id); }

Undo undo_of_token(Run& run, const std::string& name) {
    Undo undo;
    undo.what = run.context.redactor.text("the token {} of the Cloud", name);
    // Only the Cloud knows its id; a later run knows it by its mark.
    undo.command = "cowork smoke cloud-gateway --only channel.leftovers.removed"_safe;
    undo.stays = run.context.redactor.text("the token {} is in the Cloud's list, revoked", name);
    undo.remove = [&run, name](const Budget& budget) -> std::optional<SafeText> {
        const auto& facts = run.facts<ChannelFacts>();
        if (name != run.mark() || facts.token_id.empty()) return turn_off_listed(run, budget, tokens, name);
        return turn_off(run, budget, tokens, {{"tokenId", facts.token_id}});
    };
    return undo;
}

// To ask for an identity makes it, so one that was never made is looked for in the list.
Undo undo_of_identity(Run& run, const std::string& external_user_id) {
    const json one{{"provider", smoke_provider}, {"externalUserId", external_user_id}};
    Undo undo;
    undo.what = run.context.redactor.text("the identity {} of the Cloud", external_user_id);
    undo.command = admin_command(run, disable_identity(one));
    undo.stays = run.context.redactor.text("the identity {} is in the Cloud, disabled", external_user_id);
    undo.remove = [&run, one, external_user_id](const Budget& budget) -> std::optional<SafeText> {
        if (!run.facts<ChannelFacts>().identity_made)
            return turn_off_listed(run, budget, identities, external_user_id);
        return turn_off(run, budget, identities, one);
    };
    return undo;
}

}  // namespace cowork::smoke
