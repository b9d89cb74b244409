#include "smoke/cloud_events.hpp"

#include "checks/json_answers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace cowork::smoke {
namespace {

// How long an event may come behind a later one and still be noticed.
constexpr std::chrono::milliseconds straggling{150};

}  // namespace

using checks::Finding;
using checks::Layers;

std::optional<Finding> follow_events(Layers& layers, Run& run, CloudTalk& cloud, std::string_view path,
                                     const Secret* bearer, std::int64_t after,
                                     std::unique_ptr<probes::EventStream>& stream) {
    const std::string place = after > 0 ? fmt::format("{}?after={}", path, after) : std::string(path);
    stream = run.client.follow(cloud.request("GET", place, bearer), run.context.probe());
    if (auto broken = cloud.judge(stream->head(), bearer)) return broken;
    if (stream->head().status != 200) return cloud.refused(fmt::format("GET {}", path));
    if (stream->head().media_type() == "text/event-stream") return std::nullopt;
    return layers.broke("content", Status::action_required, "events.no-stream",
                        run.context.redactor.text("{} is no stream of events", path));
}

std::optional<CloudEvent> next_event(probes::EventStream& stream, const Budget& budget) {
    const auto frame = stream.next(budget);
    if (!frame) return std::nullopt;
    CloudEvent event;
    event.id = frame->id;
    event.type = frame->type;
    const auto data = checks::object_in(frame->data);
    if (!data || checks::text_at(*data, "type") != event.type) return event;
    event.sequence = number_at(*data, "sequence");
    event.session_id = checks::text_at(*data, "sessionId");
    return event;
}

std::vector<CloudEvent> events_until(probes::EventStream& stream, std::int64_t last, const Budget& budget) {
    std::vector<CloudEvent> events;
    bool reached = false;
    while (auto event = next_event(stream, reached ? budget.part(straggling) : budget)) {
        reached = reached || event->sequence >= last;
        events.push_back(std::move(*event));
    }
    return events;
}

const CloudEvent* first_disorder(const std::vector<CloudEvent>& events) {
    const auto found = std::adjacent_find(
        events.begin(), events.end(),
        [](const CloudEvent& one, const CloudEvent& next) { return next.sequence <= one.sequence; });
    return found == events.end() ? nullptr : &*std::next(found);
}

}  // namespace cowork::smoke
