#include "support/cli_run.hpp"
#include "support/gateway_workspace.hpp"
#include "support/places.hpp"
#include "support/ports.hpp"
#include "support/tarpit.hpp"
#include "support/terminal_run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>

// smoke on the command line: what it reads, what it chooses, where its report goes. What each step proves is
// the business of the tests in unit/smoke and live.
namespace {

using namespace cowork::test;
using nlohmann::json;

constexpr const char* clean_up = "smoke.clean_up.complete";

struct Workspace : GatewayWorkspace {
    Workspace() { (void)env_file(); }
    ProcessResult smoke(std::vector<std::string> more,
                        const std::map<std::string, std::string>& environment = {}) const {
        more.insert(more.begin(), "smoke");
        return run_cowork(more, scratch.path(), environment);
    }
};

std::vector<std::string> sent_to(const FakeGateway& gateway) {
    std::vector<std::string> sent;
    for (const RecordedRequest& request : gateway.requests())
        sent.push_back(request.method + " " + request.target);
    return sent;
}

TEST_CASE("smoke where nothing is set up names the scenarios") {
    ScratchDirectory scratch;
    const auto result = run_cowork({"smoke"}, scratch.path());
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    for (const char* scenario : {"gateway-only", "cloud-connect", "full-hybrid", "cloud-gateway"})
        CHECK(contains(result.err, scenario));
    CHECK(scratch.entries() == 0);
}

TEST_CASE("smoke of a Desktop says that it cannot be exercised from outside") {
    for (const char* path : {"desktop-local", "desktop-pairing"}) {
        const auto result = run_cowork({"smoke", path});
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, path));
        CHECK(contains(result.err, "cowork doctor"));
    }
}

TEST_CASE("option --plan and --list send nothing") {
    const Workspace workspace;
    const auto plan = workspace.smoke({"--plan"});
    CHECK(plan.exit_code == 0);
    for (const char* word : {"gateway.webhook.unsigned_refused", "sends", "creates", "removes", "expects"})
        CHECK(contains(plan.out, word));
    const auto listed = workspace.smoke({"--list", "--only", "gateway.webhook.*"});
    CHECK(contains(listed.out, "gateway.webhook.replay_refused"));
    CHECK(contains(listed.out, "gateway.health.answers"));  // which they need
    CHECK_FALSE(contains(listed.out, "gateway.prompt"));
    const auto document = document_of(workspace.smoke({"--plan", "--read-only", "--json"}));
    for (const json& step : document.at("steps"))
        if (step.at("effect") != "reads") CHECK(step.at("selected") == false);
    CHECK(workspace.gateway.requests().empty());
    CHECK(workspace.opencode.requests().empty());
}

TEST_CASE("option --read-only sends nothing that creates") {
    const Workspace workspace;
    const auto result = workspace.smoke({"--read-only", "--json"});
    const auto report = document_of(result);
    INFO(result.out);
    CHECK(row_of(report, "gateway.health.answers").at("status") == "ready");
    CHECK(row_of(report, "gateway.webhook.unknown_user_denied").at("reasonCode") == "skipped.by_user");
    CHECK(row_of(report, clean_up).at("status") == "ready");
    // What has to be refused is sent, and the fake refuses no webhook that it does not know.
    for (const std::string& sent : sent_to(workspace.gateway))
        CHECK((sent.starts_with("GET ") || sent == "POST /webhooks/webhook"));
    for (const RecordedRequest& request : workspace.opencode.requests()) CHECK(request.method == "GET");
    check_hidden(result, workspace.admin_token);
    check_hidden(result, workspace.values.at("WEBHOOK_SHARED_SECRET"));
}

TEST_CASE("smoke of services that are down tells the cause once, exits 1, and leaves nothing") {
    Workspace workspace;
    workspace.values["PORT"] = std::to_string(free_port());
    (void)workspace.env_file();
    const auto result = workspace.smoke({"gateway-only", "--json"});
    CHECK(result.exit_code == 1);
    const auto report = document_of(result);
    CHECK(report.at("command") == "smoke");
    CHECK(report.at("intent") == "gateway-only");
    CHECK(row_of(report, "gateway.health.answers").at("reasonCode") == "gateway.connection-refused");
    CHECK(row_of(report, "gateway.webhook.unsigned_refused").at("rootCause") == "gateway.health.answers");
    // OpenCode does not hang on the gateway.
    CHECK(row_of(report, "gateway.opencode.reachable").at("status") == "ready");
    const auto text = workspace.smoke({"gateway-only"});
    CHECK(contains(text.out, "steps in"));
    CHECK(contains(text.out, "nothing listens there"));
    CHECK(text.err.empty());
    check_printable(text);
}

