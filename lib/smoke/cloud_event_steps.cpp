#include "smoke/cloud_events.hpp"
#include "smoke/cloud_session_facts.hpp"
#include "smoke/groups.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

// What the Cloud tells those who follow a session, or the workspace, as it happens and afterwards.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using namespace std::chrono_literals;

constexpr std::array followed_own{
    Reason{"events.missing", Status::action_required,
           "the stream does not bring the events that the session's projection is made of",
           "let the proxy pass text/event-stream on, unbuffered, and look at the Cloud's log"},
    Reason{"events.out-of-order", Status::action_required,
           "the events do not come in the order of their numbers",
           "check which version runs there, and what stands before it"},
    Reason{"events.id-mismatch", Status::action_required,
           "an event's id is not its number, so that a reader could not resume after it",
           "check which version runs there"},
};
constexpr auto followed_reasons = with_talk(session_lost_reasons, events_reasons, followed_own);

std::optional<Finding> judge_order(Layers& layers, const Run& run, const std::vector<CloudEvent>& events) {
    for (const CloudEvent& event : events) {
        if (event.sequence < 1)
            return layers.broke(
                "content", Status::action_required, "events.wrong-shape",
                run.context.redactor.text("an event '{}' is not one of the Cloud's", event.type));
        if (event.id != fmt::format("{}", event.sequence))
            return layers.broke(
                "id", Status::action_required, "events.id-mismatch",
                run.context.redactor.text("event {} has the id {}", event.sequence, event.id));
    }
    if (const CloudEvent* late = first_disorder(events))
        return layers.broke(
            "order", Status::action_required, "events.out-of-order",
            run.context.redactor.text("event {} comes after one with a higher number", late->sequence));
    return std::nullopt;
}

Finding followed(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    SessionFacts& facts = run.facts<SessionFacts>();
    SessionView view;
    if (auto broken = read_session(cloud, layers, run, facts.id, cloud.token(), view))
        return std::move(*broken);
    std::unique_ptr<probes::EventStream> stream;
    if (auto broken =
            follow_events(layers, run, cloud, session_path(facts.id, "/events"), cloud.token(), 0, stream))
        return std::move(*broken);
    const auto events = events_until(*stream, view.sequence, run.context.probe());
    layers.evidence("events", static_cast<std::int64_t>(events.size()));
    if (auto broken = judge_order(layers, run, events)) return std::move(*broken);
    if (events.empty() || events.back().sequence < view.sequence || events.front().type != "session.created")
        return layers.broke(
            "events", Status::action_required, "events.missing",
            run.context.redactor.text("of {} events only {} came", view.sequence, events.size()));
    facts.sequences.clear();
    for (const CloudEvent& event : events) facts.sequences.push_back(event.sequence);
    return layers.ready(run.context.redactor.text("the session's {} events came in order", events.size()));
}

constexpr std::array resumed_own{
    Reason{"events.skipped", Status::action_required, "resuming after a cursor leaves events out",
           "check which version runs there: a reader that reconnects misses what happened"},
    Reason{"events.repeated", Status::action_required, "resuming after a cursor brings events a second time",
           "check which version runs there, and whether the proxy passes the query on"},
    Reason{"events.too-few", Status::unknown, "the session has too few events to resume between them",
           "run it where artifacts or an agent are enabled"},
};
constexpr auto resumed_reasons = with_talk(events_reasons, resumed_own);

Finding resumed(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const SessionFacts& facts = run.facts<SessionFacts>();
    if (facts.sequences.size() < 2)
        return optional_end(layers.broke("events", Status::unknown, "events.too-few",
                                         "the session has too few events to resume between them"_safe));
    const std::size_t middle = (facts.sequences.size() - 1) / 2;
    const std::int64_t cursor = facts.sequences[middle];
    std::unique_ptr<probes::EventStream> stream;
    if (auto broken = follow_events(layers, run, cloud, session_path(facts.id, "/events"), cloud.token(),
                                    cursor, stream))
        return std::move(*broken);
    const auto events = events_until(*stream, facts.sequences.back(), run.context.probe());
    layers.evidence("cursor", cursor);
    for (const CloudEvent& event : events)
        if (event.sequence <= cursor)
            return layers.broke("cursor", Status::action_required, "events.repeated",
                                run.context.redactor.text("after the cursor {} comes event {} again", cursor,
                                                          event.sequence));
    // More may have happened meanwhile; what was there has to come, one after another.
    for (std::size_t i = middle + 1; i < facts.sequences.size(); ++i) {
        const std::size_t at = i - middle - 1;
        if (at < events.size() && events[at].sequence == facts.sequences[i]) continue;
        return layers.broke("cursor", Status::action_required, "events.skipped",
                            run.context.redactor.text("after the cursor {} event {} does not come", cursor,
                                                      facts.sequences[i]));
    }
    return layers.ready(
        run.context.redactor.text("after the cursor {} nothing is left out and nothing comes twice", cursor));
}

