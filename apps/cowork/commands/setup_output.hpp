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
    std::string command;  // of the wizard: does the same without a question; else empty
};

// The commands that come next, as a person would type them here.
[[nodiscard]] std::vector<std::string> next_commands(const SetupResult& result, const std::string& program);

// What a plan will do, secrets masked, and what needs attention, before it is agreed to.
[[nodiscard]] std::string plan_text(const setup::Plan& plan, const std::vector<PreparedFile>& files,
                                    const PreparedAssets& assets);
[[nodiscard]] std::string setup_text(const SetupResult& result, bool color);
[[nodiscard]] std::string setup_json(const SetupResult& result);

}  // namespace cowork::app
