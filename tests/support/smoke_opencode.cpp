#include "support/smoke_opencode.hpp"

#include "support/httplib_config.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <stdexcept>

namespace cowork::test {
namespace {

using Json = nlohmann::ordered_json;

struct Session {
    std::string id, directory;
    long long created = 0;  // Unix milliseconds, different for each
    std::vector<Json> events, messages;
    std::map<std::string, Json> admitted;  // by prompt id
};

struct State {
    std::set<std::string> faults;
    std::vector<Session> sessions;
    long long last = 0;

    [[nodiscard]] bool faulty(std::string_view fault) const { return faults.count(std::string(fault)) > 0; }
    [[nodiscard]] Session* find(const std::string& id) {
        const auto found = std::find_if(sessions.begin(), sessions.end(),
                                        [&](const Session& session) { return session.id == id; });
        return found == sessions.end() ? nullptr : &*found;
    }
    [[nodiscard]] long long moment() {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now().time_since_epoch());
        return last = std::max<long long>(last + 1, now.count());
    }
};

void send(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace), "application/json");
}

void not_found(httplib::Response& response, const std::string& id, bool newer) {
    const std::string message = "Session not found: " + id;
    if (newer)
        return send(response, 404,
                    {{"_tag", "SessionNotFoundError"}, {"sessionID", id}, {"message", message}});
    send(response, 404, {{"name", "NotFoundError"}, {"data", {{"message", message}}}});
}

Json newer_form(const Session& session) {
    return {{"id", session.id},
            {"projectID", "global"},
            {"cost", 0},
            {"time", {{"created", session.created}, {"updated", session.created}}},
            {"title", fmt::format("New session - {}", session.created)},
            {"location", {{"directory", session.directory}}}};
}

Json older_form(const Session& session) {
    return {{"id", session.id},
            {"slug", "brave-tiger"},
            {"projectID", "global"},
            {"directory", session.directory},
            {"title", fmt::format("New session - {}", session.created)},
            {"version", "1.18.3"},
            {"time", {{"created", session.created}, {"updated", session.created}}}};
}

void make(State& state, const Json& body, httplib::Response& response) {
    if (state.faulty("session-not-created"))
        return send(response, 500, {{"name", "UnknownError"}, {"data", {{"message", "made up"}}}});
    const std::string id = body.value("id", fmt::format("ses_{}ffeFake", state.moment()));
    if (!id.starts_with("ses"))
        return send(response, 400, {{"_tag", "InvalidRequestError"}, {"message", "Expected a string"}});
    if (state.find(id) == nullptr) {
        const Json location = body.value("location", Json::object());
        std::string directory = location.value("directory", "/srv/work");
        if (state.faulty("session-elsewhere")) directory = "/srv/elsewhere";
        state.sessions.push_back({id, directory, state.moment(), {}, {}, {}});
    }
    send(response, 200, {{"data", newer_form(*state.find(id))}});
}

void append(State& state, Session& session, const std::string& type, Json data) {
    data["timestamp"] = state.moment();
    data["sessionID"] = session.id;
    session.events.push_back({{"id", fmt::format("evt_{}", state.last)},
                              {"type", "session.next." + type},
                              {"durable", {{"aggregateID", session.id}, {"seq", session.events.size() + 1}}},
                              {"data", std::move(data)}});
}

void answer_prompt(State& state, Session& session) {
    append(state, session, "step.started", {{"agent", "build"}});
    if (state.faulty("prompt-fails"))
        return append(state, session, "step.failed", {{"error", {{"message", "the model is not there"}}}});
    append(state, session, "text.started", {{"textID", "text-0"}});
    append(state, session, "text.ended", {{"textID", "text-0"}, {"text", "mock reply"}});
    append(state, session, "step.ended", {{"finish", "stop"}});
    session.messages.push_back({{"id", fmt::format("msg_{}", state.moment())},
                                {"time", {{"created", state.last}}},
                                {"type", "assistant"},
                                {"content", {{{"type", "text"}, {"text", "mock reply"}}}}});
}

void prompt(State& state, Session& session, const Json& body, httplib::Response& response) {
    const std::string id = body.value("id", fmt::format("msg_{}", state.moment()));
    const std::string text = body.value("prompt", Json::object()).value("text", "");
    const auto known = session.admitted.find(id);
    if (known != session.admitted.end() && !state.faulty("prompt-twice")) {
        if (known->second["prompt"]["text"] != text)
            return send(response, 409, {{"_tag", "ConflictError"}, {"resource", id}});
        return send(response, 200, {{"data", known->second}});
    }
    const Json asked{{"messageID", id}, {"prompt", {{"text", text}}}, {"delivery", "queue"}};
    append(state, session, "prompt.admitted", asked);
    const Json admitted{{"admittedSeq", session.events.size()},
                        {"id", id},
                        {"sessionID", session.id},
                        {"prompt", {{"text", text}}},
                        {"delivery", "queue"},
                        {"timeCreated", state.last}};
    session.admitted[id] = admitted;
    append(state, session, "prompted", asked);
    session.messages.push_back(
        {{"id", id}, {"time", {{"created", state.last}}}, {"text", text}, {"type", "user"}});
    answer_prompt(state, session);
    send(response, 200, {{"data", admitted}});
}

// All of them at once, and then the end: the real stream stays open.
void stream(const Session& session, const httplib::Request& request, httplib::Response& response) {
    const std::string after = request.get_param_value("after");
    const std::size_t first = after.empty() ? 0 : std::stoul(after);
    std::string text;
    for (std::size_t i = first; i < session.events.size(); ++i)
        text += "data: " + session.events[i].dump() + "\n\n";
    response.set_content(text, "text/event-stream");
}

