#pragma once

#include "capabilities/opencode_config.hpp"
#include "probes/files.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cowork::capabilities {

// What OpenCode finds as files in its directories: agents, modes, commands, plugins, tools and skills.
// Links are followed as OpenCode does, to a bounded depth, so that a cycle ends.
class OpencodeFiles {
  public:
    OpencodeFiles(probes::FileProbe& files, OpencodeConfiguration& found, nlohmann::json& merged)
        : files_(files), found_(found), merged_(merged) {}

    // Agents, modes, commands, plugins and tools of one configuration directory.
    void directory(const std::string& path, std::string_view source);
    // Skills below `path`, whose last parts must be one of `folders` and anything; no folders: anything.
    void skills(const std::string& path, const std::vector<std::string_view>& folders,
                std::string_view source);

  private:
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
};

}  // namespace cowork::capabilities
