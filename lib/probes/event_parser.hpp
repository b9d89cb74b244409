#pragma once

#include "probes/event_stream.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::probes {

// Reads a text/event-stream as the HTML standard has it (section 9.2.6), from chunks cut anywhere. Pure.
// An event that the stream's end cuts off is none. `retry` is ignored: nothing here reconnects by itself.
class EventParser {
  public:
    // Bytes of one event: its type, id, data and the line that is being read. One more and the stream fails.
    static constexpr std::size_t event_limit = std::size_t{1024} * 1024;

    // Takes the next bytes and appends the events that they complete. False once the stream has failed; then
    // nothing more is taken.
    [[nodiscard]] bool take(std::string_view bytes, std::vector<ServerEvent>& events);

  private:
    [[nodiscard]] std::string_view without_mark(std::string_view bytes);
    [[nodiscard]] bool grow(std::string_view part);
    void end_line(std::vector<ServerEvent>& events);
    void take_field(std::string_view name, std::string_view value);
    void dispatch(std::vector<ServerEvent>& events);

    std::string line_;  // so far
    std::string type_, data_, id_;
    std::size_t mark_seen_ = 0;  // bytes of the byte order mark so far
    bool mark_possible_ = true;  // at the very beginning
    bool after_return_ = false;  // a LF that comes now belongs to the CR before it
    bool failed_ = false;
};

}  // namespace cowork::probes
