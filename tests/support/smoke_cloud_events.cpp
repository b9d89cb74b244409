#include "support/httplib_config.hpp"
#include "support/smoke_cloud_state.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <memory>

namespace cowork::test::smoke_cloud {
namespace {

// Where one reader of a stream stands.
struct Reader {
    std::string session_id;  // empty: the workspace
    long long last = 0;
    std::size_t given = 0;  // events seen so far
    bool resumed = false;   // began after a cursor
    bool started = false;
};

// As the product reads a position: a positive integer, else none.
long long position(const std::string& text) {
    long long value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size() && value > 0 ? value : 0;
}

long long position_in(const httplib::Request& request) {
    const long long after = position(request.get_param_value("after"));
    return after > 0 ? after : position(request.get_header_value("last-event-id"));
}

std::string frame(const State& state, Json event) {
    if (event["type"] == "artifact.created") event["payload"].erase("key");
    const std::string id = state.faulty("events-id-not-sequence") ? event["eventId"].get<std::string>()
                                                                  : event["sequence"].dump();
    return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, event["type"].get<std::string>(), event.dump());
}

std::vector<Json> events_of(State& state, const std::string& session_id) {
    if (session_id.empty()) return state.workspace_events;
    const Json* session = find_session(state, session_id);
    return session == nullptr ? std::vector<Json>{} : (*session)["events"].get<std::vector<Json>>();
}

// The frames that came since the reader was last here.
std::string frames_for(State& state, Reader& reader) {
    if (state.faulty("events-never")) return {};
    const auto all = events_of(state, reader.session_id);
    std::vector<std::string> frames;
    for (; reader.given < all.size(); ++reader.given) {
        const Json& event = all[reader.given];
        // By position in the log, so that two events with one number are both shown.
        if (event["sequence"].get<long long>() <= reader.last) continue;
        if (reader.resumed && state.faulty("events-skip-after-cursor")) {
            reader.resumed = false;
            continue;
        }
        frames.push_back(frame(state, event));
    }
    if (frames.size() > 1 && state.faulty("events-out-of-order")) std::swap(frames[0], frames[1]);
    std::string out;
    for (const std::string& one : frames) out += one;
    return out;
}

}  // namespace

void stream_events(Call& call, const std::string& session_id) {
    const auto reader = std::make_shared<Reader>();
    reader->session_id = session_id;
    reader->last = call.state.faulty("events-from-the-beginning") ? 0 : position_in(call.request);
    reader->resumed = reader->last > 0;
    State& state = call.state;
    std::mutex& mutex = call.mutex;
    call.response.set_header("cache-control", "no-store, no-transform");
    call.response.set_header("x-accel-buffering", "no");
    call.response.set_chunked_content_provider(
        "text/event-stream; charset=utf-8", [reader, &state, &mutex](std::size_t, httplib::DataSink& sink) {
            std::string out;
            {
                std::unique_lock lock(mutex);
                if (!std::exchange(reader->started, true)) out = ": connected\n\n";
                out += frames_for(state, *reader);
                if (out.empty()) state.changed.wait_for(lock, state.options.keep_alive);
                if (state.closing) return false;
                if (out.empty()) out = frames_for(state, *reader);
                if (out.empty()) out = ": keep-alive\n\n";
            }
            return sink.write(out.data(), out.size());
        });
}

}  // namespace cowork::test::smoke_cloud
