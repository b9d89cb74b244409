#pragma once

#include "matrix/matrix.hpp"
#include "support/process.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>

namespace cowork::test::matrix {

// A Desktop that runs without a window: its files, its process, and that of its runtime. Everything is on
// disk when the world is made; a fault changes it there.
class DesktopWorld : public World {
  public:
    explicit DesktopWorld(const std::string& intent);

    // Paths below Desktop's data root and below HOME.
    [[nodiscard]] std::string at(const std::string& name) const { return root_ + "/" + name; }
    [[nodiscard]] std::string home(const std::string& name) const { return home_ + "/" + name; }
    static void write(const std::string& place, const std::string& content, mode_t mode = 0600);
    // A list of one pairing, changed.
    void pairing(const std::function<void(nlohmann::json& record)>& change);
    // Desktop's configuration, which offers one provider.
    void providers(const std::function<void(nlohmann::json& providers)>& change);
    void headless(const std::function<void(nlohmann::json& state)>& change);
    void no_headless() const;
    // From now on this path is closed to the user whom doctor runs as.
    void close(const std::string& place);
    // A FIFO in its place, which would keep a careless reader for ever.
    static void fifo(const std::string& place);
    [[nodiscard]] pid_t runtime() const { return runtime_->pid(); }
    void end_runtime() { runtime_->terminate(); }
    // Its words are those of OpenCode as Desktop starts it.
    [[nodiscard]] static ProcessOptions runtime_command(const std::string& program);

    static constexpr const char* ledger = "runtime-home/.local/state/managed-runtime-pids.json";
    static constexpr const char* keys = "runtime-home/.local/share/opencode/auth.json";
    static constexpr const char* layer = ".config/open-cowork/config.json";

  private:
    std::string home_, root_;
    std::unique_ptr<Process> host_, runtime_;
};

}  // namespace cowork::test::matrix
