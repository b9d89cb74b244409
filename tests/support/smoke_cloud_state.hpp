#pragma once

#include "support/smoke_cloud.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The parts of SmokeCloud.
namespace cowork::test::smoke_cloud {

using Json = nlohmann::ordered_json;

// Who asks.
struct Principal {
    bool local = false;  // auth mode none, without a good token
    std::string token_id;
    std::vector<std::string> scopes;

    [[nodiscard]] bool has(std::string_view scope) const;
    // As the services behind the policy judge: the account is always the organisation's owner.
    [[nodiscard]] bool manages_channels() const { return local || has("admin"); }
};

// What the Cloud keeps: records as it shows them.
struct State {
    explicit State(SmokeCloudOptions given);
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State();

    SmokeCloudOptions options;
    std::vector<Json> tokens;                       // without the plaintext
    std::map<std::string, std::string> plaintexts;  // by token id
    std::vector<Json> agents, bindings, identities;
    std::vector<Json> threads;  // channel session bindings
    std::vector<Json> interactions, deliveries;
    std::vector<Json> sessions;   // {session, sequence, view, events}
    std::vector<Json> artifacts;  // {record, dataBase64}
    std::vector<Json> workspace_events;
    std::condition_variable changed;  // an event came, or `closing` was set
    bool closing = false;
    std::deque<std::chrono::steady_clock::time_point> asked;  // within the rate window

    [[nodiscard]] bool faulty(std::string_view fault) const {
        return options.faults.count(std::string(fault)) > 0;
    }
    [[nodiscard]] std::string uuid();
    // A text of that length that no other call gets.
    [[nodiscard]] std::string unique(std::string_view alphabet, std::size_t length);
    // A moment later than any before, so that the order of changes shows.
    [[nodiscard]] std::string now();

  private:
    unsigned long long made_ = 0;
    long long last_ms_ = 0;
};

// One request on its way.
struct Call {
    const httplib::Request& request;
    httplib::Response& response;
    std::vector<std::string> path;  // its segments, unescaped
    const Json& body;               // an object, empty when there is none
    Principal who;
    State& state;
    std::mutex& mutex;

    // A segment, empty past the end.
    [[nodiscard]] std::string at(std::size_t index) const { return index < path.size() ? path[index] : ""; }
    [[nodiscard]] bool is(std::string_view method) const;
};

void send_json(httplib::Response& response, int status, const Json& body);
void send_error(httplib::Response& response, int status, const std::string& message,
                const std::string& policy_code = {});

// As the product reads a body: a text that is not blank, else empty.
[[nodiscard]] std::string text(const Json& object, const char* key);
// A text when it is among the words, else empty.
[[nodiscard]] std::string word(const Json& object, const char* key,
                               std::initializer_list<std::string_view> words);
[[nodiscard]] Json or_null(const std::string& text);
[[nodiscard]] Json record(const Json& object, const char* key);
[[nodiscard]] bool holds(const Json& list, std::string_view value);
// The record whose member is that; null when there is none.
[[nodiscard]] Json* find(std::vector<Json>& records, const char* key, const std::string& value);
// `limit` of the query as the product clamps it.
[[nodiscard]] std::size_t limit_of(const httplib::Request& request, std::size_t fallback);
// Newest change first, at most that many.
[[nodiscard]] Json newest(std::vector<Json> records, std::size_t limit);

// This moment as the product writes it.
[[nodiscard]] std::string report_now();
// Lists what is active, or what is not.
[[nodiscard]] std::string describe(const State& state, bool active);

// Why the policy denies the call; empty when it allows it.
[[nodiscard]] std::string denial(Call& call);
// Whether the principal may act for these channel bindings, as its grants say and the bindings are active.
[[nodiscard]] bool in_scope(State& state, const Principal& who,
                            const std::vector<std::string>& channel_bindings);
[[nodiscard]] std::vector<std::string> grants_of(State& state, const std::string& token_id);

// The routes below answer; false: not theirs.
[[nodiscard]] bool serve_tokens(Call& call);
[[nodiscard]] bool serve_channel_directory(Call& call);   // agents, bindings, identities
[[nodiscard]] bool serve_channel_threads(Call& call);     // sessions, cursor
[[nodiscard]] bool serve_channel_deliveries(Call& call);  // deliveries, interactions
[[nodiscard]] bool serve_sessions(Call& call);
[[nodiscard]] bool serve_artifacts(Call& call);
[[nodiscard]] bool serve_workspace(Call& call);
void serve_workbench(httplib::Response& response, const State& state);
void serve_readiness(httplib::Response& response, const State& state);
[[nodiscard]] Json who_am_i(const Principal& who);

// Shared by sessions, artifacts and threads.
[[nodiscard]] Json* find_session(State& state, const std::string& id);
[[nodiscard]] Json& make_session(State& state, std::string title, const std::string& profile);
void append_event(State& state, Json& session, const std::string& type, Json payload);
[[nodiscard]] Json view_of(const Json& session);
// Answers a prompt, or refuses it; `extra` goes into the answer.
void prompt(Call& call, Json& session, const std::string& prompt_text, const std::string& agent, Json extra);
// Streams the session's events, or the workspace's without one.
void stream_events(Call& call, const std::string& session_id);

}  // namespace cowork::test::smoke_cloud
