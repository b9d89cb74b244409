#include "smoke/cloud_sessions.hpp"

#include "checks/json_answers.hpp"
#include "core/pause.hpp"
#include "core/timestamp.hpp"
#include "net/url.hpp"
#include "smoke/cloud_access.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using nlohmann::json;
using namespace std::chrono_literals;

// Sessions whose prompt may still be under way.
struct WorkFacts {
    std::set<std::string> sessions;
};

constexpr auto poll_pause = 300ms;

// Stops what a session is doing. True when it is idle, or not there.
bool stop_session(Run& run, const CloudTalk& cloud, const std::string& id, const Budget& budget) {
    const auto answer =
        run.client.call_one(cloud.request("POST", session_path(id, "/abort"), cloud.token(), "{}"), budget);
    return answer.status == 202 || answer.status == 404;
}

std::optional<SafeText> stop_if_working(Run& run, const std::string& id, const Budget& budget) {
    if (run.facts<WorkFacts>().sessions.count(id) == 0) return std::nullopt;
    Layers layers;
    CloudTalk cloud(run, layers);
    if (cloud.open()) return "nothing says where the Cloud is"_safe;
    if (stop_session(run, cloud, id, budget)) return std::nullopt;
    return "the Cloud did not stop what the session is doing"_safe;
}

Undo undo_of(Run& run, const std::string& id) {
    Undo undo;
    undo.what = run.context.redactor.text("what the Cloud's session {} is doing", id);
    undo.command = admin_command(run, {"POST", session_path(id, "/abort"), "{}"});
    undo.stays =
        run.context.redactor.text("the Cloud's session {} stays, idle: the product deletes none", id);
    undo.remove = [&run, id](const Budget& budget) { return stop_if_working(run, id, budget); };
    return undo;
}

// For the moment between the request and its answer.
Undo undo_of_unknown(Run& run) {
    Undo undo;
    undo.what = "a session of the Cloud that may have been made"_safe;
    undo.stays = run.context.redactor.text("an empty session of the Cloud may stay: no answer told its id");
    undo.remove = [](const Budget&) -> std::optional<SafeText> { return std::nullopt; };
    return undo;
}

bool answered(const SessionView& view, const std::string& text) {
    const auto asked =
        std::find_if(view.messages.begin(), view.messages.end(), [&](const SessionMessage& message) {
            return message.role == "user" && message.content.find(text) != std::string::npos;
        });
    return std::any_of(asked, view.messages.end(),
                       [](const SessionMessage& message) { return message.role == "assistant"; });
}

}  // namespace

std::string session_path(const std::string& id, std::string_view rest) {
    return fmt::format("/api/sessions/{}{}", net::percent_encode(id), rest);
}

std::optional<SessionView> view_in(const json& document) {
    const json& session = object_in(document, "session");
    const json& projection = object_in(document, "projection");
    const json& shown = object_in(projection, "view");
    SessionView view;
    view.id = checks::text_at(session, "sessionId");
    view.sequence = number_at(projection, "sequence");
    view.busy = checks::text_at(session, "status") == "running" || checks::true_at(shown, "isGenerating");
    for (const json& message : list_in(shown, "messages"))
        if (message.is_object())
            view.messages.push_back({checks::text_at(message, "role"), checks::text_at(message, "content")});
    for (const json& error : list_in(shown, "errors")) {
        const std::string words = error.is_object() ? checks::text_at(error, "message") : std::string{};
        if (view.error.empty()) view.error = words.empty() ? "an error without words" : words;
    }
    if (view.id.empty() || view.sequence < 0) return std::nullopt;
    return view;
}

std::optional<Finding> read_session(CloudTalk& cloud, Layers& layers, Run& run, const std::string& id,
                                    const Secret* bearer, SessionView& view) {
    if (auto broken = cloud.ask(cloud.request("GET", session_path(id), bearer), run.context.probe()))
        return broken;
    if (cloud.answer().status == 404)
        return layers.broke("session", Status::action_required, "session.lost",
                            run.context.redactor.text("the Cloud does not find the session {}", id));
    if (cloud.answer().status != 200) return cloud.refused("GET /api/sessions/ID");
    auto shown = view_in(cloud.document());
    if (!shown || shown->id != id)
        return layers.broke("session", Status::action_required, "session.wrong-shape",
                            "the answer does not show the session"_safe);
    view = std::move(*shown);
    return std::nullopt;
}

