#include "smoke/registry.hpp"
#include "support/doctor_run.hpp"
#include "support/httplib_config.hpp"
#include "support/places.hpp"
#include "support/ports.hpp"
#include "support/real_postgres.hpp"
#include "support/require_service.hpp"
#include "support/scratch_directory.hpp"
#include "support/smoke_gateway.hpp"
#include "support/smoke_opencode.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <string>
#include <vector>

// A run that is killed between any two steps leaves what a second run takes away.
namespace {

using namespace cowork;
using namespace cowork::test;

constexpr const char* role_password = "ROLE-pw-51a7c0ffee91";

// The services of every case: a database that somebody else uses as well, and an OpenCode likewise.
struct Services {
    RealPostgres postgres;
    SmokeOpencode opencode;
    ScratchDirectory root;

    Services() {
        postgres.create_gateway_schema();
        postgres.create_role("gateway", role_password, "SELECT, INSERT, UPDATE, DELETE");
        postgres.exec(
            "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, "
            "role) "
            "VALUES ('i1', 'webhook', 'alice', 'owner');"
            "INSERT INTO standalone_gateway_sessions (session_id, opencode_session_id, title, status, "
            "provider, "
            "provider_kind, channel_binding_id, external_user_id, external_chat_id, external_thread_id) "
            "VALUES "
            "('s1', 'ses_somebody', 'about smoke', 'idle', 'webhook', 'webhook', 'webhook', 'bob', 'chat-1', "
            "'chat-1');"
            "INSERT INTO standalone_gateway_events (event_id, session_id, sequence, type) VALUES ('e1', "
            "'s1', 1, "
            "'session.created')");
        httplib::Client client(opencode.url());
        REQUIRE(client.Post("/api/session",
                            R"({"id":"ses_somebody","location":{"directory":")" + root.path() + R"("}})",
                            "application/json"));
    }
};

// One gateway, whose limits nobody has used up yet, and runs against it.
struct Deployment {
    explicit Deployment(Services& services)
        : delivery_url("http://127.0.0.1:" + std::to_string(free_port()) + "/deliveries"),
          gateway({.delivery_url = delivery_url,
                   .opencode_url = services.opencode.url(),
                   .runtime_root = services.root.path(),
                   .database_url = services.postgres.superuser_url()}),
          opencode(services.opencode) {
        env_file =
            scratch.file("gateway.env",
                         gateway_env({{"DATABASE_URL", services.postgres.url("gateway", role_password)},
                                      {"ADMIN_TOKEN", SmokeGatewayOptions{}.admin_token},
                                      {"OPENCODE_URL", services.opencode.url()},
                                      {"RUNTIME_ROOT", services.root.path()},
                                      {"HOST", "127.0.0.1"},
                                      {"PORT", std::to_string(gateway.port())},
                                      {"WEBHOOK_SHARED_SECRET", SmokeGatewayOptions{}.webhook_secret},
                                      {"WEBHOOK_DELIVERY_URL", delivery_url}}),
                         0600);
    }

    [[nodiscard]] std::vector<std::string> command() const {
        return {"smoke", "gateway-only", "--env-file", env_file, "--as", "alice", "--json"};
    }
    [[nodiscard]] std::string state() const { return gateway.state() + opencode.state(); }
    // Whether it was ended by SIGKILL at that moment.
    [[nodiscard]] bool killed(const std::string& moment, const std::string& what) const {
        ProcessOptions options;
        options.argv = {COWORK_KILL_RUNNER, moment, what};
        for (const std::string& one : command()) options.argv.push_back(one);
        options.environment = {{"PATH=/usr/bin:/bin"}};
        const auto result = run_process(options);
        INFO(result.out << result.err);
        return !result.exit_code && result.signal == SIGKILL;
    }
    [[nodiscard]] ProcessResult again() const { return run_cowork(command(), scratch.path()); }

    ScratchDirectory scratch;
    std::string delivery_url;
    SmokeGateway gateway;
    const SmokeOpencode& opencode;
    std::string env_file;
};

// Returns whether there was anything to take away.
bool check_killed(Services& services, const std::string& moment, const std::string& what) {
    INFO(moment << " " << what);
    const Deployment deployment(services);
    const std::string before = deployment.state();
    REQUIRE(deployment.killed(moment, what));
    const bool left = deployment.state() != before;
    const auto result = deployment.again();
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    CHECK(deployment.state() == before);
    return left;
}

}  // namespace

TEST_CASE("smoke: what a killed run left, a second run takes away", "[live]") {
    if (!require_service(RealPostgres::available(), "PostgreSQL")) return;
    Services services;
    int left = 0;
    for (const smoke::Step* step : smoke::steps_of(catalogue::Intent::gateway_only))
        for (const char* const moment : {"before", "after"})
            left += check_killed(services, moment, std::string(step->id)) ? 1 : 0;
    // After the session was made, before it was deleted; and from the prompt on.
    CHECK(left >= 10);
    for (const char* const count : {"1", "2", "3"}) (void)check_killed(services, "removal", count);
}
