#include "support/smoke_cloud_state.hpp"

#include "report/model.hpp"
#include "support/httplib_config.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace cowork::test::smoke_cloud {
namespace {

bool is_active(const Json& one, const char* key, std::initializer_list<std::string_view> words) {
    const std::string value = one.value(key, "");
    return std::find(words.begin(), words.end(), value) != words.end();
}

void list(std::string& out, const std::vector<Json>& all, bool active, const char* what,
          std::initializer_list<const char*> keys, std::initializer_list<std::string_view> active_words) {
    std::vector<std::string> lines;
    for (const Json& one : all) {
        if (is_active(one, "status", active_words) != active) continue;
        std::string line = what;
        for (const char* key : keys) line += " " + one.value(key, "-");
        lines.push_back(line + "\n");
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out += line;
}

bool usable(const Json& token) {
    return token["revokedAt"].is_null() && token["expiresAt"].get<std::string>() > report_now();
}

}  // namespace

bool Principal::has(std::string_view scope) const {
    return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

State::State(SmokeCloudOptions given) : options(std::move(given)) {}
State::~State() = default;

std::string State::uuid() { return fmt::format("5f1c0de0-0000-4000-8000-{:012x}", ++made_); }

std::string State::unique(std::string_view alphabet, std::size_t length) {
    unsigned long long number = ++made_ * 6364136223846793005ULL + 1442695040888963407ULL;
    std::string made;
    for (std::size_t i = 0; i < length; ++i) {
        made += alphabet[(number >> 33) % alphabet.size()];
        number = number * 6364136223846793005ULL + made_;
    }
    return made;
}

std::string State::now() {
    const auto when = std::chrono::system_clock::now();
    const long long ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count();
    last_ms_ = std::max(last_ms_ + 1, ms);
    return report::utc_timestamp(std::chrono::system_clock::time_point(std::chrono::milliseconds(last_ms_)));
}

bool Call::is(std::string_view method) const { return request.method == method; }

std::string report_now() { return report::utc_timestamp(std::chrono::system_clock::now()); }

std::string describe(const State& state, bool active) {
    std::string out;
    for (const Json& token : state.tokens)
        if (usable(token) == active)
            out += fmt::format("token {} {} {}\n", token["name"].get<std::string>(), token["scopes"].dump(),
                               token["channelBindingIds"].dump());
    list(out, state.agents, active, "agent", {"agentId", "name", "profileName"}, {"active"});
    list(out, state.bindings, active, "binding", {"bindingId", "agentId", "provider"}, {"active"});
    list(out, state.identities, active, "identity", {"provider", "externalUserId", "role"},
         {"active", "pending"});
    list(out, state.deliveries, active, "delivery", {"deliveryId", "channelBindingId"},
         {"pending", "claimed", "failed"});
    list(out, state.interactions, active, "interaction", {"interactionId", "kind"}, {"pending"});
    std::vector<Json> sessions;
    for (const Json& session : state.sessions) sessions.push_back(session["session"]);
    list(out, sessions, active, "session", {"sessionId", "title"}, {"running"});
    if (active) return out;
    list(out, state.threads, true, "thread", {"bindingId", "externalThreadId", "sessionId"}, {"active"});
    for (const Json& artifact : state.artifacts)
        out += fmt::format("artifact {}\n", artifact["record"]["filename"].get<std::string>());
    return out;
}

void send_json(httplib::Response& response, int status, const Json& body) {
    response.status = status;
    response.set_header("cache-control", "no-store");
    response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace),
                         "application/json; charset=utf-8");
}

void send_error(httplib::Response& response, int status, const std::string& message,
                const std::string& policy_code) {
    Json body{{"error", message}};
    if (!policy_code.empty())
        body["verdict"] = {{"allowed", false}, {"reason", message}, {"policyCode", policy_code}};
    send_json(response, status, body);
}

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return {};
    const auto value = found->get<std::string>();
    return value.find_first_not_of(" \t\r\n") == std::string::npos ? std::string{} : value;
}

std::string word(const Json& object, const char* key, std::initializer_list<std::string_view> words) {
    const std::string value = text(object, key);
    return std::find(words.begin(), words.end(), value) == words.end() ? std::string{} : value;
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json record(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : Json(nullptr);
}

bool holds(const Json& list, std::string_view value) {
    return std::any_of(list.begin(), list.end(), [&](const Json& one) { return one == value; });
}

Json* find(std::vector<Json>& records, const char* key, const std::string& value) {
    const auto found =
        std::find_if(records.begin(), records.end(), [&](const Json& one) { return one[key] == value; });
    return found == records.end() ? nullptr : &*found;
}

std::size_t limit_of(const httplib::Request& request, std::size_t fallback) {
    const std::string given = request.get_param_value("limit");
    std::size_t limit = 0;
    const auto [end, problem] = std::from_chars(given.data(), given.data() + given.size(), limit);
    if (problem != std::errc{} || end != given.data() + given.size() || limit == 0) return fallback;
    return std::min<std::size_t>(limit, 500);
}

Json newest(std::vector<Json> records, std::size_t limit) {
    std::stable_sort(records.begin(), records.end(), [](const Json& one, const Json& other) {
        return one["updatedAt"].get<std::string>() > other["updatedAt"].get<std::string>();
    });
    if (records.size() > limit) records.resize(limit);
    Json all = Json::array();
    for (Json& one : records) all.push_back(std::move(one));
    return all;
}

}  // namespace cowork::test::smoke_cloud
