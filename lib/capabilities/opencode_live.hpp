#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace cowork::capabilities {

// What a running OpenCode says that it has, reduced to names (contract/standalone-gateway.md section 7). Its
// answers hold keys in clear; nothing of them but what stands here leaves this file.
struct LiveOpencode {
    template <typename T>
    using Named = std::map<std::string, T, std::less<>>;

    struct Provider {
        std::string source;       // env, config, custom, api
        bool credential = false;  // a key is known, or none is asked for
        std::size_t models = 0;
    };
    // Words of closed lists, see opencode_mcp_failure.hpp: the server's own may hold a secret.
    struct Mcp {
        std::string_view status;  // connected, disabled, failed, needs_auth, needs_client_registration, other
        std::string_view failure;  // empty without one
    };
    // How /config has it. For comparing only; a URL and a command may hold a secret.
    struct McpEntry {
        std::string type, url, command;  // the command's words with line feeds between
        friend bool operator==(const McpEntry&, const McpEntry&) = default;
    };

    // Each is there once its answer was understood.
    std::optional<Named<Provider>> providers;                 // /config/providers
    std::set<std::string, std::less<>> models;                // of those: provider/model
    std::optional<std::set<std::string, std::less<>>> known;  // /provider: all that it could offer
    bool config = false;                                      // whether /config was understood
    std::string model, small_model;
    Named<McpEntry> mcp_entries;
    Named<std::string> plugins;                               // by slot, see plugin_slot: the name to show
    std::optional<Named<Mcp>> mcps;                           // /mcp
    std::optional<Named<bool>> agents;                        // /agent: whether it is OpenCode's own
    std::optional<Named<std::string>> commands;               // /command: command, mcp or skill
    std::optional<Named<std::string>> skills;                 // /skill: the file
    std::optional<std::set<std::string, std::less<>>> tools;  // /experimental/tool/ids
    std::optional<std::string> refused_file;  // OpenCode refuses its configuration, by this file
};

// Each takes the body of one answer; false when it is not what OpenCode answers there.
bool take_config(LiveOpencode& live, std::string_view body);
bool take_config_providers(LiveOpencode& live, std::string_view body);
bool take_provider(LiveOpencode& live, std::string_view body);
bool take_mcp(LiveOpencode& live, std::string_view body);
bool take_agent(LiveOpencode& live, std::string_view body);
bool take_command(LiveOpencode& live, std::string_view body);
bool take_skill(LiveOpencode& live, std::string_view body);
bool take_tools(LiveOpencode& live, std::string_view body);
// Of an answer that is no success: whether it says that the configuration is refused.
bool take_refusal(LiveOpencode& live, std::string_view body);

// /path
struct OpencodePaths {
    std::string home, config, worktree, directory;
};
[[nodiscard]] std::optional<OpencodePaths> read_paths(std::string_view body);

}  // namespace cowork::capabilities
