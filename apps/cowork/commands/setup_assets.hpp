#pragma once

#include "core/error.hpp"
#include "cowork/command_line.hpp"
#include "cowork/commands/setup_files.hpp"
#include "setup/assets/assets.hpp"

#include <string>
#include <vector>

namespace cowork::app {

struct PreparedAsset {
    std::string path;
    std::string purpose;
    std::string next;
    setup::AssetOutcome::Change change = setup::AssetOutcome::Change::created;
};

// What --assets adds: one set for each env file, in a folder of its own when there are several.
struct PreparedAssets {
    std::vector<setup::Asset> assets;
    std::vector<PreparedAsset> written;  // as it would be, until write_assets()
    std::vector<std::string> left_out;
};

// Renders them and checks that they could be written; nothing is changed. Empty without --assets.
[[nodiscard]] Result<PreparedAssets> prepare_assets(const std::vector<PreparedFile>& files,
                                                    const SetupOptions& options);
// Writes them, unless it is a dry run.
[[nodiscard]] Result<void> write_assets(PreparedAssets& assets, const SetupOptions& options);

}  // namespace cowork::app
