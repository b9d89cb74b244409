#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::test::smoke_cloud {
namespace {

constexpr const char* out_of_scope = "Gateway API token is not authorized for the requested channel binding.";
constexpr const char* no_actor = "Channel actor identity is not authorized for this channel session.";

// Whether somebody who may prompt is named, by identity or by user.
bool may_prompt(Call& call, const std::string& provider) {
    const std::string identity = text(call.body, "identityId");
    const std::string user = text(call.body, "externalUserId");
    return std::any_of(call.state.identities.begin(), call.state.identities.end(), [&](const Json& one) {
        const bool named = identity.empty() ? one["externalUserId"] == user : one["identityId"] == identity;
        const std::string role = one["role"];
        return named && one["provider"] == provider && one["status"] == "active" &&
               (role == "owner" || role == "admin" || role == "member");
    });
}

Json* find_thread(State& state, const std::string& provider, const std::string& chat,
                  const std::string& thread) {
    const auto found = std::find_if(state.threads.begin(), state.threads.end(), [&](const Json& one) {
        return one["provider"] == provider && one["externalChatId"] == chat &&
               one["externalThreadId"] == thread;
    });
    return found == state.threads.end() ? nullptr : &*found;
}

long long number(const Json& body, const char* key) {
    const auto found = body.find(key);
    return found != body.end() && found->is_number_integer() ? std::max(0LL, found->get<long long>()) : 0;
}

Json bound(State& state, const Json& thread) {
    return {{"binding", thread}, {"session", view_of(*find_session(state, thread["sessionId"]))}};
}

void bind(Call& call) {
    State& state = call.state;
    const std::string binding_id = text(call.body, "channelBindingId");
    const std::string provider = text(call.body, "provider");
    const std::string chat = text(call.body, "externalChatId");
    const std::string thread = text(call.body, "externalThreadId");
    if (binding_id.empty() || provider.empty() || chat.empty() || thread.empty())
        return send_error(call.response, 400,
                          "Channel session binding requires channelBindingId, provider, externalChatId, and "
                          "externalThreadId.");
    const Json* binding = find(state.bindings, "bindingId", binding_id);
    if (binding == nullptr) return send_error(call.response, 403, out_of_scope);
    if ((*binding)["status"] != "active")
        return send_error(call.response, 403, "Channel binding is not active.");
    if ((*binding)["provider"] != provider)
        return send_error(call.response, 400, "Channel provider does not match binding.");
    if (!may_prompt(call, provider)) return send_error(call.response, 403, no_actor);
    const Json* agent = find(state.agents, "agentId", (*binding)["agentId"]);
    if (agent == nullptr || (*agent)["status"] != "active")
        return send_error(call.response, 403, "Headless agent is not active.");
    const std::string wanted = text(call.body, "sessionId");
    if (const Json* there = find_thread(state, provider, chat, thread)) {
        if ((*there)["channelBindingId"] != binding_id ||
            (!wanted.empty() && (*there)["sessionId"] != wanted))
            return send_error(call.response, 409,
                              "Channel thread is already bound to a different channel authority.");
        return send_json(call.response, 200, bound(state, *there));
    }
    if (!wanted.empty() && find_session(state, wanted) == nullptr)
        return send_error(call.response, 403,
                          "Channel session binding requires a session owned by the gateway principal.");
    const std::string title = text(call.body, "title");
    const std::string session_id = wanted.empty() || state.faulty("thread-other-session")
                                       ? make_session(state, title.empty() ? "Channel " + provider : title,
                                                      (*agent)["profileName"])["session"]["sessionId"]
                                             .get<std::string>()
                                       : wanted;
    const std::string now = state.now();
    state.threads.push_back({{"bindingId", state.uuid()},
                             {"orgId", "default"},
                             {"agentId", (*agent)["agentId"]},
                             {"channelBindingId", binding_id},
                             {"provider", provider},
                             {"externalWorkspaceId", nullptr},
                             {"externalThreadId", thread},
                             {"externalChatId", chat},
                             {"sessionId", session_id},
                             {"lastEventSequence", number(call.body, "lastEventSequence")},
                             {"lastWorkspaceSequence", number(call.body, "lastWorkspaceSequence")},
                             {"lastChatMessageId", or_null(text(call.body, "lastChatMessageId"))},
                             {"status", "active"},
                             {"createdAt", now},
                             {"updatedAt", now}});
    send_json(call.response, 200, bound(state, state.threads.back()));
}

void by_thread(Call& call) {
    const auto& query = call.request;
    const Json* thread =
        find_thread(call.state, query.get_param_value("provider"), query.get_param_value("externalChatId"),
                    query.get_param_value("externalThreadId"));
    if (thread == nullptr || call.state.faulty("thread-not-found"))
        return send_error(call.response, 404, "Channel session binding was not found.");
    send_json(call.response, 200, bound(call.state, *thread));
}

void prompt_in_thread(Call& call) {
    const std::string words = text(call.body, "text");
    const std::string id = text(call.body, "bindingId");
    if (words.empty() || id.empty())
        return send_error(call.response, 400, "Channel prompt requires bindingId and text.");
    const Json* thread = find(call.state.threads, "bindingId", id);
    if (thread == nullptr) return send_error(call.response, 403, out_of_scope);
    if (!may_prompt(call, (*thread)["provider"])) return send_error(call.response, 403, no_actor);
    const std::string agent = text(call.body, "agent");
    const Json binding = *thread;
    prompt(call, *find_session(call.state, binding["sessionId"]), words, agent.empty() ? "build" : agent,
           {{"binding", binding}});
}

// A cursor only moves forward.
void move_cursor(Call& call) {
    Json* thread = find(call.state.threads, "bindingId", text(call.body, "bindingId"));
    if (thread == nullptr) return send_error(call.response, 404, "Channel session binding was not found.");
    const long long events = number(call.body, "lastEventSequence");
    const bool stale = events < (*thread)["lastEventSequence"].get<long long>();
    if (!stale && !call.state.faulty("cursor-not-kept")) {
        (*thread)["lastEventSequence"] = events;
        (*thread)["lastWorkspaceSequence"] = number(call.body, "lastWorkspaceSequence");
        (*thread)["updatedAt"] = call.state.now();
    }
    Json result{{"ok", !stale}, {"binding", *thread}};
    if (stale) result["reason"] = "stale";
    send_json(call.response, 200, {{"binding", *thread}, {"result", result}});
}

}  // namespace

bool serve_channel_threads(Call& call) {
    if (call.at(1) != "channels") return false;
    if (call.at(2) == "cursor") return move_cursor(call), true;
    if (call.at(2) != "sessions") return false;
    if (call.at(3) == "bind") return bind(call), true;
    if (call.at(3) == "by-thread") return by_thread(call), true;
    if (call.at(3) == "prompt") return prompt_in_thread(call), true;
    const Json* thread = find(call.state.threads, "bindingId", call.at(3));
    if (thread == nullptr) return send_error(call.response, 403, out_of_scope), true;
    const std::string session_id = (*thread)["sessionId"];
    if (call.at(4) == "events") return stream_events(call, session_id), true;
    return send_json(call.response, 200, view_of(*find_session(call.state, session_id))), true;
}

}  // namespace cowork::test::smoke_cloud
