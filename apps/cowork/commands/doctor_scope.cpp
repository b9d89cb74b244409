#include "cowork/commands/doctor_scope.hpp"

#include "checks/presence.hpp"
#include "config/secret_source.hpp"
#include "rules/channel_gateway.hpp"
#include "rules/cloud_server.hpp"
#include "rules/desktop_places.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace cowork::app {
namespace {

using catalogue::Intent;

bool exists(const std::string& path) {
    struct stat facts {};
    return lstat(path.c_str(), &facts) == 0;
}

// The roles of a Cloud server whose env files setup writes apart, the one that answers HTTP first.
constexpr std::array cloud_roles{"web", "all-in-one", "worker", "scheduler"};

void add_if_there(std::vector<std::string>& files, const std::string& path) {
    if (!path.empty() && exists(path)) files.push_back(path);
}

std::vector<std::string> env_files(const DoctorOptions& options) {
    if (!options.env_files.empty()) return options.env_files;
    if (options.intent && *options.intent != Intent::full_hybrid) return default_env_files(*options.intent);
    std::vector<std::string> files;
    for (const Intent intent : {Intent::cloud_connect, Intent::gateway_only, Intent::cloud_gateway})
        for (std::string& file : default_env_files(intent)) files.push_back(std::move(file));
    return files;
}

std::string desktop_data_dir(const DoctorOptions& options, const Io& io) {
    if (!options.wishes.data_dir.empty()) return options.wishes.data_dir;
    const auto home = rules::home_directory(io.environment);
    return home ? rules::data_root(io.environment, *home, {}, rules::this_platform()) : std::string{};
}

// What the run would find set up, if nobody said what to look at.
std::vector<Intent> paths_present(const checks::Presence& present, const std::string& data_dir) {
    std::vector<Intent> paths;
    const auto add = [&](bool there, Intent intent) {
        if (there) paths.push_back(intent);
    };
    add(present.desktop, Intent::desktop_local);
    add(present.standalone_gateway, Intent::gateway_only);
    add(present.cloud_server || (present.cloud && !present.channel_gateway) ||
            (present.desktop && exists(data_dir + "/cloud-workspaces.json")),
        Intent::cloud_connect);
    add(present.desktop && exists(data_dir + "/desktop-pairings.json"), Intent::desktop_pairing);
    add(present.channel_gateway, Intent::cloud_gateway);
    return paths;
}

// The path that was named is present, whatever can be seen of it.
void assume(checks::Presence& present, Intent intent) {
    switch (intent) {
        case Intent::desktop_local:
        case Intent::desktop_pairing:
            present = {.desktop = true};
            return;
        case Intent::gateway_only:
            present = {.standalone_gateway = true};
            return;
        case Intent::cloud_connect:
            present = {.cloud_server = present.cloud_server, .cloud = true, .desktop = present.desktop};
            return;
        case Intent::cloud_gateway:
            present = {.channel_gateway = true, .cloud_server = present.cloud_server, .cloud = true};
            return;
        case Intent::full_hybrid:
            return;
    }
}

// An option that two services have under the same name.
struct SharedOption {
    std::string_view flag;
    const std::string* text;
    std::string first_key, second_key;
    bool first, second;  // which of them are there
    std::string_view remedy;
};

Result<std::string> key_for(const SharedOption& option) {
    if (option.first && option.second)
        return fail(ErrorCode::usage, fmt::format("{} could belong to two services here", option.flag),
                    std::string(option.remedy));
    return option.second ? option.second_key : option.first_key;
}

Result<void> add_options(const DoctorOptions& options, const Io& io, const checks::Presence& present,
                         config::Config& config) {
    bool stdin_used = false;
    config::SecretReaders readers;
    readers.environment = &io.environment;
    readers.prompt = io.ask_hidden;
    const auto add = [&](std::string_view flag, const std::string& key,
                         const std::string& text) -> Result<void> {
        readers.standard_input = stdin_used ? nullptr : io.read_secret_line;
        stdin_used = stdin_used || text == "-";
        auto secret = config::resolve_secret(flag, text, readers);
        if (!secret) return tl::unexpected(secret.error());
        config.set(key, std::move(*secret), {std::string(flag), 0, 0, key});
        return {};
    };
    const std::string admin_token = "ADMIN_TOKEN";
    const std::array shared{
        SharedOption{"--admin-token", &options.admin_token, rules::gateway_key(admin_token),
                     rules::channel_gateway().full_name(admin_token), present.standalone_gateway,
                     present.channel_gateway, "put each token into its gateway's env file"},
        SharedOption{"--database-url", &options.database_url, rules::gateway_key("DATABASE_URL"),
                     rules::cloud_server().full_name("CONTROL_PLANE_URL"), present.standalone_gateway,
                     present.cloud_server || (present.cloud && !present.standalone_gateway),
                     "put each URL into its service's env file"},
    };
    for (const SharedOption& option : shared) {
        if (option.text->empty()) continue;
        const auto key = key_for(option);
        if (!key) return tl::unexpected(key.error());
        if (auto added = add(option.flag, *key, *option.text); !added) return added;
    }
    const std::array<std::tuple<std::string_view, std::string, const std::string*>, 2> plain{{
        {"--opencode-password", std::string(checks::opencode_password_key), &options.opencode_password},
        {"--cloud-token", std::string(checks::cloud_token_key), &options.cloud_token},
    }};
    for (const auto& [flag, key, text] : plain)
        if (!text->empty())
            if (auto added = add(flag, key, *text); !added) return added;
    if (!options.opencode_url.empty())
        config.set(rules::gateway_key("OPENCODE_URL"), Secret(options.opencode_url),
                   {"--opencode-url", 0, 0, rules::gateway_key("OPENCODE_URL")});
    if (!options.wishes.gateway_url.empty() && present.standalone_gateway && present.channel_gateway)
        return fail(ErrorCode::usage, "--gateway-url could belong to two gateways here",
                    "set HOST and PORT in their env files, or name the path");
    return {};
}

}  // namespace

