#pragma once

#include "support/gateway_setup.hpp"
#include "support/places.hpp"
#include "support/wizard_run.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace cowork::test {

inline const std::string bot = "123456:Zq8WnR4vYx2BkM7cUj5H";
inline const std::string other_bot = "654321:Lp3TdF9sWk6VmQ1xGh8J";
inline const std::string password = "hunter2-Yt5Rf7Gb";
inline const std::string database = "postgres://gateway:" + password + "@127.0.0.1:1/gateway";

// The questions about a store and a channel that need the least.
inline std::vector<Turn> gateway_turns(const GatewaySetup& setup) {
    return {{"keep its threads", ""},
            {"URL of that database", database, true},
            {"token of the Telegram bot", bot, true},
            {"come from Telegram", ""},
            {"OpenCode listen", setup.dead_url},
            {"does OpenCode work", setup.scratch / "root"},
            {"Who uses the gateway", ""}};
}

inline std::vector<Turn> first(std::vector<Turn> turns, std::size_t count) {
    turns.resize(count);
    return turns;
}

// Names, modes and content of everything in the directory.
inline std::string listing(const ScratchDirectory& scratch) {
    std::set<std::string> lines;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path()))
        lines.insert(entry.path().string() + " " + fingerprint(entry.path().string()));
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

inline void check_never_shown(const WizardRun& run, const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) CHECK_FALSE(contains(run.shown(), secret));
}

// Runs what the wizard printed, as it stands, in a shell in `directory`.
inline ProcessResult run_printed(const std::string& command, const std::string& directory,
                                 std::vector<std::string> variables) {
    const std::string bin = std::filesystem::path(COWORK_BINARY).parent_path().string();
    variables.push_back("PATH=" + bin + ":/usr/bin:/bin");
    variables.push_back("HOME=" + directory);
    return run_process(
        {.argv = {"/bin/sh", "-c", command}, .environment = variables, .directory = directory});
}

}  // namespace cowork::test
