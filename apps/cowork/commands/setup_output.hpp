#pragma once

#include "cowork/command_line.hpp"
#include "cowork/commands/setup_assets.hpp"
#include "cowork/commands/setup_files.hpp"
#include "cowork/io.hpp"
#include "report/model.hpp"
#include "setup/plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cowork::app {

// What setup did, or would do: the one value that its text and its JSON are made from.
struct SetupResult {
    const SetupOptions& options;
    const setup::Plan& plan;
    std::vector<PreparedFile> files;
    PreparedAssets assets;
    std::vector<setup::NewDirectory> created_directories;
    std::optional<report::Report> check;  // absent in a dry run, and where doctor does not know the path
    std::vector<std::string> next;        // commands, in order
    int exit_code = 0;
};

// The commands that come next, as a person would type them here.
[[nodiscard]] std::vector<std::string> next_commands(const SetupResult& result, const std::string& program);

[[nodiscard]] std::string setup_text(const SetupResult& result, bool color);
[[nodiscard]] std::string setup_json(const SetupResult& result);

}  // namespace cowork::app
