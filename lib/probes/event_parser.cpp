#include "probes/event_parser.hpp"

#include <algorithm>
#include <utility>

namespace cowork::probes {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

bool EventParser::take(std::string_view bytes, std::vector<ServerEvent>& events) {
    if (mark_possible_) bytes = without_mark(bytes);
    while (!failed_ && !bytes.empty()) {
        if (std::exchange(after_return_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const auto end = bytes.find_first_of("\r\n");
        if (!grow(bytes.substr(0, end)) || end == std::string_view::npos) break;
        after_return_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        end_line(events);
    }
    return !failed_;
}

// Drops a byte order mark at the very beginning, though chunks may cut it. What only began like one is text.
std::string_view EventParser::without_mark(std::string_view bytes) {
    while (!bytes.empty() && mark_seen_ < byte_order_mark.size() &&
           bytes.front() == byte_order_mark[mark_seen_]) {
        bytes.remove_prefix(1);
        ++mark_seen_;
    }
    if (mark_seen_ < byte_order_mark.size() && bytes.empty()) return bytes;
    if (mark_seen_ < byte_order_mark.size()) line_ = byte_order_mark.substr(0, mark_seen_);
    mark_possible_ = false;
    return bytes;
}

bool EventParser::grow(std::string_view part) {
    if (part.size() >
        event_limit - std::min(event_limit, line_.size() + data_.size() + type_.size() + id_.size())) {
        failed_ = true;
        line_.clear();
        data_.clear();
        return false;
    }
    line_.append(part);
    return true;
}

void EventParser::end_line(std::vector<ServerEvent>& events) {
    const std::string line = std::exchange(line_, {});
    if (line.empty()) return dispatch(events);
    const auto colon = line.find(':');
    const std::string_view text = line;
    std::string_view value = colon == std::string::npos ? std::string_view{} : text.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(text.substr(0, colon), value);  // a comment is a field without a name
}

void EventParser::take_field(std::string_view name, std::string_view value) {
    if (name == "event") type_ = value;
    if (name == "data") data_.append(value).push_back('\n');
    if (name == "id" && value.find('\0') == std::string_view::npos) id_ = value;
}

// Without a data line there is no event, whatever else was said of it; its id counts all the same.
void EventParser::dispatch(std::vector<ServerEvent>& events) {
    std::string type = std::exchange(type_, {});
    std::string data = std::exchange(data_, {});
    if (data.empty()) return;
    data.pop_back();
    events.push_back({id_, type.empty() ? "message" : std::move(type), std::move(data)});
}

}  // namespace cowork::probes
