#include "matrix/desktop_world.hpp"

#include "report/model.hpp"

#include <sys/stat.h>

#include <chrono>

namespace cowork::test::matrix {
namespace {

using nlohmann::json;

const std::string provider_key = "sk-or-v1-PROVIDER-3f9c1d7a8b2e40565aa1c0ffee91";

std::string now() { return report::utc_timestamp(std::chrono::system_clock::now()); }

json record() {
    return {{"id", "desktop_pairing_1"},
            {"label", "Phone"},
            {"deviceName", "Desktop"},
            {"status", "paired_online"},
            {"enabled", true},
            {"brokerUrl", "https://broker.example.org"},
            {"allowedWorkspaceIds", {"local"}},
            {"allowedSessionIds", nullptr},
            {"policy",
             {{"allowRemotePrompts", true},
              {"allowRemoteAbort", true},
              {"remoteApprovals", "local_confirmation"},
              {"remoteQuestions", "local_confirmation"},
              {"exposeArtifactBodies", false},
              {"exposeLocalPaths", false},
              {"exposeLocalMcpDetails", false},
              {"allowRemoteAttachments", false}}},
            {"lastConnectedAt", now()},
            {"lastHeartbeatAt", now()},
            {"lastCommandSequence", 7},
            {"error", nullptr},
            {"createdAt", now()},
            {"updatedAt", now()},
            {"revokedAt", nullptr}};
}

json state(pid_t pid) {
    return {
        {"schemaVersion", 1},
        {"hostId", "headless-loopback-127.0.0.1-0"},
        {"pid", pid},
        {"mode", "start"},
        {"topology", "loopback"},
        {"bindHost", "127.0.0.1"},
        {"port", 0},
        {"startedAt", now()},
        {"updatedAt", now()},
        {"status",
         {{"schemaVersion", 1},
          {"mode", "start"},
          {"runtime", {{"ready", true}, {"phase", "ready"}, {"error", nullptr}, {"updatedAt", now()}}},
          {"checks", json::array({{{"code", "runtime.ready"}, {"severity", "info"}, {"status", "pass"}}})},
          {"redacted", true}}},
        {"redacted", true}};
}

}  // namespace

DesktopWorld::DesktopWorld(const std::string& intent) {
    path = intent;
    home_ = scratch.directory("home");
    root_ = scratch.directory("home/.config/Open Cowork");
    (void)scratch.directory("home/.config/open-cowork");
    (void)scratch.directory("home/.config/Open Cowork/runtime-home/.local/state");
    (void)scratch.directory("home/.config/Open Cowork/runtime-home/.local/share/opencode");
    (void)scratch.directory("home/.config/Open Cowork/headless-host");
    (void)scratch.directory("bin");
    environment = {{"HOME", home_}};
    secrets = {provider_key};
    const std::string program = scratch / "bin/opencode";
    write(program, "sleep 600;\n", 0755);
    runtime_ = std::make_unique<Process>(runtime_command(program));
    ProcessOptions host;
    host.argv = {"sleep", "600"};
    host_ = std::make_unique<Process>(std::move(host));
    providers([](json&) {});
    write(at("settings.enc"), "v10 ciphertext");
    write(at(keys), json{{"openrouter", {{"type", "api"}, {"key", provider_key}}}}.dump());
    write(at(ledger), json::array({runtime_->pid()}).dump());
    headless([](json&) {});
    pairing([](json&) {});
}

ProcessOptions DesktopWorld::runtime_command(const std::string& program) {
    ProcessOptions options;
    options.argv = {"perl", program, "serve", "--hostname=127.0.0.1", "--port=0", "--log-level=ERROR"};
    return options;
}

void DesktopWorld::write(const std::string& place, const std::string& content, mode_t mode) {
    std::ofstream(place, std::ios::binary) << content;
    REQUIRE(::chmod(place.c_str(), mode) == 0);
}

void DesktopWorld::pairing(const std::function<void(json&)>& change) {
    json one = record();
    change(one);
    write(at("desktop-pairings.json"),
          json{{"schemaVersion", 1}, {"pairings", {one}}, {"audit", json::array()}}.dump());
}

void DesktopWorld::providers(const std::function<void(json&)>& change) {
    json one{
        {"available", {"openrouter"}}, {"defaultProvider", "openrouter"}, {"defaultModel", "vendor/model-1"}};
    change(one);
    write(home(layer), json{{"providers", one}}.dump());
}

void DesktopWorld::headless(const std::function<void(json&)>& change) {
    json one = state(host_->pid());
    change(one);
    write(at("headless-host/state.json"), one.dump());
}

void DesktopWorld::no_headless() const { std::filesystem::remove(at("headless-host/state.json")); }

void DesktopWorld::close(const std::string& place) {
    if (is_root()) {
        // Root may look into everything, so somebody else has to run doctor, and own all but this. The
        // runtime is not theirs, so there is no note of it either.
        std::filesystem::remove(at(ledger));
        for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path()))
            REQUIRE(::lchown(entry.path().c_str(), nobody, nobody) == 0);
        REQUIRE(::lchown(scratch.path().c_str(), nobody, nobody) == 0);
        REQUIRE(::lchown(place.c_str(), 0, 0) == 0);
        user = nobody;
    }
    REQUIRE(::chmod(place.c_str(), 0) == 0);
    keep(std::shared_ptr<void>(nullptr, [place](void*) { (void)!::chmod(place.c_str(), 0700); }));
}

void DesktopWorld::fifo(const std::string& place) {
    std::filesystem::remove_all(place);
    REQUIRE(::mkfifo(place.c_str(), 0600) == 0);
}

}  // namespace cowork::test::matrix
