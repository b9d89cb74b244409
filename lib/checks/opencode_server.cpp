#include "checks/opencode_server.hpp"

#include "net/endpoint_policy.hpp"
#include "net/host_class.hpp"
#include "net/url.hpp"
#include "probes/http.hpp"
#include "rules/standalone_gateway.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

namespace cowork::checks {
namespace {

using capabilities::LiveOpencode;

// A server with every provider of the public catalogue lists some megabytes.
constexpr std::size_t largest_answer = 16UL * 1024 * 1024;

struct List {
    std::string_view path;
    bool (*take)(LiveOpencode&, std::string_view);
};
constexpr std::array lists{
    List{"/config", capabilities::take_config},
    List{"/config/providers", capabilities::take_config_providers},
    List{"/provider", capabilities::take_provider},
    List{"/mcp", capabilities::take_mcp},
    List{"/agent", capabilities::take_agent},
    List{"/command", capabilities::take_command},
    List{"/skill", capabilities::take_skill},
    List{"/experimental/tool/ids", capabilities::take_tools},
};

probes::HttpRequest request(const OpencodeServer& server, const std::string& path) {
    probes::HttpRequest made;
    made.url = server.origin + path;
    if (!server.directory.empty()) made.url += "?directory=" + net::percent_encode(server.directory);
    made.addresses = net::AddressRule::private_only;
    made.basic_password = server.password;
    made.basic_user = server.user;
    made.body_limit = largest_answer;
    return made;
}

bool is_file_of(const std::string& word, std::string_view name) {
    return std::filesystem::path(word).filename() == name;
}

// `opencode serve` on that port; 4096 where the command line has none.
bool serves(const probes::ProcessFacts& process, int port) {
    constexpr int default_port = 4096;
    const auto& words = process.command;
    const auto is_opencode = [](const std::string& word) { return is_file_of(word, "opencode"); };
    if (std::none_of(words.begin(), words.end(), is_opencode)) return false;
    if (std::find(words.begin(), words.end(), "serve") == words.end()) return false;
    int told = default_port;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view number;
        if (words[i] == "--port" && i + 1 < words.size()) number = words[i + 1];
        if (words[i].starts_with("--port=")) number = std::string_view(words[i]).substr(7);
        if (!number.empty()) std::from_chars(number.data(), number.data() + number.size(), told);
    }
    return told == port;
}

// The variables of the one process that serves there; false when there is none, or several, or it is another
// user's.
bool take_variables(const Context& context, int port,
                    std::map<std::string, std::string, std::less<>>& variables) {
    const auto processes = context.files.processes();
    if (!processes) return false;
    bool found = false;
    for (const auto& process : *processes) {
        if (!serves(process, port)) continue;
        const auto read = context.files.process_variables(process.pid, capabilities::opencode_variables);
        // A wrapper and the program it started serve the same.
        if (!read || (found && variables != std::map<std::string, std::string, std::less<>>(read->begin(),
                                                                                            read->end())))
            return false;
        variables = {read->begin(), read->end()};
        found = true;
    }
    return found;
}

OpencodeSilence judge(const probes::HttpAnswer& answer, OpencodeServer& server,
                      std::optional<capabilities::OpencodePaths>& paths) {
    if (!answer.ok()) return OpencodeSilence::no_answer;
    if (answer.status == 401) return OpencodeSilence::locked;
    LiveOpencode refusal;
    if (answer.status >= 400 && capabilities::take_refusal(refusal, answer.body)) {
        server.refused_file = refusal.refused_file;
        return OpencodeSilence::refused;
    }
    if (answer.status == 200) paths = capabilities::read_paths(answer.body);
    return paths ? OpencodeSilence::none : OpencodeSilence::not_opencode;
}

}  // namespace

OpencodeServer find_opencode(const Context& context) {
    OpencodeServer server;
    const rules::GatewayView view = rules::view_gateway(context.config);
    server.directory = view.runtime_root;
    capabilities::OpencodePlaces places;
    int port = 0;
    if (!view.opencode_url.empty()) {
        const auto verdict = net::check_private_endpoint(view.opencode_url, view.allow_private_dns);
        server.silence = OpencodeSilence::not_private;
        if (verdict.ok()) {
            server.origin = verdict.url->origin();
            port = verdict.url->port;
        }
    }
    std::optional<capabilities::OpencodePaths> paths;
    if (!server.origin.empty()) {
        auto answer = context.http.fetch_one(request(server, "/path"), context.probe());
        const auto* password = context.config.find(opencode_password_key);
        if (answer.ok() && answer.status == 401 && password != nullptr && !password->value.empty()) {
            server.password = &password->value;
            const auto user = context.config.text(opencode_username_key);
            server.user = user.empty() ? "opencode" : std::string(user);
            answer = context.http.fetch_one(request(server, "/path"), context.probe());
        }
        server.silence = judge(answer, server, paths);
        if (!answer.remote_address.empty())
            server.on_this_machine = context.files.is_local_address(answer.remote_address);
    }
    std::map<std::string, std::string, std::less<>> variables;
    server.own_variables = server.on_this_machine && port != 0 && take_variables(context, port, variables);
    if (!server.own_variables) variables = capabilities::opencode_variables_in(context.environment);
    if (paths) {
        places.home = paths->home;
        places.global = paths->config;
        places.worktree = paths->worktree;
        places.directory = paths->directory;
    }
    if (places.directory.empty())
        places.directory = server.directory.empty() ? context.wishes.project : server.directory;
    server.places = capabilities::places_of(std::move(variables), std::move(places));
    return server;
}

OpencodeAnswers ask_opencode(const Context& context, const OpencodeServer& server) {
    std::vector<probes::HttpRequest> requests;
    requests.reserve(lists.size());
    for (const List& list : lists) requests.push_back(request(server, std::string(list.path)));
    auto answers = context.http.fetch(requests, context.probe());
    OpencodeAnswers all;
    for (std::size_t i = 0; i < lists.size(); ++i) {
        probes::HttpAnswer& answer = answers[i];
        const bool json = answer.ok() && answer.media_type() == "application/json";
        if (json && answer.status >= 400) capabilities::take_refusal(all.live, answer.body);
        const bool taken = json && answer.status == 200 && lists[i].take(all.live, answer.body);
        cleanse(answer.body);  // keys in clear
        if (taken) continue;
        if (all.complete) all.missing = lists[i].path;
        all.complete = false;
    }
    return all;
}

}  // namespace cowork::checks
