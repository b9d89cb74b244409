#include "support/doctor_run.hpp"
#include "support/fake_gateway.hpp"
#include "support/fake_opencode.hpp"
#include "support/ports.hpp"
#include "support/real_opencode.hpp"
#include "support/real_postgres.hpp"
#include "support/require_service.hpp"
#include "support/scratch_directory.hpp"
#include "support/tarpit.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

// The whole tool against a real OpenCode, a real PostgreSQL and a gateway that answers as the recorded one:
// first all of it healthy, then one thing at a time broken.
namespace {

using namespace cowork::test;
using nlohmann::json;

constexpr const char* opencode_check = "gateway.private_opencode.reachable";
constexpr const char* provider_check = "gateway.provider.healthy";
constexpr const char* operator_check = "gateway.operator_auth.configured";
constexpr const char* database_check = "gateway.database.ready";
constexpr const char* env_file_check = "gateway.env_file.private";
constexpr const char* configuration_check = "gateway.configuration.valid";

const std::string admin_token = "ADMIN-tok-3f9c1d7a8b2e4056/+=";
const std::string webhook_secret = "WEBHOOK-sig-8b2e40563f9c1d7a";
const std::string role_password = "ROLE-pw-51a7c0ffee91";
const std::string locked_password = "OCPASS-4be1d0c2a7731f";

// The services that every case shares: they are started once, because a real OpenCode takes seconds.
struct Services {
    RealOpencode opencode;
    RealPostgres postgres;

