#pragma once

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cowork::test {

// What a real OpenCode is started with.
struct RealOpencodeOptions {
    std::optional<std::string> password{};
    std::string hostname = "127.0.0.1";
    // Lays out more files before it starts. Its home is `home`, its global directory `home/config/opencode`,
    // the directory that it serves `work`.
    std::function<void(const TempDir&)> prepare{};
    std::vector<std::string> variables{};  // NAME=VALUE, beside what keeps it offline
};

// A real `opencode serve` on a free port of 127.0.0.1, offline, with one model of a mock provider and homes
// of its own. The program is $COWORK_TEST_OPENCODE, or the one in the source tree's node_modules.
class RealOpencode {
  public:
    [[nodiscard]] static std::string binary();
    [[nodiscard]] static bool available();

    // Returns once it answers.
    explicit RealOpencode(RealOpencodeOptions options = {});

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& path = {}) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    // A directory that exists, to be asked about.
    [[nodiscard]] std::string work_directory() const { return directory_.file("work"); }
    [[nodiscard]] const TempDir& directory() const { return directory_; }
    [[nodiscard]] std::string log() const { return server_->out() + server_->err(); }

  private:
    [[nodiscard]] ProcessOptions command() const;
    void wait_until_it_answers();

    TempDir directory_;
    RealOpencodeOptions given_;
    int port_ = 0;
    std::unique_ptr<Process> server_;
};

}  // namespace cowork::test
