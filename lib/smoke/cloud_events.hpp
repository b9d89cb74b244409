#pragma once

#include "smoke/cloud_talk.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// The Cloud's streams of events, of a session or of the workspace.

struct CloudEvent {
    std::int64_t sequence = -1;
    std::string id;  // of the frame: the sequence, where all is well
    std::string type, session_id;
};

inline constexpr std::array events_reasons{
    checks::Reason{"events.no-stream", Status::action_required, "the answer is no stream of events",
                   "let the proxy pass text/event-stream on, unbuffered"},
    checks::Reason{"events.wrong-shape", Status::action_required, "an event is not one of the Cloud's",
                   "check which version runs there"},
};

// Follows the stream at that path; ends the step when it is none. `after` of 0: from the beginning.
[[nodiscard]] std::optional<checks::Finding> follow_events(checks::Layers& layers, Run& run, CloudTalk& cloud,
                                                           std::string_view path, const Secret* bearer,
                                                           std::int64_t after,
                                                           std::unique_ptr<probes::EventStream>& stream);
// The next event; nothing when the budget is spent or the stream ended. Its sequence is -1 for an odd one.
[[nodiscard]] std::optional<CloudEvent> next_event(probes::EventStream& stream, const Budget& budget);
// All events until one has that sequence or a higher one and nothing follows it at once, or the budget is
// spent.
[[nodiscard]] std::vector<CloudEvent> events_until(probes::EventStream& stream, std::int64_t last,
                                                   const Budget& budget);
// The first whose number is not higher than that of the one before it; null when all are in order.
[[nodiscard]] const CloudEvent* first_disorder(const std::vector<CloudEvent>& events);

}  // namespace cowork::smoke
