#pragma once

#include "capabilities/opencode_config.hpp"
#include "config/front_matter.hpp"
#include "core/budget.hpp"
#include "probes/files.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// Names looked at in all directories together, and bytes of Markdown read: no user has as many. What is above
// is left out, and a problem says so.
inline constexpr std::size_t most_opencode_files = 20000;
inline constexpr std::size_t most_markdown_bytes = 64UL * 1024 * 1024;

// What OpenCode finds as files in its directories: agents, modes, commands, plugins, tools and skills.
// Links are followed as OpenCode does, to a bounded depth, so that a cycle ends; a file is read once, however
// many links lead to it.
class OpencodeFiles {
  public:
    OpencodeFiles(probes::FileProbe& files, OpencodeConfiguration& found, nlohmann::json& merged,
                  const std::optional<Budget>& budget)
        : files_(files), found_(found), merged_(merged), budget_(budget) {}

    // Agents, modes, commands, plugins and tools of one configuration directory.
    void directory(const std::string& path, std::string_view source);
    // Skills below `path`, whose last parts must be one of `folders` and anything; no folders: anything.
    void skills(const std::string& path, const std::vector<std::string_view>& folders,
                std::string_view source);

  private:
    using Matter = std::optional<config::FrontMatter>;
    using OnFile = std::function<void(const std::string&)>;
    void walk(const std::string& path, std::size_t depth, const OnFile& on_file);
    [[nodiscard]] bool one_more(const std::string& path);
    void too_much(const std::string& path);
    const Matter& front_matter(const std::string& path);
    [[nodiscard]] Matter read_matter(const std::string& path);
    void agents(const std::string& path, std::string_view source);
    void commands(const std::string& path, std::string_view source);
    void scripts(const std::string& path, std::string_view folder, report::CapabilityKind kind,
                 std::string_view source);
    void agent(const std::string& path, const std::string& name, bool primary, std::string_view source);
    void command(const std::string& path, const std::string& name, std::string_view source);
    void skill(const std::string& path, std::string_view source);
    void define(report::CapabilityKind kind, const std::string& id, std::string_view source,
                const std::string& path, DefinitionFault fault);

    probes::FileProbe& files_;
    OpencodeConfiguration& found_;
    nlohmann::json& merged_;
    const std::optional<Budget>& budget_;
    std::size_t names_ = 0, bytes_ = 0;
    bool told_ = false;                      // that there is more than is looked at
    std::map<std::string, Matter> matters_;  // by the path without links; empty: OpenCode cannot use the file
};

}  // namespace cowork::capabilities