std::vector<std::string> default_env_files(catalogue::Intent intent) {
    std::vector<std::string> files;
    const std::string usual(catalogue::row(intent).env_file);
    add_if_there(files, usual);
    if (intent == Intent::cloud_connect)
        for (const char* role : cloud_roles)
            if (files.empty()) add_if_there(files, usual + "." + role);
    return files;
}

Result<Scope> read_scope(const DoctorOptions& options, const Io& io) {
    Scope scope;
    scope.intent = options.intent;
    scope.env_files = env_files(options);
    auto loaded = config::load({scope.env_files, io.environment, {}, rules::gateway_prefix});
    if (!loaded) return tl::unexpected(loaded.error());
    scope.loaded = std::move(*loaded);

    const std::string data_dir = desktop_data_dir(options, io);
    checks::Presence& present = scope.present;
    present = checks::presence_in(scope.loaded.config);
    present.cloud = present.cloud || !options.wishes.cloud_url.empty() || !options.cloud_token.empty();
    present.desktop = !data_dir.empty() && exists(data_dir);
    if (options.intent) {
        assume(present, *options.intent);
        scope.paths = {*options.intent};
    }
    if (!options.intent || *options.intent == Intent::full_hybrid)
        for (const Intent path : paths_present(present, data_dir)) scope.paths.push_back(path);
    if (!options.intent && scope.paths.size() == 1) scope.intent = scope.paths.front();
    present.cloud = present.cloud || std::find(scope.paths.begin(), scope.paths.end(),
                                               Intent::cloud_connect) != scope.paths.end();
    if (auto added = add_options(options, io, present, scope.loaded.config); !added)
        return tl::unexpected(added.error());
    return scope;
}

}  // namespace cowork::app
