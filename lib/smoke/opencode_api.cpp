#include "smoke/opencode_api.hpp"

#include "checks/http_layers.hpp"
#include "checks/json_answers.hpp"
#include "core/json_depth.hpp"
#include "core/shell_quote.hpp"
#include "net/endpoint_policy.hpp"
#include "net/url.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace cowork::smoke {
namespace {

using nlohmann::json;

std::optional<json> json_of(const probes::HttpAnswer& answer) {
    if (!checks::is_json(answer) || too_deep(answer.body)) return std::nullopt;
    json document = json::parse(answer.body, nullptr, false);
    if (document.is_discarded()) return std::nullopt;
    return document;
}

std::chrono::seconds age_of(const json& session) {
    const auto time = session.find("time");
    if (time == session.end() || !time->is_object() || !time->contains("created")) return {};
    const json& created = (*time)["created"];
    if (!created.is_number()) return {};
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto age = std::chrono::duration<double>(now).count() - created.get<double>() / 1000.0;
    constexpr double longest = 1e9;  // seconds; whatever the server says
    return std::chrono::seconds(static_cast<std::int64_t>(std::clamp(age, 0.0, longest)));
}

// The mark in a message where it is the user's; empty otherwise.
std::string users_mark(const json& message) {
    if (!message.is_object() || checks::text_at(message, "type") != "user") return {};
    return std::string(mark_in(checks::text_at(message, "text")));
}

// More than any directory has: without a limit the server lists the newest hundred.
constexpr int most_listed = 10'000;

}  // namespace

OpencodePlace opencode_place(const Run& run) {
    const rules::GatewayView view = rules::view_gateway(run.context.config);
    OpencodePlace place;
    place.directory = std::string(view.runtime_root);
    while (place.directory.size() > 1 && place.directory.ends_with('/')) place.directory.pop_back();
    const auto verdict = net::check_private_endpoint(view.opencode_url, view.allow_private_dns);
    if (!verdict.ok()) return place;
    place.origin = verdict.url->origin();
    place.where = run.context.redactor.clean(place.origin);
    return place;
}

OpencodeApi::OpencodeApi(Run& run, Budget budget)
    : run_(run), budget_(std::move(budget)), place_(opencode_place(run)) {}

std::string OpencodeApi::in_directory(const std::string& path) const {
    return path + "?directory=" + net::percent_encode(place_.directory);
}

OpencodeEnd OpencodeApi::ask(std::string_view method, const std::string& path, std::string body) {
    if (place_.origin.empty()) return OpencodeEnd::no_answer;
    probes::HttpCall call;
    call.method = method;
    call.url = place_.origin + path;
    call.addresses = net::AddressRule::private_only;
    call.body = std::move(body);
    if (const auto* password = run_.context.config.find(checks::opencode_password_key)) {
        const auto user = run_.context.config.text(checks::opencode_username_key);
        call.basic_password = &password->value;
        call.basic_user = user.empty() ? "opencode" : std::string(user);
    }
    answer_ = run_.client.call_one(call, budget_.part(run_.context.timeout));
    if (!answer_.ok()) return OpencodeEnd::no_answer;
    if (answer_.status == 401) return OpencodeEnd::locked;
    // Its web page is the answer to a path that it does not have.
    if (!checks::is_json(answer_)) return OpencodeEnd::odd;
    if (answer_.status == 404) return OpencodeEnd::not_found;
    return answer_.status == 200 ? OpencodeEnd::done : OpencodeEnd::odd;
}

OpencodeEnd OpencodeApi::create(const std::string& id) {
    const json body{{"id", id}, {"location", {{"directory", place_.directory}}}};
    const OpencodeEnd end =
        ask("POST", "/api/session", body.dump(-1, ' ', false, json::error_handler_t::replace));
    if (end != OpencodeEnd::done) return end;
    const auto document = checks::object_of(answer_);
    const bool made = document && document->contains("data") && (*document)["data"].is_object() &&
                      checks::text_at((*document)["data"], "id") == id;
    return made ? OpencodeEnd::done : OpencodeEnd::odd;
}

OpencodeEnd OpencodeApi::find(const std::string& id) {
    const OpencodeEnd end = ask("GET", in_directory("/session/" + net::percent_encode(id)));
    if (end != OpencodeEnd::done) return end;
    const auto document = checks::object_of(answer_);
    if (!document || checks::text_at(*document, "id") != id) return OpencodeEnd::odd;
    // A session of another directory would run an agent where nobody expects it.
    return checks::text_at(*document, "directory") == place_.directory ? OpencodeEnd::done : OpencodeEnd::odd;
}

OpencodeEnd OpencodeApi::remove(const std::string& id) {
    const std::string path = "/session/" + net::percent_encode(id);
    // The older /session/ID/abort says true and lets a prompt of the newer API run on.
    if (ask("POST", "/api" + path + "/interrupt", "{}") == OpencodeEnd::no_answer)
        return OpencodeEnd::no_answer;
    const OpencodeEnd end = ask("DELETE", in_directory(path));
    if (end != OpencodeEnd::done) return end;
    const auto document = json_of(answer_);
    if (!document || !document->is_boolean() || !document->get<bool>()) return OpencodeEnd::odd;
    const OpencodeEnd still = find(id);
    if (still == OpencodeEnd::not_found) return OpencodeEnd::done;
    return still == OpencodeEnd::done ? OpencodeEnd::odd : still;
}

OpencodeSessions OpencodeApi::list() {
    OpencodeSessions sessions;
    sessions.end = ask("GET", fmt::format("{}&limit={}", in_directory("/session"), most_listed));
    if (sessions.end != OpencodeEnd::done) return sessions;
    const auto document = json_of(answer_);
    if (!document || !document->is_array()) {
        sessions.end = OpencodeEnd::odd;
        return sessions;
    }
    for (const json& session : *document)
        if (session.is_object())
            sessions.list.push_back(
                {checks::text_at(session, "id"), checks::text_at(session, "title"), age_of(session)});
    return sessions;
}

std::optional<std::vector<std::string>> OpencodeApi::user_marks(const std::string& id) {
    // The older path knows nothing of what the newer API was prompted.
    if (ask("GET", "/api/session/" + net::percent_encode(id) + "/message") != OpencodeEnd::done)
        return std::nullopt;
    const auto document = json_of(answer_);
    if (!document || !document->is_object() || !document->contains("data")) return std::nullopt;
    const json& messages = (*document)["data"];
    if (!messages.is_array()) return std::nullopt;
    std::vector<std::string> marks;
    for (const json& message : messages)
        if (std::string mark = users_mark(message); !mark.empty()) marks.push_back(std::move(mark));
    return marks;
}

std::string OpencodeApi::remove_command(std::string_view id) const {
    return fmt::format("curl -X DELETE {}",
                       shell_word(place_.origin + in_directory("/session/" + net::percent_encode(id))));
}

}  // namespace cowork::smoke
