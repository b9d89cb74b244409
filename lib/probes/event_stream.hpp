#pragma once

#include "core/budget.hpp"
#include "probes/http.hpp"

#include <optional>
#include <string>

namespace cowork::probes {

// One event of a text/event-stream, as a browser's EventSource would dispatch it.
struct ServerEvent {
    std::string id;                // the last id that the stream gave, of this event or an earlier one
    std::string type = "message";  // unless the event names another
    std::string data;              // its data lines, joined by LF
};

// A stream of events that is being followed. For one thread at a time.
class EventStream {
  public:
    virtual ~EventStream() = default;  // closes the connection, waits for nobody
    // Status and headers; the body too, but only where it is not the 2xx text/event-stream asked for.
    [[nodiscard]] virtual const HttpAnswer& head() const = 0;
    // The next event; nothing when the budget is spent, the stream ended or it is not one.
    [[nodiscard]] virtual std::optional<ServerEvent> next(const Budget& budget) = 0;
    // Nothing more comes: the service ended it, the connection broke, or an event was beyond the bounds of
    // EventParser. What arrived before is still to be had from next().
    [[nodiscard]] virtual bool ended() const = 0;
};

}  // namespace cowork::probes
