#include "support/cli_run.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/smoke_cloud.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>

// smoke of a Cloud on the command line: exit codes, what it shows of tokens, and what a signal leaves.
namespace {

using namespace cowork::test;
using nlohmann::json;

const std::string token = SmokeCloudOptions{}.admin_token;

ProcessOptions smoke_of(const SmokeCloud& cloud, std::vector<std::string> more) {
    ProcessOptions options;
    options.argv = {COWORK_BINARY, "smoke"};
    options.argv.insert(options.argv.end(), more.begin(), more.end());
    options.argv.insert(options.argv.end(), {"--cloud-url", cloud.url(), "--cloud-token", "env:THE_TOKEN"});
    options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin", "THE_TOKEN=" + token};
    options.directory = "/";
    return options;
}

bool asked(const SmokeCloud& cloud, const std::string& method, const std::string& target) {
    const auto requests = cloud.requests();
    return std::any_of(requests.begin(), requests.end(), [&](const RecordedRequest& request) {
        return request.method == method && contains(request.target, target);
    });
}

TEST_CASE("smoke of a Cloud that works exits 0, leaves nothing in force, and shows no token") {
    const SmokeCloud cloud;
    const std::string before = cloud.state();
    const auto result = run_process(smoke_of(cloud, {"cloud-connect", "--json"}));
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    const auto report = document_of(result);
    CHECK(report.at("status") == "ready");
    CHECK(row_of(report, "cloud.session_events.resumed").at("status") == "ready");
    // The server's own settings are not here.
    CHECK(row_of(report, "cloud.object_store.round_trip").at("required") == false);
    check_hidden(result, token);
    CHECK_FALSE(contains(result.out, "occ_tok_"));
    CHECK(cloud.state() == before);
    const auto text = run_process(smoke_of(cloud, {"cloud-connect", "-v"}));
    CHECK(text.exit_code == 0);
    CHECK(contains(text.out, "stays"));
    check_hidden(text, token);
    CHECK_FALSE(contains(text.out, "occ_tok_"));
    check_printable(text);
}

TEST_CASE("smoke of a Cloud where one thing is wrong exits 1 and names it") {
    SmokeCloudOptions options;
    options.faults = {"artifact-changed"};
    const SmokeCloud cloud(options);
    const auto result = run_process(smoke_of(cloud, {"cloud-connect", "--json"}));
    CHECK(result.exit_code == 1);
    const auto report = document_of(result);
    for (const json& row : report.at("results"))
        if (row.at("required") == true)
            CHECK((row.at("status") == "ready") == (row.at("id") != "cloud.artifact.round_trip"));
    CHECK(row_of(report, "cloud.artifact.round_trip").at("reasonCode") == "artifact.changed");
}

TEST_CASE("smoke that is stopped while a prompt runs still takes away what it made") {
    SmokeCloudOptions options;
    options.faults = {"prompt-never-projected"};
    const SmokeCloud cloud(options);
    const std::string before = cloud.state();
    Process process(smoke_of(cloud, {"full-hybrid", "--only", "hybrid.*", "--json"}));
    REQUIRE(wait_until([&] { return asked(cloud, "POST", "/api/channels/sessions/prompt"); }));
    CHECK(cloud.state() != before);
    process.send_signal(SIGTERM);
    const auto result = process.wait(std::chrono::seconds{30});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 143);
    CHECK(row_of(document_of(result), "smoke.clean_up.complete").at("status") == "ready");
    CHECK(cloud.state() == before);
    CHECK(asked(cloud, "POST", "/abort"));
}

TEST_CASE("what a smoke that was killed left, the next one takes away") {
    SmokeCloudOptions options;
    options.faults = {"prompt-never-projected"};
    const SmokeCloud cloud(options);
    const std::string before = cloud.state();
    {
        Process process(smoke_of(cloud, {"full-hybrid", "--only", "hybrid.*"}));
        REQUIRE(wait_until([&] { return asked(cloud, "POST", "/api/channels/sessions/prompt"); }));
        process.send_signal(SIGKILL);
        CHECK(process.wait(std::chrono::seconds{30}).signal == SIGKILL);
    }
    CHECK(cloud.state() != before);
    const auto result =
        run_process(smoke_of(cloud, {"cloud-connect", "--only", "cloud.leftovers.removed", "--json"}));
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    CHECK(row_of(document_of(result), "cloud.leftovers.removed").at("evidence").at("removed") == 6);
    CHECK(cloud.state() == before);
}

}  // namespace
