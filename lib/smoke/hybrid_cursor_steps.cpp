#include "checks/json_answers.hpp"
#include "net/url.hpp"
#include "smoke/channel_parts.hpp"
#include "smoke/cloud_events.hpp"
#include "smoke/cloud_sessions.hpp"
#include "smoke/groups.hpp"
#include "smoke/hybrid_parts.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

// The order of a thread's events is the same on every surface, and each reader's place is kept.
namespace cowork::smoke {
namespace {

using checks::Finding;
using checks::Layers;
using checks::Reason;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::array same_own{
    Reason{"events.out-of-order", Status::action_required,
           "the events do not come in the order of their numbers",
           "check which version runs there, and what stands before it"},
    Reason{"events.same-number", Status::action_required, "two events have the same number",
           "check which version runs there: a reader that resumes misses one of them"},
    Reason{"events.prompts-missing", Status::action_required, "fewer prompts are told than were sent",
           "look at the worker's log"},
    Reason{"events.differ", Status::action_required, "the channel is told other events than Desktop",
           "check which version runs there"},
    Reason{"events.missing", Status::action_required,
           "a stream does not bring the events that the session's projection is made of",
           "let the proxy pass text/event-stream on, unbuffered, and look at the Cloud's log"},
};
constexpr auto same_reasons = with_talk(session_lost_reasons, events_reasons, same_own);

std::optional<Finding> judge_numbers(Layers& layers, const Run& run, const std::vector<CloudEvent>& events) {
    std::vector<std::int64_t> numbers;
    for (const CloudEvent& event : events) {
        if (std::find(numbers.begin(), numbers.end(), event.sequence) != numbers.end())
            return layers.broke("order", Status::action_required, "events.same-number",
                                run.context.redactor.text("two events have the number {}", event.sequence));
        numbers.push_back(event.sequence);
    }
    if (const CloudEvent* late = first_disorder(events))
        return layers.broke(
            "order", Status::action_required, "events.out-of-order",
            run.context.redactor.text("event {} comes after one with a higher number", late->sequence));
    return std::nullopt;
}

// From the beginning, as one of the surfaces is told them.
std::optional<Finding> told(Layers& layers, Run& run, CloudTalk& cloud, const std::string& path,
                            const Secret* token, std::int64_t last, std::vector<CloudEvent>& events) {
    std::unique_ptr<probes::EventStream> stream;
    if (auto broken = follow_events(layers, run, cloud, path, token, 0, stream)) return broken;
    events = events_until(*stream, last, run.context.probe());
    if (auto broken = judge_numbers(layers, run, events)) return broken;
    if (!events.empty() && events.back().sequence >= last) return std::nullopt;
    return layers.broke(
        "events", Status::action_required, "events.missing",
        run.context.redactor.text("{} events came, and event {} did not", events.size(), last));
}

bool same(const CloudEvent& one, const CloudEvent& other) {
    return one.sequence == other.sequence && one.type == other.type;
}

Finding same_order(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const HybridFacts& facts = run.facts<HybridFacts>();
    const Secret* desktop = &facts.desktop.plaintext;
    SessionView view;
    if (auto broken = read_session(cloud, layers, run, facts.session, desktop, view))
        return std::move(*broken);
    std::vector<CloudEvent> here, there;
    if (auto broken =
            told(layers, run, cloud, session_path(facts.session, "/events"), desktop, view.sequence, here))
        return std::move(*broken);
    const std::string thread =
        fmt::format("/api/channels/sessions/{}/events", net::percent_encode(facts.thread));
    if (auto broken =
            told(layers, run, cloud, thread, &run.facts<ChannelFacts>().token, view.sequence, there))
        return std::move(*broken);
    const std::size_t common = std::min(here.size(), there.size());
    if (!std::equal(here.begin(), here.begin() + static_cast<std::ptrdiff_t>(common), there.begin(), same) ||
        common == 0)
        return layers.broke("events", Status::action_required, "events.differ",
                            "the channel is told other events than Desktop"_safe);
    const auto prompts = std::count_if(
        here.begin(), here.end(), [](const CloudEvent& event) { return event.type == "prompt.submitted"; });
    layers.evidence("events", static_cast<std::int64_t>(common));
    layers.evidence("prompts", static_cast<std::int64_t>(prompts));
    if (prompts < static_cast<std::ptrdiff_t>(facts.prompts))
        return layers.broke("prompts", Status::action_required, "events.prompts-missing",
                            run.context.redactor.text("of {} prompts {} are told", facts.prompts, prompts));
    return layers.ready(
        run.context.redactor.text("{} events in the same order for Desktop and the channel", common));
}

constexpr std::array kept_own{
    Reason{"cursor.not-kept", Status::action_required, "the Cloud does not keep how far the channel has read",
           "check which version runs there: after a restart the gateway would deliver everything again"},
    Reason{"cursor.went-back", Status::action_required, "a cursor of the past moves the kept one back",
           "check which version runs there"},
};
constexpr auto kept_reasons = with_talk(session_lost_reasons, kept_own);

// Moves the channel's cursor, and tells where it is afterwards.
std::optional<Finding> move_cursor(Layers& layers, Run& run, CloudTalk& cloud, std::int64_t sequence,
                                   std::int64_t& kept) {
    const Secret* token = &run.facts<ChannelFacts>().token;
    const json body{{"bindingId", run.facts<HybridFacts>().thread}, {"lastEventSequence", sequence}};
    if (auto broken = cloud.ask(cloud.request("POST", "/api/channels/cursor", token, written(body)),
                                run.context.probe()))
        return broken;
    if (cloud.answer().status != 200) return cloud.refused("POST /api/channels/cursor");
    if (auto broken = cloud.ask(cloud.request("GET", thread_query(run), token), run.context.probe()))
        return broken;
    if (cloud.answer().status != 200) return cloud.refused("GET /api/channels/sessions/by-thread");
    const json document = cloud.document();
    kept = number_at(object_in(document, "binding"), "lastEventSequence");
    layers.passed("cursor", run.context.redactor.text("asked for {}, it is {}", sequence, kept));
    return std::nullopt;
}

Finding cursor_kept(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const HybridFacts& facts = run.facts<HybridFacts>();
    SessionView view;
    if (auto broken = read_session(cloud, layers, run, facts.session, &facts.desktop.plaintext, view))
        return std::move(*broken);
    std::int64_t kept = -1;
    if (auto broken = move_cursor(layers, run, cloud, view.sequence, kept)) return std::move(*broken);
    if (kept != view.sequence)
        return layers.broke("cursor", Status::action_required, "cursor.not-kept",
                            run.context.redactor.text("moved to {}, the cursor is {}", view.sequence, kept));
    if (auto broken = move_cursor(layers, run, cloud, view.sequence - 1, kept)) return std::move(*broken);
    if (kept != view.sequence)
        return layers.broke(
            "cursor", Status::action_required, "cursor.went-back",
            run.context.redactor.text("the cursor went back from {} to {}", view.sequence, kept));
    return layers.ready("the channel's cursor is kept, and does not go back"_safe);
}

constexpr std::array replayed_own{
    Reason{"replay.not-from-the-beginning", Status::action_required,
           "a reader whose cursor is of no use is not told from the first event on",
           "check which version runs there: such a reader would show a thread with holes"},
};
constexpr auto replayed_reasons = with_talk(events_reasons, replayed_own);

// A cursor that is no number counts as none.
Finding replayed(Run& run) {
    Layers layers;
    CloudTalk cloud(run, layers);
    if (auto broken = cloud.open()) return std::move(*broken);
    const HybridFacts& facts = run.facts<HybridFacts>();
    std::unique_ptr<probes::EventStream> stream;
    if (auto broken =
            follow_events(layers, run, cloud, session_path(facts.session, "/events?after=of-no-use"),
                          &facts.desktop.plaintext, 0, stream))
        return std::move(*broken);
    const auto first = next_event(*stream, run.context.probe());
    if (!first || first->sequence != 1)
        return layers.broke("replay", Status::action_required, "replay.not-from-the-beginning",
                            run.context.redactor.text("the first event has the number {}",
                                                      first ? first->sequence : std::int64_t{-1}));
    return layers.ready("a reader without a usable cursor is told from the first event on"_safe);
}

constexpr std::array needs_bound{std::string_view{"hybrid.thread.bound"}};
constexpr std::array needs_created{std::string_view{"hybrid.thread.created"}};

auto make_steps() {
    Step order = hybrid_step("hybrid.events.same", "Events the same on every surface");
    order.needs = needs_bound;
    order.sends = "GET of the session's events as Desktop and as the channel";
    order.expects = "the same events in the same order, no number twice, every prompt among them";
    order.reasons = same_reasons;
    order.run = same_order;

    Step cursor = hybrid_step("hybrid.cursor.kept", "Channel's cursor kept");
    cursor.effect = Effect::creates;
    cursor.needs = needs_bound;
    cursor.sends = "POST /api/channels/cursor, forward and then back, and GET of the thread";
    cursor.expects = "the cursor stays at the higher one";
    cursor.reasons = kept_reasons;
    cursor.run = cursor_kept;

    Step replay = hybrid_step("hybrid.cursor.replayed", "Reader without a usable cursor told everything");
    replay.needs = needs_created;
    replay.sends = "GET /api/sessions/ID/events after a cursor that is no number";
    replay.expects = "the first event has the number 1";
    replay.reasons = replayed_reasons;
    replay.run = replayed;

    return std::array{order, cursor, replay};
}

}  // namespace

std::span<const Step> hybrid_cursor_steps() {
    static const auto steps = make_steps();
    return steps;
}

}  // namespace cowork::smoke