constexpr std::array workspace_own{
    Reason{"events.created-missing", Status::action_required,
           "the workspace's stream does not tell that the session was made",
           "look at the Cloud's log: Desktop would not show the session before it is restarted"},
};
constexpr auto workspace_reasons = with_talk(events_reasons, workspace_own);

// The stream begins with the first event that is kept: a place in the middle is not to be had beforehand.
Finding workspace_told(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const std::string& id = run.facts<SessionFacts>().id;
    std::unique_ptr<probes::EventStream> stream;
    if (auto broken = follow_events(layers, run, cloud, "/api/events", cloud.token(), 0, stream))
        return std::move(*broken);
    std::int64_t read = 0;
    Budget quiet = run.context.probe();
    while (auto event = next_event(*stream, quiet)) {
        ++read;
        quiet = run.context.probe();
        if (event->type != "session.created" || event->session_id != id) continue;
        layers.evidence("events", read);
        return layers.ready("the workspace is told that the session was made"_safe);
    }
    layers.evidence("events", read);
    return layers.broke("events", Status::action_required, "events.created-missing",
                        run.context.redactor.text("none of {} events tells of the session", read));
}

constexpr std::array aborted_own{
    Reason{"session.not-aborted", Status::action_required,
           "nobody stops what the session is doing: the command is taken, and nothing comes of it",
           "start a worker, and look at its log"},
};
constexpr auto aborted_reasons = with_talk(session_lost_reasons, events_reasons, aborted_own);

// Shows besides that an open stream tells what happens now.
Finding aborted(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const std::string& id = run.facts<SessionFacts>().id;
    SessionView view;
    if (auto broken = read_session(cloud, layers, run, id, cloud.token(), view)) return std::move(*broken);
    std::unique_ptr<probes::EventStream> stream;
    if (auto broken = follow_events(layers, run, cloud, session_path(id, "/events"), cloud.token(),
                                    view.sequence, stream))
        return std::move(*broken);
    if (auto broken = cloud.expect(202, "POST", session_path(id, "/abort"), "{}")) return std::move(*broken);
    const Budget wait = run.context.probe();
    while (auto event = next_event(*stream, wait)) {
        if (event->type != "session.aborted") continue;
        expect_work(run, id, false);
        return layers.ready("a command is worked off, and told as it happens"_safe);
    }
    return layers.broke("events", Status::action_required, "session.not-aborted",
                        "the command to stop is taken, and nothing comes of it"_safe);
}

constexpr std::array needs_created{std::string_view{"cloud.session.created"}};
constexpr std::array needs_followed{std::string_view{"cloud.session.created"},
                                    std::string_view{"cloud.session_events.followed"}};

auto make_steps() {
    Step follow = cloud_step("cloud.session_events.followed", "Session's events followed");
    follow.needs = needs_created;
    follow.sends = "GET /api/sessions/ID/events from the beginning";
    follow.expects = "every event, in the order of its number";
    follow.reasons = followed_reasons;
    follow.run = followed;

    Step resume = cloud_step("cloud.session_events.resumed", "Session's events resumed");
    resume.needs = needs_followed;
    resume.sends = "GET /api/sessions/ID/events after a cursor in the middle";
    resume.expects = "nothing left out, nothing twice";
    resume.reasons = resumed_reasons;
    resume.run = resumed;

    Step workspace = cloud_step("cloud.workspace_events.told", "Workspace told of the session");
    workspace.budget = 30s;
    workspace.needs = needs_created;
    workspace.sends = "GET /api/events";
    workspace.expects = "session.created of the new session";
    workspace.reasons = workspace_reasons;
    workspace.run = workspace_told;

    Step stop = cloud_step("cloud.session.aborted", "Session stopped");
    stop.effect = Effect::creates;
    stop.needs = needs_followed;
    stop.sends = "POST /api/sessions/ID/abort, while its events are followed";
    stop.removes = "what the session is doing";
    stop.expects = "202, and session.aborted";
    stop.reasons = aborted_reasons;
    stop.run = aborted;

    return std::array{follow, resume, workspace, stop};
}

}  // namespace

std::span<const Step> cloud_event_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
