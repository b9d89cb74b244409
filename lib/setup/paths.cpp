#include "setup/paths.hpp"

#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/standalone_gateway.hpp"
#include "setup/cloud/connect.hpp"
#include "setup/cloud/gateway.hpp"
#include "setup/desktop/local.hpp"
#include "setup/desktop/pairing.hpp"
#include "setup/full_hybrid.hpp"
#include "setup/gateway_only.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::setup {

std::span<const Path> parts() {
    static const std::vector<Path> all{
        {catalogue::Intent::desktop_local, desktop_local_options(), {}, plan_desktop_local},
        {catalogue::Intent::gateway_only,
         gateway_only_options(),
         {&rules::standalone_gateway()},
         plan_gateway_only},
        {catalogue::Intent::cloud_connect,
         cloud_connect_options(),
         {&rules::cloud_server()},
         plan_cloud_connect},
        {catalogue::Intent::desktop_pairing, desktop_pairing_options(), {}, plan_desktop_pairing},
        {catalogue::Intent::cloud_gateway,
         cloud_gateway_options(),
         {&rules::channel_gateway()},
         plan_cloud_gateway},
    };
    return all;
}

std::span<const Path> paths() {
    static const std::vector<Path> all = [] {
        std::vector<Path> every(parts().begin(), parts().end());
        Path hybrid{catalogue::Intent::full_hybrid, full_hybrid_options(), {}, plan_full_hybrid};
        for (const Path& part : parts())
            hybrid.services.insert(hybrid.services.end(), part.services.begin(), part.services.end());
        every.push_back(std::move(hybrid));
        std::stable_sort(every.begin(), every.end(),
                         [](const Path& a, const Path& b) { return a.intent < b.intent; });
        return every;
    }();
    return all;
}

const Path* find_path(catalogue::Intent intent) {
    const auto all = paths();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Path& path) { return path.intent == intent; });
    return found == all.end() ? nullptr : &*found;
}

const Option* find_option(const Path& path, std::string_view flag) {
    const auto found = std::find_if(path.options.begin(), path.options.end(),
                                    [&](const Option& option) { return option.flag == flag; });
    return found == path.options.end() ? nullptr : &*found;
}

Result<std::string> known_key(const Path& path, std::string_view name) {
    std::vector<std::string> found;
    for (const rules::Service* service : path.services) {
        // HOST is a key of the Cloud, and the short name of another one, which is the one that is meant.
        const rules::Key* key = service->find(name);
        if (key != nullptr && (!key->bare || service->full_name(name) == name)) return std::string(name);
        if (std::string full = service->full_name(name); service->find(full) != nullptr)
            found.push_back(std::move(full));
    }
    if (found.size() == 1) return std::move(found.front());
    const std::string_view id = catalogue::row(path.intent).id;
    if (found.size() > 1)
        return fail(ErrorCode::usage, fmt::format("'{}' is a key of two services of {}", name, id),
                    fmt::format("write {} or {}", found[0], found[1]));
    for (const rules::Service* service : path.services)
        if (const auto hint = service->nearest(name); !hint.empty())
            return fail(ErrorCode::usage, fmt::format("{} has no key '{}'", service->label, name),
                        fmt::format("did you mean {}?", hint));
    return fail(ErrorCode::usage, fmt::format("{} has no key '{}'", id, name),
                path.services.empty() ? "this path has no env file" : "see the reference for its keys");
}

}  // namespace cowork::setup
