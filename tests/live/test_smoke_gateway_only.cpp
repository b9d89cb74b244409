#include "smoke/registry.hpp"
#include "support/doctor_run.hpp"
#include "support/httplib_config.hpp"
#include "support/loopback_model.hpp"
#include "support/ports.hpp"
#include "support/real_opencode.hpp"
#include "support/real_postgres.hpp"
#include "support/require_service.hpp"
#include "support/scratch_directory.hpp"
#include "support/smoke_gateway.hpp"
#include "support/warm_opencode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

// The whole program against a real OpenCode with a model on loopback, a real PostgreSQL, and the gateway that
// does as the recorded one.
namespace {

using namespace cowork;
using namespace cowork::test;
using nlohmann::json;

const std::string admin_token = "ADMIN-tok-3f9c1d7a8b2e4056/+=";
const std::string webhook_secret = "WEBHOOK-sig-8b2e40563f9c1d7a";
const std::string role_password = "ROLE-pw-51a7c0ffee91";

struct Services {
    LoopbackModel model;
    RealOpencode opencode{{.prepare = model.as_provider()}};
    RealPostgres postgres;

    Services() {
        warm_opencode(opencode.url(), opencode.work_directory());
        postgres.create_gateway_schema();
        postgres.create_role("gateway", role_password, "SELECT, INSERT, UPDATE, DELETE");
        postgres.create_role("reader", role_password, "SELECT");
        postgres.exec(
            "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, "
            "role) "
            "VALUES ('i1', 'webhook', 'alice', 'owner'), ('i2', 'webhook', 'carol', 'viewer')");
    }
};

Services* shared() {
    static std::unique_ptr<Services> services;
    const bool there = require_service(RealOpencode::available(), "OpenCode") &&
                       require_service(RealPostgres::available(), "PostgreSQL");
    if (there && !services) services = std::make_unique<Services>();
    return there ? services.get() : nullptr;
}

struct Deployment {
    explicit Deployment(Services& its)
        : services(its),
          delivery_url("http://127.0.0.1:" + std::to_string(free_port()) + "/deliveries"),
          gateway({.admin_token = admin_token,
                   .webhook_secret = webhook_secret,
                   .delivery_url = delivery_url,
                   .opencode_url = its.opencode.url(),
                   .runtime_root = its.opencode.work_directory(),
                   .database_url = its.postgres.superuser_url()}) {}

    ProcessResult smoke(const std::vector<std::string>& more) {
        const std::string path =
            scratch.file("gateway.env",
                         gateway_env({{"DATABASE_URL", services.postgres.url(role, role_password)},
                                      {"ADMIN_TOKEN", admin_token},
                                      {"OPENCODE_URL", services.opencode.url()},
                                      {"RUNTIME_ROOT", services.opencode.work_directory()},
                                      {"HOST", "127.0.0.1"},
                                      {"PORT", std::to_string(gateway.port())},
                                      {"WEBHOOK_SHARED_SECRET", webhook_secret},
                                      {"WEBHOOK_DELIVERY_URL", delivery_url}}),
                         0600);
        std::vector<std::string> arguments{"smoke", "gateway-only", "--env-file", path};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_cowork(arguments, scratch.path());
    }
    // Every session that OpenCode has, in any directory, and every row of the gateway but the audit trail.
    [[nodiscard]] std::string state() const {
        httplib::Client client(services.opencode.url());
        const auto sessions = client.Get("/api/session?limit=1000");
        REQUIRE(sessions);
        CHECK(sessions->status == 200);
        return json::parse(sessions->body)["data"].dump() + gateway.state();
    }

    Services& services;
    std::string role = "gateway";
    ScratchDirectory scratch;
    std::string delivery_url;
    SmokeGateway gateway;
};

void expect_no_secret(const std::string& output) {
    for (const std::string& secret : {admin_token, webhook_secret, role_password})
        for (const std::string& spelling : forbidden_spellings(secret)) {
            INFO("a spelling of a secret: " << spelling);
            CHECK(output.find(spelling) == std::string::npos);
        }
}

}  // namespace

TEST_CASE("smoke: gateway-only goes all the way round and leaves nothing", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    Deployment deployment(*services);
    const std::string before = deployment.state();
    CHECK(before == "[]");
    const auto prompts = services->model.requests().size();
    const auto result = deployment.smoke({"--as", "alice", "--json"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    const json report = json_of(result);
    CHECK(report.at("command") == "smoke");
    CHECK(report.at("intent") == "gateway-only");
    CHECK(report.at("exitCode") == 0);
    CHECK(report.at("results").size() == smoke::steps_of(catalogue::Intent::gateway_only).size() + 1);
    for (const json& row : report.at("results")) {
        INFO(row.at("id"));
        CHECK(row.at("status") == "ready");
    }
    CHECK(row_of(report, "gateway.prompt.delivered").at("evidence").at("round_trip_ms") > 0);
    CHECK(row_of(report, "gateway.prompt.stored").at("evidence").at("events") == 3);
    CHECK(services->model.requests().size() == prompts + 1);  // the repeated event did not reach it
    CHECK(deployment.state() == before);
    expect_no_secret(result.out + result.err);
}

TEST_CASE("smoke: what is only planned or read changes nothing", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    Deployment deployment(*services);
    const std::string before = deployment.state() + deployment.gateway.audits();
    CHECK(deployment.smoke({"--as", "alice", "--plan"}).exit_code == 0);
    CHECK(deployment.gateway.requests().empty());
    const auto result = deployment.smoke({"--as", "alice", "--read-only", "--json"});
    INFO(result.out << result.err);
    (void)json_of(result);
    CHECK(deployment.state() + deployment.gateway.audits() == before);
}

TEST_CASE("smoke: a user who may not prompt is told at once", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    Deployment deployment(*services);
    const std::string before = deployment.state();
    const auto result = deployment.smoke({"--as", "carol", "--json"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 1);
    const json row = row_of(json_of(result), "gateway.prompt.delivered");
    CHECK(row.at("reasonCode") == "prompt.denied");
    CHECK(row.at("durationMs") < 20'000);  // of the 120 that it has
    CHECK(deployment.state() == before);
}

TEST_CASE("smoke: what could not be removed is told with the command that removes it", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    Deployment deployment(*services);
    const std::string before = deployment.state();
    deployment.role = "reader";
    const auto result = deployment.smoke({"--as", "alice", "--json"});
    INFO(result.out << result.err);
    CHECK(result.exit_code == 1);
    const json row = row_of(json_of(result), "smoke.clean_up.complete");
    CHECK(row.at("reasonCode") == "clean-up.incomplete");
    CHECK(deployment.state() != before);
    // A shell runs it as it stands; the URL comes from the environment, as it is in the gateway's env file.
    ProcessOptions shell;
    shell.argv = {"sh", "-c", row.at("recovery").at("command").get<std::string>()};
    shell.environment = {{"PATH=/usr/bin:/bin", "OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL=" +
                                                    services->postgres.superuser_url()}};
    const auto by_hand = run_process(shell);
    INFO(shell.argv[2] << by_hand.err);
    CHECK(by_hand.exit_code == 0);
    CHECK(deployment.state() == before);
    expect_no_secret(result.out + result.err);
}
