#include "setup/cloud/connect.hpp"

#include "setup/cloud/connect_desktop.hpp"
#include "setup/cloud/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace cowork::setup {
namespace {

const Option* in(std::span<const Option> options, std::string_view flag) {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const Option& option) { return option.flag == flag; });
    return found == options.end() ? nullptr : &*found;
}

// What was said to one half and means nothing to the other.
std::vector<Error> strangers(const Answers& answers, bool server) {
    const auto own = server ? cloud_server_options() : cloud_connect_desktop_options();
    std::vector<Error> problems;
    const auto refuse = [&](const std::string& flag) {
        problems.push_back({ErrorCode::usage,
                            server ? fmt::format("{} is about Desktop's connection, and --server sets up the "
                                                 "server",
                                                 flag)
                                   : fmt::format("{} is about the Cloud's own server", flag),
                            server ? fmt::format("leave out {} or --server", flag) : "add --server",
                            {flag, 0, 0, {}}});
    };
    for (const Answer& answer : answers.given())
        if (in(own, answer.flag) == nullptr) refuse(answer.flag);
    if (server) return problems;
    for (const Answer& answer : answers.sets()) refuse(fmt::format("--set {}", answer.flag));
    for (const std::string& key : answers.unsets()) refuse(fmt::format("--unset {}", key));
    if (answers.evaluate) refuse("--evaluate");
    return problems;
}

}  // namespace

std::span<const Option> cloud_connect_options() {
    static const std::vector<Option> all = [] {
        std::vector<Option> both(cloud_connect_desktop_options().begin(),
                                 cloud_connect_desktop_options().end());
        for (const Option& option : cloud_server_options())
            if (in(cloud_connect_desktop_options(), option.flag) == nullptr) both.push_back(option);
        return both;
    }();
    return all;
}

Planned plan_cloud_connect(const Answers& answers, const Surroundings& surroundings) {
    const bool server = answers.has("--server");
    if (auto problems = strangers(answers, server); !problems.empty())
        return tl::unexpected(std::move(problems));
    return server ? plan_cloud_server(answers, surroundings)
                  : plan_cloud_connect_desktop(answers, surroundings);
}

}  // namespace cowork::setup
