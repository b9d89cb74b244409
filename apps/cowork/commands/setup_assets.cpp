#include "cowork/commands/setup_assets.hpp"

#include "rules/cloud_server.hpp"
#include "rules/standalone_gateway.hpp"

#include <filesystem>
#include <optional>
#include <utility>

namespace cowork::app {
namespace {

std::optional<catalogue::Intent> intent_of(const rules::Service& service) {
    if (&service == &rules::standalone_gateway()) return catalogue::Intent::gateway_only;
    if (&service == &rules::cloud_server()) return catalogue::Intent::cloud_connect;
    return catalogue::Intent::cloud_gateway;
}

// `.env.cloud.web` becomes `cloud.web`.
std::string folder_of(const std::string& path) {
    std::string name = std::filesystem::path(path).filename();
    if (name.starts_with(".env.")) return name.substr(5);
    while (name.starts_with('.')) name.erase(0, 1);
    return name;
}

std::string program() {
    std::error_code problem;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", problem);
    return problem ? std::string("/usr/bin/cowork") : path.string();
}

Result<void> add(PreparedAssets& all, const PreparedFile& file, bool several) {
    std::error_code problem;
    const config::Config config = file.env->as_config();
    const setup::AssetContext context{
        *intent_of(*file.env->service),
        std::filesystem::absolute(file.path, problem).lexically_normal().string(), file.dialect, &config,
        program()};
    auto made = setup::make_assets(context);
    if (!made) return tl::unexpected(std::move(made.error()));
    for (setup::Asset& asset : *made) {
        if (several) asset.name = folder_of(file.path) + "/" + asset.name;
        all.assets.push_back(std::move(asset));
    }
    for (std::string& sentence : setup::left_out(context)) all.left_out.push_back(std::move(sentence));
    return {};
}

void take(PreparedAssets& all, const std::vector<setup::AssetOutcome>& outcomes) {
    all.written.clear();
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        all.written.push_back(
            {outcomes[i].path, all.assets[i].purpose, all.assets[i].next, outcomes[i].change});
}

Result<void> put(PreparedAssets& all, const SetupOptions& options, bool dry_run) {
    const auto outcomes = setup::write_assets(options.assets, all.assets, options.force, dry_run);
    if (!outcomes) return tl::unexpected(outcomes.error());
    take(all, *outcomes);
    return {};
}

}  // namespace

Result<PreparedAssets> prepare_assets(const std::vector<PreparedFile>& files, const SetupOptions& options) {
    PreparedAssets all;
    if (options.assets.empty()) return all;
    std::size_t env_files = 0;
    for (const PreparedFile& file : files) env_files += file.env == nullptr ? 0 : 1;
    if (env_files == 0)
        return fail(ErrorCode::usage, "--assets: this set-up writes no env file that they could start from",
                    "leave it out");
    for (const PreparedFile& file : files)
        if (file.env != nullptr)
            if (auto added = add(all, file, env_files > 1); !added) return tl::unexpected(added.error());
    if (auto checked = put(all, options, true); !checked) return tl::unexpected(checked.error());
    return all;
}

Result<void> write_assets(PreparedAssets& assets, const SetupOptions& options) {
    if (options.assets.empty() || options.dry_run) return {};
    return put(assets, options, false);
}

}  // namespace cowork::app
