#include "matrix/groups.hpp"
#include "support/fake_gateway.hpp"
#include "support/fake_opencode.hpp"
#include "support/gateway_env.hpp"
#include "support/ports.hpp"
#include "support/real_postgres.hpp"
#include "support/require_service.hpp"

namespace cowork::test::matrix {
namespace {

const std::string admin_token = "ADMIN-tok-3f9c1d7a8b2e4056/+=";
const std::string role_password = "ROLE-pw-51a7c0ffee91";

// A real database, shared by all cases.
RealPostgres& postgres() {
    static const std::unique_ptr<RealPostgres> server = [] {
        auto made = std::make_unique<RealPostgres>();
        made->create_gateway_schema();
        made->create_role("gateway", role_password, "SELECT, INSERT, UPDATE, DELETE");
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

class GatewayWorld : public World {
  public:
    GatewayWorld()
        : gateway(serve(std::make_shared<FakeGateway>(FakeGatewayOptions{.admin_token = admin_token}))),
          opencode(serve(std::make_shared<FakeOpencode>())) {
        path = "gateway-only";
        values = {{"DATABASE_URL", postgres().url("gateway", role_password)},
                  {"ADMIN_TOKEN", admin_token},
                  {"OPENCODE_URL", opencode->url()},
                  {"RUNTIME_ROOT", scratch.directory("runtime")},
                  {"HOST", "127.0.0.1"},
                  {"PORT", std::to_string(gateway->port())},
                  {"WEBHOOK_SHARED_SECRET", "WEBHOOK-sig-8b2e40563f9c1d7a"},
                  {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/deliveries"}};
        secrets = {admin_token, role_password, "WEBHOOK-sig-8b2e40563f9c1d7a"};
    }

    std::shared_ptr<FakeGateway> gateway;
    std::shared_ptr<FakeOpencode> opencode;
    std::map<std::string, std::string> values;

  protected:
    void prepare() override { (void)scratch.file(".env.standalone-gateway", gateway_env(values)); }
};

using GatewayCase = Case<GatewayWorld>;

const std::vector<GatewayCase>& cases() {
    static const std::vector<GatewayCase> all{
        {{"gateway.provider.healthy", "nothing", Status::ready, "", 0}, nullptr},
        {{"gateway.provider.healthy", "the gateway is down", Status::offline, "gateway.connection-refused",
          1},
         [](GatewayWorld& world) { world.values["PORT"] = std::to_string(free_port()); }},
        {{"gateway.provider.healthy", "no network", Status::offline, "gateway.unreachable", 1},
         [](GatewayWorld& world) { world.isolated = true; }},
    };
    return all;
}

}  // namespace

std::vector<Row> standalone_gateway_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: Standalone Gateway", "[gateway]") {
    if (!require_service(RealPostgres::available(), "PostgreSQL")) return;
    run_cases(cases(), [] { return std::make_unique<GatewayWorld>(); });
}

}  // namespace cowork::test::matrix
