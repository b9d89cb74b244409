#include "matrix/groups.hpp"
#include "matrix/standalone_world.hpp"
#include "support/gateway_env.hpp"
#include "support/require_service.hpp"

#include <set>

namespace cowork::test::matrix {
namespace {

const std::string webhook_secret = "WEBHOOK-sig-8b2e40563f9c1d7a";

const std::vector<GatewayCase>& cases() {
    static const std::vector<GatewayCase> all = [] {
        std::vector<GatewayCase> made;
        for (auto group : {opencode_cases(), opencode_capability_cases(), gateway_http_cases(),
                           gateway_host_cases(), gateway_database_cases()})
            for (GatewayCase& one : group) made.push_back(std::move(one));
        // Each looks at its check alone, so that the exit code is its own.
        for (GatewayCase& one : made)
            one.breaks = [check = one.row.check, breaks = one.breaks](GatewayWorld& world) {
                world.arguments = {"--only", std::string(check)};
                if (breaks) breaks(world);
            };
        return made;
    }();
    return all;
}

}  // namespace

const std::string GatewayWorld::admin_token = "ADMIN-tok-3f9c1d7a8b2e4056/+=";
const std::string GatewayWorld::role_password = "ROLE-pw-51a7c0ffee91";

RealPostgres& GatewayWorld::postgres() {
    static const std::unique_ptr<RealPostgres> server = [] {
        auto made = std::make_unique<RealPostgres>();
        made->create_gateway_schema();
        made->create_role("gateway", role_password, "SELECT, INSERT, UPDATE, DELETE");
        made->create_role("powerless", role_password, "");
        made->exec(
            "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, "
            "role, status)"
            " VALUES ('i1', 'webhook', 'alice', 'owner', 'active');"
            "INSERT INTO standalone_gateway_daemon_leases (lease_id, owner_id, expires_at)"
            " VALUES ('standalone-gateway:daemon', 'host:1', now() + interval '1 hour');");
        return made;
    }();
    return *server;
}

std::string GatewayWorld::database(const std::string& name, const std::string& change) {
    static std::set<std::string> there;
    if (there.insert(name).second) {
        postgres().exec("CREATE DATABASE " + name + " TEMPLATE gateway", "postgres");
        postgres().exec(change, name);
    }
    return postgres().url("gateway", role_password, name);
}

GatewayWorld::GatewayWorld()
    : gateway(serve(std::make_shared<FakeGateway>(FakeGatewayOptions{.admin_token = admin_token}))),
      opencode(serve(std::make_shared<FakeOpencode>())) {
    path = "gateway-only";
    values = {{"DATABASE_URL", postgres().url("gateway", role_password)},
              {"ADMIN_TOKEN", admin_token},
              {"OPENCODE_URL", opencode->url()},
              {"RUNTIME_ROOT", scratch.directory("runtime")},
              {"HOST", "127.0.0.1"},
              {"PORT", std::to_string(gateway->port())},
              {"WEBHOOK_SHARED_SECRET", webhook_secret},
              {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/deliveries"}};
    secrets = {admin_token, role_password, webhook_secret};
}

void GatewayWorld::prepare() {
    (void)scratch.file(".env.standalone-gateway", gateway_env(values) + more_lines, mode);
}

std::function<void(GatewayWorld&)> setting(std::string key, std::string value) {
    return
        [key = std::move(key), value = std::move(value)](GatewayWorld& world) { world.values[key] = value; };
}
std::function<void(GatewayWorld&)> without(std::string key) {
    return [key = std::move(key)](GatewayWorld& world) { world.values.erase(key); };
}

std::vector<Row> standalone_gateway_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: Standalone Gateway", "[gateway]") {
    if (!require_service(RealPostgres::available(), "PostgreSQL")) return;
    const std::string statistics =
        "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::text FROM pg_stat_user_tables";
    const auto before = GatewayWorld::postgres().exec(statistics);
    run_cases(cases(), [] { return std::make_unique<GatewayWorld>(); });
    CHECK(GatewayWorld::postgres().exec(statistics) == before);
}

}  // namespace cowork::test::matrix
