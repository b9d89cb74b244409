#pragma once

#include "cowork/command_line.hpp"
#include "cowork/commands/setup_list.hpp"  // what setup.cpp prints for --list
#include "cowork/io.hpp"
#include "envfile/writer.hpp"
#include "report/model.hpp"
#include "setup/gateway_only.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cowork::app {

// What setup did, or would do: the one value that its text and its JSON are made from.
struct SetupResult {
    const SetupOptions& options;
    const setup::GatewayPlan& plan;
    std::string path;
    envfile::WriteOutcome outcome;
    std::vector<std::string> created_directories;
    std::optional<report::Report> check;  // absent in a dry run
    std::vector<std::string> next;        // commands, in order
    int exit_code = 0;
};

// The commands that bring the gateway up, as a person would type them here.
[[nodiscard]] std::vector<std::string> next_commands(const SetupResult& result, const std::string& program);

[[nodiscard]] std::string setup_text(const SetupResult& result, bool color);
[[nodiscard]] std::string setup_json(const SetupResult& result);

}  // namespace cowork::app
