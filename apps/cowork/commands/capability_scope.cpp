#include "cowork/commands/capability_scope.hpp"

#include "capabilities/opencode_places.hpp"
#include "checks/registry.hpp"
#include "core/atomic_file.hpp"
#include "core/names.hpp"
#include "rules/secret_names.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace cowork::app {
namespace {

constexpr std::string_view snapshot_check = "desktop.capabilities.in_force";

bool tells_capabilities(const checks::Check& check) {
    constexpr std::array globs{"*.capabilities.*", "*.configuration.valid"};
    return std::any_of(globs.begin(), globs.end(),
                       [&](const char* glob) { return glob_match(glob, check.id); });
}

// Those that ask an OpenCode need no more than its address.
bool needs_no_path(const checks::Check& check) { return check.id.starts_with("opencode."); }

// Whether OpenCode would find a configuration here.
bool has_opencode_files(const DoctorOptions& options, const Io& io) {
    const auto places = capabilities::places_of(capabilities::opencode_variables_in(io.environment), {});
    if (!places.variable("OPENCODE_CONFIG").empty() || !places.variable("OPENCODE_CONFIG_CONTENT").empty())
        return true;
    const std::string& project = options.wishes.project;
    const std::array candidates{places.global, project + "/.opencode", project + "/opencode.json",
                                project + "/opencode.jsonc"};
    std::error_code ignored;
    return std::any_of(candidates.begin(), candidates.end(), [&](const std::string& path) {
        return path.starts_with('/') && std::filesystem::exists(path, ignored);
    });
}

Result<void> want_directory(std::string_view option, const std::string& path) {
    std::error_code problem;
    if (path.empty() || std::filesystem::is_directory(path, problem)) return {};
    return fail(problem ? ErrorCode::permission : ErrorCode::not_found,
                fmt::format("{} {}: there is no such directory", option, path), "name a directory");
}

}  // namespace

Result<Scope> snapshot_scope(const DoctorOptions& options, const Io& io) {
    Scope scope;
    scope.intent = options.intent;
    if (options.intent) {
        scope.paths = {*options.intent};
        // Of a full hybrid Desktop is a part.
        if (*options.intent == catalogue::Intent::full_hybrid)
            scope.paths.push_back(catalogue::Intent::desktop_local);
        const auto applying = checks::checks_for(scope.paths);
        if (std::find(applying.begin(), applying.end(), checks::find_check(snapshot_check)) == applying.end())
            return fail(ErrorCode::usage,
                        fmt::format("--snapshot tells of a Desktop, and {} has none",
                                    catalogue::row(*options.intent).id),
                        "leave out the path, or name desktop-local");
    }
    auto loaded = config::load({{}, io.environment, {}, {}});
    if (!loaded) return tl::unexpected(loaded.error());
    scope.loaded = std::move(*loaded);
    return scope;
}

std::vector<const checks::Check*> capability_checks(const DoctorOptions& options, const Io& io,
                                                    const std::vector<catalogue::Intent>& paths) {
    if (!options.wishes.snapshot.empty()) return {checks::find_check(snapshot_check)};
    const bool opencode = !options.opencode_url.empty() || has_opencode_files(options, io);
    std::vector<const checks::Check*> chosen;
    for (const checks::Check* check : paths.empty() ? checks::registry() : checks::checks_for(paths))
        if (tells_capabilities(*check) && (!paths.empty() || (needs_no_path(*check) && opencode)))
            chosen.push_back(check);
    return chosen;
}

Result<std::shared_ptr<const capabilities::Snapshot>> read_snapshot_file(const DoctorOptions& options,
                                                                         const config::Config& config) {
    const std::string& path = options.wishes.snapshot;
    if (path.empty()) return nullptr;
    Redactor redactor;
    rules::learn_secrets(redactor, config);
    const auto text = read_file(path, capabilities::largest_snapshot);
    auto snapshot = text ? capabilities::read_snapshot(*text, redactor) : tl::unexpected<Error>(text.error());
    if (!snapshot)
        return fail(snapshot.error().code, fmt::format("--snapshot {}: {}", path, snapshot.error().message),
                    snapshot.error().remedy);
    return std::make_shared<const capabilities::Snapshot>(std::move(*snapshot));
}

Result<void> settle_directories(checks::Wishes& wishes) {
    if (auto found = want_directory("--resources", wishes.resources); !found) return found;
    if (auto found = want_directory("--project", wishes.project); !found) return found;
    std::error_code problem;
    const auto absolute =
        std::filesystem::absolute(wishes.project.empty() ? "." : wishes.project, problem).lexically_normal();
    if (!problem) wishes.project = absolute.string();
    while (wishes.project.size() > 1 && wishes.project.ends_with('/')) wishes.project.pop_back();
    return {};
}

}  // namespace cowork::app
