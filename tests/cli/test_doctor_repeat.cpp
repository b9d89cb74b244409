#include "support/cli_run.hpp"
#include "support/gateway_workspace.hpp"
#include "support/ports.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <set>

// --wait, --watch and --baseline: one run compared with, or followed by, another.
namespace {

using namespace cowork::test;
using nlohmann::json;

constexpr const char* provider_check = "gateway.provider.healthy";
// The memory store is degraded by itself; without it a healthy workspace is ready.
const std::vector<std::string> quick{"--skip", "gateway.database.*", "--timeout", "2s"};

std::vector<std::string> with(std::vector<std::string> more) {
    more.insert(more.end(), quick.begin(), quick.end());
    return more;
}

void make_ready(GatewayWorkspace& workspace, bool ready) {
    workspace.gateway.update([&](FakeGatewayOptions& options) {
        options.failing.clear();
        if (!ready) options.failing.push_back({.code = "opencode.health"});
    });
}

std::string change_of(const json& report, const std::string& id) {
    const json baseline = row_of(report, id).at("baseline");
    return baseline.is_null() ? std::string{} : baseline.at("change").get<std::string>();
}

}  // namespace

TEST_CASE("option --wait repeats until ready, and prints the last state alone") {
    GatewayWorkspace workspace;
    (void)workspace.env_file();
    make_ready(workspace, false);
    Process process(workspace.doctor_options(with({"--wait", "60s", "--json"})));
    // It has begun a second run, so the first one did not satisfy it.
    REQUIRE(wait_until([&] { return workspace.gateway.requests().size() > 24; }));
    make_ready(workspace, true);
    const auto result = process.wait(std::chrono::seconds{60});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    CHECK(document_of(result).at("status") == "ready");
    CHECK(contains(result.err, "not ready: " + std::string(provider_check)));
}

TEST_CASE("option --wait does not wait for what nobody but its user can mend") {
    GatewayWorkspace workspace;
    workspace.values["ADMIN_TOKEN"] = "WRONG-doc-0000111122223333";
    (void)workspace.env_file();
    const auto result = workspace.doctor(with({"--wait", "10m", "--json"}));
    CHECK(result.exit_code == 1);
    CHECK_FALSE(contains(result.err, "again in"));
}

TEST_CASE("option --wait ends when its time is over, and with a signal") {
    GatewayWorkspace workspace;
    workspace.values["PORT"] = std::to_string(free_port());
    (void)workspace.env_file();
    const auto over = workspace.doctor(with({"--wait", "600ms", "--json"}));
    CHECK(over.exit_code == 1);
    CHECK(contains(over.err, "again in 250ms"));
    Process process(workspace.doctor_options(with({"--wait", "10m", "--json"})));
    REQUIRE(wait_until([&] { return contains(process.err(), "again in"); }));
    process.send_signal(SIGTERM);
    const auto stopped = process.wait(std::chrono::seconds{20});
    INFO(stopped.out << stopped.err);
    CHECK(stopped.exit_code == 143);
    CHECK(document_of(stopped).at("exitCode") == 143);
}

TEST_CASE("option --watch prints report after report until a signal") {
    GatewayWorkspace workspace;
    (void)workspace.env_file();
    Process process(workspace.doctor_options(with({"--watch=1ms"})));
    const auto reports = [&] {
        std::size_t count = 0;
        const std::string out = process.out();
        for (std::size_t at = 0; (at = out.find("gateway-only  ready", at)) != std::string::npos; ++at)
            ++count;
        return count;
    };
    REQUIRE(wait_until([&] { return reports() >= 3; }));
    process.send_signal(SIGINT);
    const auto result = process.wait(std::chrono::seconds{20});
    CHECK(result.exit_code == 130);
    CHECK_FALSE(contains(result.out, "\x1b"));
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{"--json"}, {"--wait", "1s"}, {"--report", "json=r.json"}}) {
        auto arguments = more;
        arguments.emplace_back("--watch");
        const auto refused = workspace.doctor(arguments);
        CHECK(refused.exit_code == 2);
        CHECK(contains(refused.out + refused.err, "--watch"));
    }
}

TEST_CASE("option --baseline marks what is new, still so and fixed") {
    GatewayWorkspace workspace;
    (void)workspace.env_file();
    const std::string path = workspace.scratch / "last.json";
    const auto compared = [&](bool ready) {
        make_ready(workspace, ready);
        const bool first = content_of(path).empty();
        auto arguments = with({"--json", "--report", "json=" + path});
        if (!first) arguments.insert(arguments.end(), {"--baseline", path});
        return change_of(document_of(workspace.doctor(arguments)), provider_check);
    };
    CHECK(compared(true).empty());
    CHECK(compared(true).empty());
    CHECK(compared(false) == "new");
    CHECK(compared(false) == "still");
    CHECK(compared(true) == "fixed");
    CHECK(compared(true).empty());
    make_ready(workspace, false);
    CHECK(contains(workspace.doctor(with({"--baseline", path})).out, "[new]"));
}

TEST_CASE("a baseline that is none ends the run with 2 before anything is asked") {
    GatewayWorkspace workspace;
    (void)workspace.env_file();
    const std::string text = workspace.scratch.file("text.json", "no report");
    for (const std::string& path : {text, workspace.scratch / "missing", workspace.scratch / "root"}) {
        const auto result = workspace.doctor({"--baseline", path, "--json"});
        CHECK(result.exit_code == 2);
        CHECK(contains(document_of(result).at("error").at("message"), path));
    }
    CHECK(workspace.gateway.requests().empty());
}

TEST_CASE("a baseline with something else in the place of ids is refused, and not shown") {
    GatewayWorkspace workspace;
    (void)workspace.env_file();
    const std::string hidden = "sk-live_HUNTER2";
    for (const json& row : {json{{"id", hidden}, {"status", "offline"}},
                            json{{"id", provider_check}, {"status", "offline"}, {"reasonCode", hidden}}}) {
        const std::string path = workspace.scratch.file(
            "last.json", json{{"schemaVersion", 1}, {"results", json::array({row})}}.dump());
        for (const auto& more : {std::vector<std::string>{}, std::vector<std::string>{"--json"}}) {
            auto arguments = with({"--baseline", path});
            arguments.insert(arguments.end(), more.begin(), more.end());
            const auto result = workspace.doctor(arguments);
            CHECK(result.exit_code == 2);
            CHECK(contains(result.out + result.err, "no report of cowork"));
            CHECK_FALSE(contains(result.out + result.err, hidden));
        }
    }
    CHECK(workspace.gateway.requests().empty());
}

TEST_CASE("option --jobs changes how many checks run at once, not what they find") {
    GatewayWorkspace workspace;
    (void)workspace.env_file();
    const auto one = document_of(workspace.doctor(with({"--jobs", "1", "--json"})));
    const auto many = document_of(workspace.doctor(with({"--jobs", "64", "--json"})));
    CHECK(one.at("counts") == many.at("counts"));
    for (const char* wrong : {"0", "65", "x", "-1"})
        CHECK(workspace.doctor({"--jobs", wrong}).exit_code == 2);
}