    Services() {
        postgres.create_gateway_schema();
        postgres.create_role("gateway", role_password, "SELECT, INSERT, UPDATE, DELETE");
        postgres.create_role("powerless", role_password, "");
        postgres.exec(
            "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, "
            "role, status)"
            " VALUES ('i1', 'webhook', 'alice', 'owner', 'active');"
            "INSERT INTO standalone_gateway_daemon_leases (lease_id, owner_id, expires_at)"
            " VALUES ('standalone-gateway:daemon', 'host:1', now() + interval '1 hour');");
        postgres.exec("CREATE DATABASE empty_one", "postgres");
    }
};

Services* shared() {
    static std::unique_ptr<Services> services;
    const bool there = require_service(RealOpencode::available(), "OpenCode") &&
                       require_service(RealPostgres::available(), "PostgreSQL");
    if (there && !services) services = std::make_unique<Services>();
    return there ? services.get() : nullptr;
}

// One deployment: an env file, a gateway, and what a case replaces.
struct Deployment {
    explicit Deployment(Services& services)
        : gateway({.admin_token = admin_token}), postgres(services.postgres) {
        values = {{"DATABASE_URL", services.postgres.url("gateway", role_password)},
                  {"ADMIN_TOKEN", admin_token},
                  {"OPENCODE_URL", services.opencode.url()},
                  {"RUNTIME_ROOT", services.opencode.work_directory()},
                  {"HOST", "127.0.0.1"},
                  {"PORT", std::to_string(gateway.port())},
                  {"WEBHOOK_SHARED_SECRET", webhook_secret},
                  {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/deliveries"}};
    }

    ProcessResult doctor(std::vector<std::string> more = {"--json"}) {
        const std::string path = scratch.file("gateway.env", gateway_env(values), mode);
        std::vector<std::string> arguments{"doctor", "gateway-only", "--env-file",
                                           path,     "--timeout",    timeout};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_cowork(arguments, scratch.path(), environment);
    }

    ScratchDirectory scratch;
    FakeGateway gateway;
    RealPostgres& postgres;
    std::map<std::string, std::string> values;
    std::map<std::string, std::string> environment;
    std::string timeout = "5s";
    mode_t mode = 0600;
    std::vector<std::shared_ptr<void>> extras;  // services of one case, stopped with it
};

struct Case {
    const char* name;
    std::function<void(Deployment&)> breaks;
    const char* check;
    const char* status;
    const char* reason;
    int exit_code;
};

// What only a real OpenCode can show; all other faults are in the kill matrix.
const std::vector<Case> cases{
    {"OpenCode with a password that nobody knows",
     [](Deployment& d) {
         auto locked = std::make_shared<RealOpencode>(RealOpencodeOptions{.password = locked_password});
         d.values["OPENCODE_URL"] = locked->url();
         d.extras.push_back(locked);
     },
     opencode_check, "action_required", "opencode.auth-required", 1},
    {"OpenCode with a password that cowork knows",
     [](Deployment& d) {
         auto locked = std::make_shared<RealOpencode>(RealOpencodeOptions{.password = locked_password});
         d.values["OPENCODE_URL"] = locked->url();
         d.environment["OPENCODE_SERVER_PASSWORD"] = locked_password;
         d.extras.push_back(locked);
     },
     opencode_check, "action_required", "opencode.password-unsupported", 1},
    {"OpenCode with another password",
     [](Deployment& d) {
         auto locked =
             std::make_shared<RealOpencode>(RealOpencodeOptions{.password = "a-different-password"});
         d.values["OPENCODE_URL"] = locked->url();
         d.environment["OPENCODE_SERVER_PASSWORD"] = locked_password;
         d.extras.push_back(locked);
     },
     opencode_check, "action_required", "opencode.password-refused", 1},
    {"OpenCode listening on every address",
     [](Deployment& d) {
         auto open = std::make_shared<RealOpencode>(RealOpencodeOptions{.hostname = "0.0.0.0"});
         d.values["OPENCODE_URL"] = open->url();
         d.extras.push_back(open);
     },
     opencode_check, "action_required", "opencode.listens-wildcard", 1},
};

void expect_no_secret(const std::string& output, const std::string& where) {
    for (const std::string& secret :
         {admin_token, webhook_secret, role_password, locked_password, std::string("WRONG-pw-51a7c0ffee91"),
          std::string("ANOTHER-tok-8b2e40563f9c1d7a"), std::string("mock-key")}) {
        for (const std::string& spelling : forbidden_spellings(secret)) {
            INFO(where << " shows a spelling of a secret: " << spelling);
            CHECK(output.find(spelling) == std::string::npos);
        }
    }
}

}  // namespace

TEST_CASE("doctor: all healthy is ready and exit 0", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    Deployment deployment(*services);
    const auto result = deployment.doctor();
    INFO(result.out << result.err);
    CHECK(result.exit_code == 0);
    const json report = json_of(result);
    CHECK(report.at("status") == "ready");
    CHECK(report.at("counts").at("ready") == 9);
    CHECK(row_of(report, opencode_check).at("evidence").at("models") >= 1);
    CHECK(row_of(report, database_check).at("evidence").at("tables") == 9);
    expect_no_secret(result.out + result.err, "healthy");
}

TEST_CASE("doctor: one thing broken at a time", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    for (const Case& broken : cases) {
        DYNAMIC_SECTION(broken.name) {
            Deployment deployment(*services);
            broken.breaks(deployment);
            const auto result = deployment.doctor();
            INFO(result.out << result.err);
            const json report = json_of(result);
            const json row = row_of(report, broken.check);
            CHECK(row.at("status") == broken.status);
            CHECK(row.at("reasonCode") == broken.reason);
            CHECK(row.at("required") == true);
            CHECK(result.exit_code == broken.exit_code);
            CHECK(report.at("exitCode") == broken.exit_code);
            CHECK(report.at("results").size() == 9);
            CHECK_FALSE(row.at("recovery").at("action").is_null());
            expect_no_secret(result.out + result.err, broken.name);
            const auto text = deployment.doctor(
                {"-v", "--color", "always", "--report", "json=" + (deployment.scratch / "r.json")});
            CHECK(text.exit_code == broken.exit_code);
            expect_no_secret(text.out + text.err + content_of(deployment.scratch / "r.json"), broken.name);
        }
    }
}

TEST_CASE("doctor: memory store of a solo deployment is optional", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    Deployment deployment(*services);
    deployment.values["STORE"] = "memory";
    const auto result = deployment.doctor();
    const json report = json_of(result);
    const json row = row_of(report, database_check);
    CHECK(row.at("status") == "degraded");
    CHECK(row.at("reasonCode") == "store.memory");
    CHECK(row.at("required") == false);
    CHECK(result.exit_code == 0);
    CHECK(deployment.doctor({"--json", "--strict"}).exit_code == 4);
}

TEST_CASE("doctor: Postgres over TLS, verified", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    RealPostgres secure({.tls = true});
    secure.create_gateway_schema();
    secure.create_role("gateway", role_password, "SELECT, INSERT, UPDATE, DELETE");
    Deployment deployment(*services);
    deployment.values["DATABASE_URL"] = secure.url("gateway", role_password);
    deployment.values["DATABASE_SSL"] = "true";
    deployment.values["DEPLOYMENT_MODE"] = "team";
    CHECK(row_of(json_of(deployment.doctor()), database_check).at("reasonCode") ==
          "database.tls-certificate");
    deployment.values["DATABASE_SSL_CA_PATH"] = secure.certificate().ca_file;
    // Past TLS, the next layer: nobody may prompt yet.
    CHECK(row_of(json_of(deployment.doctor()), database_check).at("reasonCode") ==
          "database.no-prompt-identity");
    secure.exec(
        "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, role, "
        "status)"
        " VALUES ('i1', 'webhook', 'alice', 'viewer', 'active'), ('i2', 'webhook', 'bob', 'owner', "
        "'disabled')");
    CHECK(row_of(json_of(deployment.doctor()), database_check).at("reasonCode") ==
          "database.no-prompt-identity");
    secure.exec("UPDATE standalone_gateway_channel_identities SET status = 'active'");
    CHECK(row_of(json_of(deployment.doctor()), database_check).at("reasonCode") == "database.lease-stale");
    secure.exec("DELETE FROM standalone_gateway_schema_migrations");
    CHECK(row_of(json_of(deployment.doctor()), database_check).at("reasonCode") == "database.ledger-missing");
    secure.exec("DROP TABLE standalone_gateway_schema_migrations");
    CHECK(row_of(json_of(deployment.doctor()), database_check).at("reasonCode") == "database.ledger-missing");
}

TEST_CASE("doctor leaves the database as it was", "[live]") {
    Services* services = shared();
    if (services == nullptr) return;
    const std::string writes = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::text FROM pg_stat_user_tables";
    const auto before = services->postgres.exec(writes);
    Deployment deployment(*services);
    CHECK(deployment.doctor().exit_code == 0);
    CHECK(services->postgres.exec(writes) == before);
    deployment.values["DATABASE_URL"] = deployment.postgres.url("gateway", role_password, "empty_one");
    CHECK(deployment.doctor().exit_code == 1);
    CHECK(services->postgres.exec("SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'",
                                  "empty_one") == std::vector<std::string>{"0"});
}

TEST_CASE("doctor: a tarpit in every place at once ends at the deadline", "[live]") {
    Tarpit opencode(Tarpit::silent());
    Tarpit gateway(Tarpit::silent());
    Tarpit postgres(Tarpit::silent());
    ScratchDirectory scratch;
    const std::string path = scratch.file(
        "gateway.env", gateway_env({{"DATABASE_URL", "postgres://gateway:" + role_password + "@127.0.0.1:" +
                                                         std::to_string(postgres.port()) + "/gateway"},
                                    {"ADMIN_TOKEN", admin_token},
                                    {"OPENCODE_URL", "http://127.0.0.1:" + std::to_string(opencode.port())},
                                    {"RUNTIME_ROOT", scratch.path()},
                                    {"PORT", std::to_string(gateway.port())},
                                    {"WEBHOOK_SHARED_SECRET", webhook_secret},
                                    {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/deliveries"}}));
    const auto result = run_cowork(
        {"doctor", "gateway-only", "--env-file", path, "--json", "--timeout", "20s", "--deadline", "1s"});
    INFO(result.out << result.err);
    const json report = json_of(result);
    CHECK(result.exit_code == 3);
    CHECK(report.at("results").size() == 9);
    // The report's own clock: the bound is part of the contract, not a measure of this machine.
    CHECK(report.at("durationMs") >= 900);
    CHECK(report.at("durationMs") <= 1250);
    for (const char* id : {opencode_check, provider_check, operator_check, database_check}) {
        CHECK(row_of(report, id).at("status") == "unknown");
        CHECK(row_of(report, id).at("reasonCode") == "deadline.exceeded");
    }
    CHECK(row_of(report, env_file_check).at("status") == "ready");
}
