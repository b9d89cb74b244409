// Healthy services for scripts/bench: a real OpenCode and a real PostgreSQL where they are installed, a
// gateway that answers as the recorded one. Prints the path of an env file for them and serves until its
// standard input ends.
#include "support/fake_gateway.hpp"
#include "support/fake_opencode.hpp"
#include "support/gateway_env.hpp"
#include "support/real_opencode.hpp"
#include "support/real_postgres.hpp"
#include "support/temp_dir.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <map>
#include <memory>

namespace {

using namespace cowork::test;

constexpr const char* role_password = "bench-role-5Jw0k2Qz8x";

void prepare(RealPostgres& postgres) {
    postgres.create_gateway_schema();
    postgres.create_role("gateway", role_password, "SELECT, INSERT, UPDATE, DELETE");
    postgres.exec(
        "INSERT INTO standalone_gateway_channel_identities (identity_id, provider, external_user_id, role, "
        "status)"
        " VALUES ('i1', 'webhook', 'alice', 'owner', 'active');"
        "INSERT INTO standalone_gateway_daemon_leases (lease_id, owner_id, expires_at)"
        " VALUES ('standalone-gateway:daemon', 'host:1', now() + interval '1 hour');");
}

int serve() {
    TempDir directory;
    const FakeGatewayOptions options{.server = {.keep_alive = true}};
    FakeGateway gateway(options);
    std::map<std::string, std::string> values{{"ADMIN_TOKEN", options.admin_token},
                                              {"RUNTIME_ROOT", directory.path()},
                                              {"HOST", "127.0.0.1"},
                                              {"PORT", std::to_string(gateway.port())},
                                              {"WEBHOOK_SHARED_SECRET", "bench-webhook-0c8d1f5e7a"},
                                              {"WEBHOOK_DELIVERY_URL", "http://127.0.0.1:9/deliveries"}};
    std::unique_ptr<RealOpencode> real;
    std::unique_ptr<FakeOpencode> fake;
    if (RealOpencode::available()) {
        real = std::make_unique<RealOpencode>();
        values["OPENCODE_URL"] = real->url();
        values["RUNTIME_ROOT"] = real->work_directory();
    } else {
        std::cerr << "OpenCode is not installed: a stand-in answers\n";
        fake = std::make_unique<FakeOpencode>();
        values["OPENCODE_URL"] = fake->url();
    }
    std::unique_ptr<RealPostgres> postgres;
    if (RealPostgres::available()) {
        postgres = std::make_unique<RealPostgres>();
        prepare(*postgres);
        values["DATABASE_URL"] = postgres->url("gateway", role_password);
    } else {
        std::cerr << "PostgreSQL is not installed: the memory store is measured\n";
        values["STORE"] = "memory";
    }
    const std::string path = directory.write("bench.env", gateway_env(values));
    if (chmod(path.c_str(), 0600) != 0) return 1;
    std::cout << path << std::endl;
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return 0;
}

}  // namespace

int main() {
    try {
        return serve();
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
