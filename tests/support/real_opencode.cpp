#include "support/real_opencode.hpp"

#include "support/httplib_config.hpp"
#include "support/places.hpp"
#include "support/ports.hpp"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

namespace cowork::test {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 60s;

// Nothing listens on port 9, and no test sends a prompt.
std::string configuration() {
    return nlohmann::json{
        {"$schema", "https://opencode.ai/config.json"},
        {"share", "disabled"},
        {"autoupdate", false},
        {"enabled_providers", {"mock"}},
        {"model", "mock/mock-model"},
        {"provider",
         {{"mock",
           {{"npm", "@ai-sdk/openai-compatible"},
            {"name", "Loopback mock"},
            {"options", {{"baseURL", "http://127.0.0.1:9/v1"}, {"apiKey", "mock-key"}}},
            {"models",
             {{"mock-model",
               {{"name", "Mock Model"}, {"limit", {{"context", 32000}, {"output", 4000}}}}}}}}}}}}
        .dump();
}

}  // namespace

std::string RealOpencode::binary() {
    const char* chosen = std::getenv("COWORK_TEST_OPENCODE");
    if (chosen != nullptr && *chosen != '\0') return chosen;
    return COWORK_SOURCE_DIR "/node_modules/opencode-linux-x64/bin/opencode";
}

bool RealOpencode::available() { return access(binary().c_str(), X_OK) == 0; }

RealOpencode::RealOpencode(RealOpencodeOptions options) : given_(std::move(options)), port_(free_port()) {
    if (!available()) throw std::runtime_error(binary() + " is not installed");
    std::filesystem::create_directory(work_directory());
    directory_.write("opencode.json", configuration());
    directory_.write("models.json", "{}");
    if (given_.prepare) given_.prepare(directory_);
    server_ = std::make_unique<Process>(command());
    wait_until_it_answers();
}

ProcessOptions RealOpencode::command() const {
    ProcessOptions options;
    options.argv = {binary(), "serve", "--hostname", given_.hostname, "--port", std::to_string(port_)};
    options.directory = work_directory();
    options.environment = {
        {"PATH=/usr/bin:/bin", "HOME=" + directory_.file("home"),
         "XDG_DATA_HOME=" + directory_.file("home/data"), "XDG_CONFIG_HOME=" + directory_.file("home/config"),
         "XDG_STATE_HOME=" + directory_.file("home/state"), "XDG_CACHE_HOME=" + directory_.file("home/cache"),
         "OPENCODE_CONFIG=" + directory_.file("opencode.json"),
         "OPENCODE_MODELS_PATH=" + directory_.file("models.json"), "OPENCODE_DISABLE_MODELS_FETCH=1",
         "OPENCODE_DISABLE_AUTOUPDATE=1", "OPENCODE_DISABLE_LSP_DOWNLOAD=1",
         "OPENCODE_DISABLE_DEFAULT_PLUGINS=1", "OPENCODE_DISABLE_SHARE=1",
         // It installs a package for plugins into each of its directories; nothing may leave the machine.
         "npm_config_registry=http://127.0.0.1:9/", "npm_config_fetch_retries=0"}};
    if (given_.password) options.environment->push_back("OPENCODE_SERVER_PASSWORD=" + *given_.password);
    for (const std::string& variable : given_.variables) options.environment->push_back(variable);
    return options;
}

// A request of the first moments can hang for ever on its connection, so each try is a new one, and short.
void RealOpencode::wait_until_it_answers() {
    const auto deadline = std::chrono::steady_clock::now() + start_limit;
    while (true) {
        httplib::Client client("127.0.0.1", port_);
        client.set_connection_timeout(500ms);
        client.set_read_timeout(500ms);
        if (client.Get("/api/health")) return;  // 401 is an answer as well
        if (!server_->running() || std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("opencode does not start: " + log());
        }
        std::this_thread::sleep_for(50ms);
    }
}

}  // namespace cowork::test