TEST_CASE("a step that a silent service keeps waiting costs its budget, and the run its deadline") {
    Workspace workspace;
    const Tarpit silent(Tarpit::silent());
    workspace.values["PORT"] = std::to_string(silent.port());
    (void)workspace.env_file();
    const auto limited = workspace.smoke({"gateway-only", "--timeout", "100ms", "--json"});
    const auto report = document_of(limited);
    CHECK(row_of(report, "gateway.health.answers").at("reasonCode") == "gateway.silent");
    CHECK(row_of(report, "gateway.health.answers").at("durationMs").get<double>() < 2000);
    CHECK(row_of(report, "gateway.readiness.complete").at("reasonCode") == "dependency.not_ready");
    const auto late = document_of(workspace.smoke({"gateway-only", "--deadline", "150ms", "--json"}));
    CHECK(row_of(late, "gateway.health.answers").at("reasonCode") == "deadline.exceeded");
    CHECK(row_of(late, "gateway.opencode.reachable").at("reasonCode") == "deadline.exceeded");
    CHECK(late.at("durationMs").get<double>() < 10'000);
}

TEST_CASE("a signal ends the steps, and the report still comes") {
    Workspace workspace;
    const Tarpit silent(Tarpit::silent());
    workspace.values["PORT"] = std::to_string(silent.port());
    (void)workspace.env_file();
    ProcessOptions options;
    options.argv = {COWORK_BINARY, "smoke", "gateway-only", "--json", "--timeout", "1m"};
    options.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
    options.directory = workspace.scratch.path();
    Process process(options);
    REQUIRE(wait_until([&] { return silent.accepted() > 0; }));
    process.send_signal(SIGINT);
    const auto result = process.wait(std::chrono::seconds{20});
    CHECK(result.exit_code == 130);
    const auto report = document_of(result);
    CHECK(report.at("exitCode") == 130);
    CHECK(row_of(report, "gateway.health.answers").at("reasonCode") == "run.stopped");
    CHECK(row_of(report, clean_up).at("status") == "ready");
}

TEST_CASE("progress is for a terminal: one line at a time, none in CI") {
    const Workspace workspace;
    const auto piped = workspace.smoke({"gateway-only", "--read-only"});
    CHECK(piped.err.empty());
    TerminalRun shown({"smoke", "gateway-only", "--read-only"}, workspace.scratch.path(), {"TERM=xterm"});
    CHECK(shown.wait_for("Gateway answers ..."));
    CHECK(shown.wait());
    TerminalRun quiet({"smoke", "gateway-only", "--read-only"}, workspace.scratch.path(),
                      {"TERM=xterm", "CI=true"});
    CHECK(quiet.wait());
    CHECK_FALSE(contains(quiet.shown(), " ..."));
}

TEST_CASE("a load check is told row by row, and its record goes to a file of its owner") {
    const Workspace workspace;
    const std::string record = workspace.scratch / "load.json";
    const auto result =
        workspace.smoke({"gateway-only", "--only", "gateway.health.answers", "--repeat", "3", "--concurrency",
                         "2", "--profile", "enterprise-scale", "--report", "load=" + record, "--json"});
    const auto report = document_of(result);
    INFO(result.out << result.err);
    CHECK(row_of(report, "load.gateway_health.held").at("evidence").at("requests") == 3);
    CHECK(row_of(report, "load.profile.met").at("evidence").at("overall") == "conditional-go");
    const json written = json::parse(content_of(record));
    CHECK(written.at("profileName") == "enterprise-scale");
    CHECK(written.at("run").at("concurrency") == 2);
    CHECK(written.at("summary").at("operations").at("gateway-health").at("count") == 3);
    CHECK(mode_of(record) == 0600);
    CHECK_FALSE(contains(content_of(record), workspace.admin_token));
    // Nobody asked for a load check.
    const auto refused = workspace.smoke({"gateway-only", "--report", "load=" + record});
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "--repeat"));
}

TEST_CASE("mistakes of smoke are told with a way out") {
    const Workspace workspace;
    struct Case {
        std::vector<std::string> arguments;
        const char* says;
    };
    const Case cases[] = {{{"--profile", "privat-beta"}, "did you mean private-beta?"},
                          {{"--prompt", "hello"}, "without --as"},
                          {{"--only", "gateway.webhok.*"}, "did you mean gateway.webhook."},
                          {{"--repeat", "0"}, "see cowork smoke --help"},
                          {{"--as", ""}, "--as is empty"},
                          {{"--watch"}, "there is no option --watch"}};
    for (const Case& one : cases) {
        const auto result = workspace.smoke(one.arguments);
        INFO(result.out << result.err);
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, one.says));
        CHECK(result.out.empty());
    }
    CHECK(workspace.gateway.requests().empty());
}

}  // namespace
