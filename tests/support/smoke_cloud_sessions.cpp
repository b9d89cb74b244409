#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace cowork::test::smoke_cloud {
namespace {

Json empty_view(const std::string& id, const std::string& title, const std::string& profile,
                const std::string& now) {
    return {{"title", title},
            {"todos", Json::array()},
            {"errors", Json::array()},
            {"origin", nullptr},
            {"status", "idle"},
            {"messages", Json::array()},
            {"taskRuns", Json::array()},
            {"artifacts", Json::array()},
            {"lastError", nullptr},
            {"sessionId", id},
            {"toolCalls", Json::array()},
            {"updatedAt", now},
            {"profileName", profile},
            {"sessionCost", 0},
            {"isGenerating", false},
            {"projectSource", nullptr},
            {"sessionTokens",
             {{"input", 0}, {"output", 0}, {"cacheRead", 0}, {"reasoning", 0}, {"cacheWrite", 0}}},
            {"lastInputTokens", 0},
            {"pendingApprovals", Json::array()},
            {"pendingQuestions", Json::array()},
            {"resolvedApprovals", Json::array()},
            {"resolvedQuestions", Json::array()}};
}

// What an event changes in the session's view.
void project(Json& view, const std::string& type, const Json& payload, const std::string& now) {
    view["updatedAt"] = now;
    if (type == "prompt.submitted" || type == "assistant.message") {
        const bool user = type == "prompt.submitted";
        view["messages"].push_back({{"id", payload["messageId"]},
                                    {"role", user ? "user" : "assistant"},
                                    {"content", payload[user ? "text" : "content"]},
                                    {"createdAt", now}});
        if (user) view["isGenerating"] = true;
    } else if (type == "session.idle" || type == "session.aborted") {
        view["isGenerating"] = false;
        view["status"] = "idle";
    } else if (type == "runtime.error") {
        view["errors"].push_back({{"message", payload["message"]}});
        view["lastError"] = payload["message"];
    } else if (type == "artifact.created") {
        view["artifacts"].push_back(payload);
    }
}

Json workspace_event(const State& state, const Json& event, const std::string& type, const Json& payload) {
    const bool artifact = type == "artifact.created";
    return {{"tenantId", "default"},
            {"userId", "local-user"},
            {"sessionId", event["sessionId"]},
            {"eventId", event["eventId"]},
            {"sequence", state.workspace_events.size() + 1},
            {"entityType", artifact ? "artifact" : "session"},
            {"entityId", artifact ? payload["artifactId"] : event["sessionId"]},
            {"operation", type == "session.created" || artifact ? "create" : "update"},
            {"projectionVersion", event["sequence"]},
            {"type", type},
            {"payload", payload},
            {"createdAt", event["createdAt"]}};
}

// The number that the next event gets.
long long next_sequence(const State& state, const Json& session, const std::string& type) {
    if (type == "prompt.submitted" && state.faulty("events-duplicate-sequence"))
        for (const Json& event : session["events"])
            if (event["type"] == type) return event["sequence"];
    return session["sequence"].get<long long>() + 1;
}

bool matches_query(const Json& session, const std::string& query) {
    const auto lower = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text;
    };
    return query.empty() || lower(session["title"]).find(lower(query)) != std::string::npos ||
           lower(session["sessionId"]).find(lower(query)) != std::string::npos;
}

void list_sessions(Call& call) {
    const std::string status = call.request.get_param_value("status");
    if (!status.empty() && status != "idle" && status != "running" && status != "closed" &&
        status != "errored")
        return send_error(call.response, 400, "Unsupported session status filter.",
                          "sessions.status.invalid");
    std::size_t from = 0;
    if (const std::string cursor = call.request.get_param_value("cursor"); !cursor.empty()) {
        if (cursor.rfind("at-", 0) != 0)
            return send_error(call.response, 400, "Session list cursor is invalid.",
                              "sessions.cursor.invalid");
        from = std::stoul("0" + cursor.substr(3));
    }
    const std::string query = call.request.get_param_value(call.request.has_param("q") ? "q" : "query");
    std::vector<Json> shown;
    for (const Json& session : call.state.sessions)
        if (matches_query(session["session"], query) && !call.state.faulty("session-not-listed") &&
            (status.empty() || session["session"]["status"] == status))
            shown.push_back(session["session"]);
    Json all = newest(shown, shown.size());
    const std::size_t limit = limit_of(call.request, 100);
    Json page = Json::array();
    for (std::size_t i = from; i < all.size() && page.size() < limit; ++i) page.push_back(all[i]);
    const bool more = from + page.size() < all.size();
    send_json(call.response, 200,
              {{"sessions", page},
               {"nextCursor", more ? Json("at-" + std::to_string(from + page.size())) : Json(nullptr)},
               {"totalEstimate", std::min(all.size() - std::min(from, all.size()), limit + 1)}});
}