Json newest_first(std::vector<Json> records, std::size_t limit) {
    std::reverse(records.begin(), records.end());
    records.resize(std::min(records.size(), limit));
    return records;
}

std::size_t limit_of(const httplib::Request& request, std::size_t fallback) {
    return request.has_param("limit") ? std::stoul(request.get_param_value("limit")) : fallback;
}

std::vector<Json> listed(const State& state, const std::string& directory, Json (*form)(const Session&)) {
    std::vector<Json> found;
    for (const Session& session : state.sessions)
        if (directory.empty() || session.directory == directory) found.push_back(form(session));
    return found;
}

void remove(State& state, const std::string& id, httplib::Response& response) {
    if (state.faulty("delete-refused")) return send(response, 500, {{"name", "UnknownError"}});
    if (!state.faulty("delete-ignored"))
        std::erase_if(state.sessions, [&](const Session& session) { return session.id == id; });
    send(response, 200, true);
}

// /api/session/ID/WHAT
bool serve_newer(State& state, const std::string& id, const std::string& what,
                 const httplib::Request& request, httplib::Response& response, const Json& body) {
    Session* const session = state.find(id);
    const bool reads = request.method == "GET", posts = request.method == "POST";
    if ((posts && what == "interrupt") || (posts && what == "prompt") ||
        (reads && (what == "event" || what == "message" || what.empty()))) {
        if (session == nullptr) {
            not_found(response, id, true);
        } else if (what == "prompt") {
            prompt(state, *session, body, response);
        } else if (what == "event") {
            stream(*session, request, response);
        } else if (what == "message") {
            const Json cursor{{"previous", "made-up"}, {"next", "made-up"}};
            send(response, 200,
                 {{"data", newest_first(session->messages, limit_of(request, 50))}, {"cursor", cursor}});
        } else if (what.empty()) {
            send(response, 200, {{"data", newer_form(*session)}});
        } else {
            response.status = 204;
        }
        return true;
    }
    return false;
}

// /session/ID/WHAT
bool serve_older(State& state, const std::string& id, const std::string& what,
                 const httplib::Request& request, httplib::Response& response) {
    const Session* const session = state.find(id);
    if (request.method == "POST" && what == "abort") {
        send(response, 200, true);
    } else if (request.method == "DELETE" && what.empty()) {
        session == nullptr ? not_found(response, id, false) : remove(state, id, response);
    } else if (request.method == "GET" && (what.empty() || what == "message")) {
        if (session == nullptr || (what.empty() && state.faulty("session-not-found"))) {
            not_found(response, id, false);
        } else {
            send(response, 200, what.empty() ? older_form(*session) : Json::array());
        }
    } else {
        return false;
    }
    return true;
}

bool serve(State& state, const httplib::Request& request, httplib::Response& response) {
    const bool newer = request.path.starts_with("/api/session");
    const std::string root = newer ? "/api/session" : "/session";
    if (!request.path.starts_with(root)) return false;
    const Json parsed = request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
    const Json body = parsed.is_object() ? parsed : Json::object();
    if (request.path == root) {
        if (newer && request.method == "POST") {
            make(state, body, response);
        } else if (request.method == "GET") {
            const auto all =
                listed(state, request.get_param_value("directory"), newer ? newer_form : older_form);
            const Json list = newest_first(all, limit_of(request, newer ? 50 : 100));
            send(response, 200, newer ? Json{{"data", list}, {"cursor", Json::object()}} : list);
        } else {
            return false;
        }
        return true;
    }
    const std::string rest = request.path.substr(root.size() + 1);
    const auto slash = rest.find('/');
    const std::string id = rest.substr(0, slash);
    const std::string what = slash == std::string::npos ? "" : rest.substr(slash + 1);
    return newer ? serve_newer(state, id, what, request, response, body)
                 : serve_older(state, id, what, request, response);
}

}  // namespace

struct SmokeOpencode::Inside {
    explicit Inside(SmokeOpencodeOptions given)
        : state{std::move(given.faults), {}, 0}, server([&] {
              given.server.more = [this](const auto& request, auto& response) {
                  return serve(state, request, response);
              };
              given.server.unhealthy = state.faulty("unhealthy");
              given.server.never_a_model = state.faulty("no-model");
              return std::move(given.server);
          }()) {}

    State state;
    mutable FakeOpencode server;
};

SmokeOpencode::SmokeOpencode(SmokeOpencodeOptions options) {
    for (const std::string& fault : options.faults)
        if (known_faults().count(fault) == 0) throw std::invalid_argument("no such fault: " + fault);
    inside_ = std::make_unique<Inside>(std::move(options));
}

SmokeOpencode::~SmokeOpencode() = default;

const std::set<std::string_view>& SmokeOpencode::known_faults() {
    static const std::set<std::string_view> all{
        "unhealthy",      "no-model",       "session-not-created", "session-elsewhere", "session-not-found",
        "delete-refused", "delete-ignored", "prompt-fails",        "prompt-twice"};
    return all;
}

std::string SmokeOpencode::url(const std::string& path) const { return inside_->server.url(path); }

std::vector<RecordedRequest> SmokeOpencode::requests() const { return inside_->server.requests(); }

std::string SmokeOpencode::state() const {
    std::string text;
    // Under the server's lock.
    inside_->server.update([&](FakeOpencodeOptions&) {
        for (const Session& session : inside_->state.sessions) {
            text += fmt::format("opencode session {} in {}\n", session.id, session.directory);
            for (const Json& message : session.messages) text += "  " + message.dump() + "\n";
        }
    });
    return text;
}

}  // namespace cowork::test