std::optional<Finding> make_session(Layers& layers, Run& run, CloudTalk& cloud, const Secret* bearer,
                                    SessionView& view) {
    run.undo.push(undo_of_unknown(run));
    auto broken = cloud.ask(cloud.request("POST", "/api/sessions", bearer, "{}"), run.context.probe());
    if (!broken && cloud.answer().status != 201) broken = cloud.refused("POST /api/sessions");
    if (cloud.answer().ok()) run.undo.forget_last();
    if (broken) return broken;
    auto shown = view_in(cloud.document());
    if (!shown)
        return layers.broke("content", Status::action_required, "session.wrong-shape",
                            "the Cloud says that it made a session, and shows none"_safe);
    view = std::move(*shown);
    run.undo.push(undo_of(run, view.id));
    return std::nullopt;
}

void expect_work(Run& run, const std::string& id, bool under_way) {
    auto& sessions = run.facts<WorkFacts>().sessions;
    if (under_way) {
        sessions.insert(id);
    } else {
        sessions.erase(id);
    }
}

std::string agent_for(Run& run) {
    if (!run.wishes.agent.empty()) return run.wishes.agent;
    const auto& agents = run.facts<CloudAccess>().agents;
    return agents && !agents->empty() ? agents->front() : "build";
}

std::optional<Finding> send_prompt(Layers& layers, Run& run, CloudTalk& cloud, const std::string& path,
                                   const Secret* bearer, const json& body) {
    // With commands worked off at once, the answer comes when the prompt is done.
    if (auto broken = cloud.ask(cloud.request("POST", path, bearer, written(body)), run.context.run))
        return broken;
    if (cloud.answer().status == 202) return std::nullopt;
    const std::string code = checks::policy_code(cloud.answer());
    if (cloud.answer().status != 403 || code != "policy.agent_not_enabled")
        return cloud.refused("POST of a prompt");
    layers.evidence("policy_code", run.context.redactor.clean(code));
    return optional_end(
        layers.broke("policy", Status::unknown, "prompt.agent-not-enabled",
                     run.context.redactor.text("the Cloud does not let the agent {} be prompted: {}",
                                               checks::text_at(body, "agent"), code)));
}

std::optional<Finding> await_answers(Layers& layers, Run& run, CloudTalk& cloud, const std::string& id,
                                     const Secret* bearer, const std::vector<std::string>& texts,
                                     SessionView& view) {
    // Leaves a moment to say what became of it.
    const Budget wait = run.context.run.part(run.context.run.remaining() - 500ms);
    do {
        if (auto broken = read_session(cloud, layers, run, id, bearer, view)) return broken;
        if (!view.error.empty())
            return layers.broke(
                "prompt", Status::action_required, "prompt.failed",
                run.context.redactor.text("the agent did not come to an answer: {}", view.error));
        const bool all = std::all_of(texts.begin(), texts.end(),
                                     [&](const std::string& text) { return answered(view, text); });
        if (all && !view.busy) return std::nullopt;
    } while (pause_within(wait, poll_pause));
    if (wait.stopped()) return checks::out_of_time(layers, run.context, "prompt");
    return layers.broke("prompt", Status::action_required, "prompt.not-projected",
                        "no answer was seen in time"_safe);
}

StoppedSessions stop_left_behind(Run& run, CloudTalk& cloud, const Budget& budget) {
    constexpr std::size_t most_read = 20;
    StoppedSessions result;
    const auto answer = run.client.call_one(
        cloud.request("GET", "/api/sessions?status=running&limit=20", cloud.token()), budget);
    const auto document = answer.status == 200 ? checks::object_of(answer) : std::nullopt;
    if (!document) return result;
    std::size_t read = 0;
    for (const json& session : list_in(*document, "sessions")) {
        const std::string id = session.is_object() ? checks::text_at(session, "sessionId") : std::string{};
        if (id.empty() || read++ >= most_read) continue;
        const auto one = run.client.call_one(cloud.request("GET", session_path(id), cloud.token()), budget);
        const auto body = one.status == 200 ? checks::object_of(one) : std::nullopt;
        const auto view = body ? view_in(*body) : std::nullopt;
        const auto created = parse_timestamp(checks::text_at(session, "createdAt"));
        const auto age = created ? std::chrono::duration_cast<std::chrono::seconds>(
                                       std::chrono::system_clock::now() - *created)
                                 : 0s;
        if (!view || std::none_of(view->messages.begin(), view->messages.end(), [&](const auto& message) {
                return message.role == "user" && left_behind(message.content, age);
            }))
            continue;
        if (stop_session(run, cloud, id, budget)) {
            ++result.stopped;
        } else {
            result.failed.push_back(id);
        }
    }
    return result;
}

}  // namespace cowork::smoke