void abort_session(Call& call, Json& session) {
    const Json command = {{"commandId", call.state.uuid()},
                          {"sessionId", session["session"]["sessionId"]},
                          {"kind", "abort"},
                          {"payload", Json::object()},
                          {"status", "acked"},
                          {"error", nullptr}};
    if (!call.state.faulty("abort-ignored")) {
        session["session"]["status"] = "idle";
        append_event(call.state, session, "session.aborted", Json::object());
    }
    send_json(
        call.response, 202,
        {{"command", command}, {"processed", 1}, {"view", view_of(session)}, {"projectionFence", nullptr}});
}

void import_session(Call& call) {
    if (text(record(call.body, "source").is_null() ? Json::object() : record(call.body, "source"),
             "fingerprint")
            .empty())
        return send_error(call.response, 400, "Session import requires a redacted local source fingerprint.");
    const std::string title = text(call.body, "title");
    Json& session = make_session(call.state, title.empty() ? "Imported session" : title, "full");
    send_json(call.response, 201, view_of(session));
}

// What the worker does with a prompt.
void work_off(State& state, Json& session, const std::string& command_id, const std::string& prompt_text,
              const std::string& agent) {
    if (state.faulty("prompt-never-projected")) return;
    const auto prompts = std::count_if(session["events"].begin(), session["events"].end(),
                                       [](const Json& event) { return event["type"] == "prompt.submitted"; });
    if (state.faulty("prompt-lost") && prompts % 2 == 1) return;
    append_event(state, session, "prompt.submitted",
                 {{"commandId", command_id},
                  {"messageId", command_id + ":user"},
                  {"text", prompt_text},
                  {"agent", agent}});
    if (state.faulty("prompt-with-error"))
        append_event(state, session, "runtime.error",
                     {{"commandId", command_id}, {"message", "The model did not answer."}});
    else
        append_event(state, session, "assistant.message",
                     {{"commandId", command_id},
                      {"messageId", command_id + ":assistant"},
                      {"content", "mock reply to " + prompt_text}});
    session["session"]["status"] = "idle";
    append_event(state, session, "session.idle", {{"commandId", command_id}});
}

Json fence_of(const Json& session, const std::string& command_id) {
    for (const Json& event : session["events"])
        if (event["payload"].value("commandId", "") == command_id)
            return {{"scope", "session"},
                    {"tenantId", "default"},
                    {"sessionId", session["session"]["sessionId"]},
                    {"commandId", command_id},
                    {"sequence", event["sequence"]},
                    {"projectionVersion", event["sequence"]}};
    return nullptr;
}

}  // namespace

Json* find_session(State& state, const std::string& id) {
    const auto found = std::find_if(state.sessions.begin(), state.sessions.end(),
                                    [&](const Json& one) { return one["session"]["sessionId"] == id; });
    return found == state.sessions.end() ? nullptr : &*found;
}

Json view_of(const Json& session) {
    const std::string id = session["session"]["sessionId"];
    return {{"session", session["session"]},
            {"projection",
             {{"tenantId", "default"},
              {"sessionId", id},
              {"sequence", session["sequence"]},
              {"view", session["view"]},
              {"updatedAt", session["view"]["updatedAt"]}}}};
}

