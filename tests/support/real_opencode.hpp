#pragma once

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <optional>
#include <string>

namespace cowork::test {

// A real `opencode serve` on a free port of 127.0.0.1, offline, with one model of a mock provider and homes
// of its own. The program is $COWORK_TEST_OPENCODE, or the one in the source tree's node_modules.
class RealOpencode {
  public:
    [[nodiscard]] static std::string binary();
    [[nodiscard]] static bool available();

    // Returns once it answers.
    explicit RealOpencode(std::optional<std::string> password = {}, std::string hostname = "127.0.0.1");

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& path = {}) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    // A directory that exists, to be asked about.
    [[nodiscard]] std::string work_directory() const { return directory_.file("work"); }
    [[nodiscard]] std::string log() const { return server_->out() + server_->err(); }

  private:
    [[nodiscard]] ProcessOptions command(const std::optional<std::string>& password) const;
    void wait_until_it_answers();

    TempDir directory_;
    std::string hostname_;
    int port_ = 0;
    std::unique_ptr<Process> server_;
};

}  // namespace cowork::test
