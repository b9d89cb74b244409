#include "support/channel_place.hpp"
#include "support/cli_run.hpp"
#include "support/places.hpp"
#include "support/scratch_directory.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

// The scenario cloud-gateway with the real binary: what a run leaves, also one that is killed.
namespace {

using namespace cowork::test;
using namespace std::chrono_literals;
using nlohmann::json;

struct Workspace : ChannelPlace {
    explicit Workspace(const ChannelPlaceOptions& options = {}) : ChannelPlace(options) {
        // The run's own token comes from the environment, not from the gateway's file.
        token = settings.at("OPEN_COWORK_CLOUD_TOKEN");
        settings.erase("OPEN_COWORK_CLOUD_TOKEN");
        (void)scratch.file(".env.gateway", text());
    }

    [[nodiscard]] std::vector<std::string> arguments(const std::vector<std::string>& more) const {
        std::vector<std::string> all{"smoke",       "cloud-gateway", "--gateway-url", gateway->url(),
                                     "--cloud-url", cloud->url(),    "--cloud-token", "env:SMOKE_TOKEN"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    [[nodiscard]] ProcessResult smoke(const std::vector<std::string>& more) const {
        return run_cowork(arguments(more), scratch.path(), {{"SMOKE_TOKEN", token}});
    }
    // Of requests that change something.
    [[nodiscard]] std::size_t changes() const {
        const auto requests = cloud->requests();
        return static_cast<std::size_t>(
            std::count_if(requests.begin(), requests.end(),
                          [](const RecordedRequest& one) { return one.method != "GET"; }));
    }

    ScratchDirectory scratch;
    std::string token;
};

// Kills a run as soon as the Cloud has that many of its changes; false when it ended before.
bool kill_after(const Workspace& place, std::size_t changes) {
    ProcessOptions options;
    options.argv = place.arguments({});
    options.argv.insert(options.argv.begin(), COWORK_BINARY);
    options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin", "SMOKE_TOKEN=" + place.token};
    options.directory = place.scratch.path();
    const std::size_t before = place.changes();
    Process process(options);
    while (process.running()) {
        if (place.changes() - before >= changes) {
            process.send_signal(SIGKILL);
            return process.wait(20s).signal == SIGKILL;
        }
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

TEST_CASE("smoke cloud-gateway: every step is ready, and nothing active is left") {
    const Workspace place;
    const auto result = place.smoke({"--json"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    const auto report = document_of(result);
    for (const json& row : report.at("results")) {
        INFO(row);
        CHECK(row.at("status") == "ready");
    }
    CHECK(place.cloud->state() == place.before);
    check_hidden(result, place.token);
    for (const auto& [key, value] : place.settings)
        if (contains(key, "SECRET") || contains(key, "TOKEN")) check_hidden(result, value);
}

TEST_CASE("smoke cloud-gateway: what a run left that was killed after any change, the next one turns off") {
    std::size_t changes = 1;
    for (bool killed = true; killed; ++changes) {
        const Workspace place({.cloud_delay = 8ms});
        INFO("after change " << changes);
        killed = kill_after(place, changes);
        // What was on its way may still come.
        std::this_thread::sleep_for(50ms);
        const auto next = place.smoke({"--only", "channel.leftovers.removed"});
        INFO(next.out << next.err);
        CHECK(next.exit_code == 0);
        CHECK(place.cloud->state() == place.before);
    }
    // Agent, binding, two toggles, identity, token, two refused, grant, revoked, and what undoing sends.
    CHECK(changes > 10);
}

}  // namespace