Json& make_session(State& state, std::string title, const std::string& profile) {
    const std::string id = state.uuid();
    const std::string now = state.now();
    state.sessions.push_back({{"session",
                               {{"tenantId", "default"},
                                {"userId", "local-user"},
                                {"sessionId", id},
                                {"opencodeSessionId", ""},
                                {"profileName", profile},
                                {"title", title},
                                {"status", "idle"},
                                {"createdAt", now},
                                {"updatedAt", now},
                                {"projectSource", nullptr}}},
                              {"sequence", 0},
                              {"view", empty_view(id, title, profile, now)},
                              {"events", Json::array()}});
    Json& session = state.sessions.back();
    append_event(state, session, "session.created", {{"title", title}, {"runtimePending", true}});
    return session;
}

void append_event(State& state, Json& session, const std::string& type, Json payload) {
    const long long sequence = next_sequence(state, session, type);
    const std::string id = session["session"]["sessionId"];
    const std::string now = state.now();
    Json event{{"tenantId", "default"},
               {"sessionId", id},
               {"eventId", fmt::format("{}:{}", id, session["events"].size() + 1)},
               {"sequence", sequence},
               {"type", type},
               {"payload", payload},
               {"createdAt", now}};
    project(session["view"], type, payload, now);
    session["sequence"] = sequence;
    session["session"]["updatedAt"] = now;
    if (!(type == "session.created" && state.faulty("events-no-created")))
        state.workspace_events.push_back(workspace_event(state, event, type, payload));
    session["events"].push_back(std::move(event));
    state.changed.notify_all();
}

void prompt(Call& call, Json& session, const std::string& prompt_text, const std::string& agent,
            Json answer) {
    State& state = call.state;
    const auto& allowed = state.options.agents;
    if (allowed && std::find(allowed->begin(), allowed->end(), agent) == allowed->end())
        return send_error(call.response, 403,
                          fmt::format("Agent \"{}\" is not enabled for cloud profile \"full\".", agent),
                          "policy.agent_not_enabled");
    const std::string command_id = state.uuid();
    const bool at_once = state.options.inline_commands;
    const Json before = view_of(session);
    work_off(state, session, command_id, prompt_text, agent);
    answer["command"] = {{"commandId", command_id},
                         {"tenantId", "default"},
                         {"userId", "local-user"},
                         {"sessionId", session["session"]["sessionId"]},
                         {"kind", "prompt"},
                         {"payload", {{"text", prompt_text}, {"agent", agent}}},
                         {"targetLeaseToken", nullptr},
                         {"createdSequence", 1},
                         {"createdAt", state.now()},
                         {"status", at_once ? "acked" : "pending"},
                         {"claimedBy", nullptr},
                         {"claimedLeaseToken", nullptr},
                         {"ackedAt", nullptr},
                         {"error", nullptr}};
    answer["processed"] = at_once ? 1 : 0;
    answer["view"] = at_once ? view_of(session) : before;
    answer["projectionFence"] = at_once ? fence_of(session, command_id) : Json(nullptr);
    send_json(call.response, 202, answer);
}

bool serve_sessions(Call& call) {
    State& state = call.state;
    if (call.at(1) == "import") return import_session(call), true;
    if (call.at(1) != "sessions") return false;
    const std::string id = call.at(2);
    if (id.empty() && call.is("GET")) return list_sessions(call), true;
    if (id.empty()) {
        const std::string profile = text(call.body, "profileName");
        // A title is not listened to.
        Json& session = make_session(state, "New session", profile.empty() ? "full" : profile);
        return send_json(call.response, 201, view_of(session)), true;
    }
    Json* session = state.faulty("session-lost") ? nullptr : find_session(state, id);
    if (session == nullptr) return send_error(call.response, 404, "Cloud session was not found."), true;
    const std::string action = call.at(3);
    if (action == "events") return stream_events(call, id), true;
    if (action == "abort") return abort_session(call, *session), true;
    if (action == "prompt") {
        const std::string words = text(call.body, "text");
        const std::string agent = text(call.body, "agent");
        if (words.empty()) return send_error(call.response, 400, "Prompt text is required."), true;
        return prompt(call, *session, words, agent.empty() ? "build" : agent, Json::object()), true;
    }
    Json answer = view_of(*session);
    if (action == "view") answer["view"] = (*session)["view"];
    return send_json(call.response, 200, answer), true;
}

}  // namespace cowork::test::smoke_cloud
