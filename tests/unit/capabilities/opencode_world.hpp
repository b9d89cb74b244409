#pragma once

#include "capabilities/opencode_rows.hpp"
#include "support/temp_dir.hpp"
#include "unit/capabilities/desktop_world.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace cowork::test {

// An OpenCode on a machine, in a directory of its own: `home`, `work` (a git worktree that it serves) and
// `managed`. Its global directory is `home/.config/opencode`. What it would answer is given as bodies.
class OpencodeOnDisk {
  public:
    OpencodeOnDisk() {
        for (const char* name : {"home", "work", "managed"})
            std::filesystem::create_directories(dir_.path() / name);
        variables_["HOME"] = dir_.file("home");
        variables_["OPENCODE_TEST_MANAGED_CONFIG_DIR"] = dir_.file("managed");
    }

    // `DIR` in the content stands for the machine's directory.
    OpencodeOnDisk& file(const std::string& name, std::string content) {
        for (auto at = content.find("DIR"); at != std::string::npos; at = content.find("DIR", at))
            content.replace(at, 3, dir_.path().string());
        dir_.write(name, content);
        return *this;
    }
    OpencodeOnDisk& set(const std::string& name, const std::string& value) {
        variables_[name] = value;
        return *this;
    }
    OpencodeOnDisk& serves(const std::string& directory) {
        directory_ = directory;
        return *this;
    }
    // What a path of the server answers; from the first on there is a server, and what has no answer of its
    // own lists nothing.
    OpencodeOnDisk& answers(const std::string& path, const std::string& body) {
        bodies_[path] = body;
        return *this;
    }
    [[nodiscard]] std::string path(const std::string& name) const { return dir_.file(name); }

    [[nodiscard]] capabilities::OpencodePlaces places() const {
        capabilities::OpencodePlaces known;
        known.directory = path(directory_);
        known.worktree = path("work");
        return capabilities::places_of(variables_, known);
    }
    [[nodiscard]] capabilities::OpencodeConfiguration read() const {
        return capabilities::read_opencode(places(), *files_);
    }
    [[nodiscard]] report::CapabilityTables look(const Redactor& redactor) const {
        const auto configuration = read();
        const auto where = places();
        const auto live = server();
        return capabilities::opencode_capabilities({where, configuration, live ? &*live : nullptr, *files_},
                                                   redactor);
    }
    [[nodiscard]] report::CapabilityTables look() const { return look(Redactor()); }

  private:
    [[nodiscard]] std::string body(const std::string& path, const char* otherwise) const {
        const auto found = bodies_.find(path);
        return found == bodies_.end() ? otherwise : found->second;
    }
    [[nodiscard]] std::optional<capabilities::LiveOpencode> server() const {
        if (bodies_.empty()) return std::nullopt;
        namespace c = capabilities;
        c::LiveOpencode live;
        REQUIRE(c::take_config(live, body("/config", "{}")));
        REQUIRE(c::take_config_providers(live, body("/config/providers", R"({"providers":[]})")));
        REQUIRE(c::take_provider(live, body("/provider", R"({"all":[]})")));
        REQUIRE(c::take_mcp(live, body("/mcp", "{}")));
        REQUIRE(c::take_agent(live, body("/agent", "[]")));
        REQUIRE(c::take_command(live, body("/command", "[]")));
        REQUIRE(c::take_skill(live, body("/skill", "[]")));
        REQUIRE(c::take_tools(live, body("/experimental/tool/ids", "[]")));
        return live;
    }

    TempDir dir_;
    std::map<std::string, std::string, std::less<>> variables_;
    std::string directory_ = "work";
    std::map<std::string, std::string> bodies_;
    std::unique_ptr<probes::FileProbe> files_ = probes::make_file_probe();
};

}  // namespace cowork::test
