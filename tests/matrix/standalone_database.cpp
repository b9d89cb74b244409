#include "matrix/standalone_world.hpp"
#include "matrix/transport_faults.hpp"

namespace cowork::test::matrix {
namespace {

constexpr auto wrong = Status::action_required;

std::string url_at(int port, const std::string& host = "127.0.0.1") {
    return "postgres://gateway:" + GatewayWorld::role_password + "@" + host + ":" + std::to_string(port) +
           "/gateway";
}

std::string at(GatewayWorld& world, Tarpit::Script script) {
    return url_at(world.keep(std::make_shared<Tarpit>(std::move(script)))->port());
}

// A message of Postgres' protocol: an error with that code.
std::string postgres_error(const std::string& sqlstate, const std::string& text) {
    const std::string fields = "SFATAL" + std::string(1, '\0') + "C" + sqlstate + std::string(1, '\0') + "M" +
                               text + std::string(2, '\0');
    const auto size = static_cast<unsigned>(fields.size() + 4);
    std::string message = "E";
    for (int shift = 24; shift >= 0; shift -= 8)
        message += static_cast<char>(static_cast<unsigned char>(size >> static_cast<unsigned>(shift)));
    return message + fields;
}

std::function<void(GatewayWorld&)> in_database(std::string name, std::string change) {
    return [name = std::move(name), change = std::move(change)](GatewayWorld& world) {
        world.values["DATABASE_URL"] = GatewayWorld::database(name, change);
    };
}

}  // namespace

std::vector<GatewayCase> gateway_database_cases() {
    std::vector<GatewayCase> cases;
    const auto add = [&](const char* fault, Status status, const char* reason, int exit_code,
                         std::function<void(GatewayWorld&)> breaks) {
        cases.push_back({{"gateway.database.ready", fault, status, reason, exit_code}, std::move(breaks)});
    };
    constexpr auto offline = Status::offline;
    add("nothing", Status::ready, "", 0, nullptr);
    add("the memory store of a solo deployment", Status::degraded, "store.memory", 4,
        setting("STORE", "memory"));
    add("the memory store of a team", wrong, "store.memory", 1, [](GatewayWorld& world) {
        world.values["STORE"] = "memory";
        world.values["DEPLOYMENT_MODE"] = "team";
    });
    add("no URL", wrong, "database.url-missing", 1, without("DATABASE_URL"));
    add("a URL of another database", wrong, "database.url-invalid", 1,
        setting("DATABASE_URL", "mysql://gateway:x@127.0.0.1/gateway"));
    add("a team without TLS", wrong, "database.tls-required", 1, setting("DEPLOYMENT_MODE", "team"));
    add("a name that does not resolve", offline, "database.name-not-found", 1, [](GatewayWorld& world) {
        world.isolated = true;
        world.values["DATABASE_URL"] = url_at(5432, "nowhere.internal");
    });
    add("nothing listens", offline, "database.connection-refused", 1,
        [](GatewayWorld& world) { world.values["DATABASE_URL"] = url_at(free_port()); });
    add("no network", offline, "database.unreachable", 1, [](GatewayWorld& world) { world.isolated = true; });
    add("connections are never accepted", offline, "database.connect-timeout", 1, [](GatewayWorld& world) {
        world.timeout = "300ms";
        world.values["DATABASE_URL"] = url_at(world.keep(std::make_shared<FullQueue>())->port());
    });
    add("connected, and then silence", offline, "database.silent", 1, [](GatewayWorld& world) {
        world.timeout = "300ms";
        world.values["DATABASE_URL"] = at(world, Tarpit::silent());
    });
    add("a web server", offline, "database.not-postgres", 1, [](GatewayWorld& world) {
        world.values["DATABASE_URL"] =
            at(world, Tarpit::saying_and_closing("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    add("it is starting", offline, "database.starting", 1, [](GatewayWorld& world) {
        world.values["DATABASE_URL"] = at(
            world, Tarpit::saying_and_closing(postgres_error("57P03", "the database system is starting up")));
    });
    add("no connection is left", offline, "database.busy", 1, [](GatewayWorld& world) {
        world.values["DATABASE_URL"] =
            at(world, Tarpit::saying_and_closing(postgres_error("53300", "sorry, too many clients already")));
    });
    add("it offers no TLS", wrong, "database.tls-missing", 1, setting("DATABASE_SSL", "true"));
    add("TLS that is none", wrong, "database.tls-handshake", 1, [](GatewayWorld& world) {
        world.values["DATABASE_SSL"] = "true";
        world.values["DATABASE_URL"] = at(world, Tarpit::saying_and_closing("S"));
    });
    add("a certificate of an unknown issuer", wrong, "database.tls-certificate", 1, [](GatewayWorld& world) {
        static const auto secure = std::make_unique<RealPostgres>(RealPostgresOptions{.tls = true});
        world.values["DATABASE_SSL"] = "true";
        world.values["DATABASE_URL"] = secure->url("gateway", GatewayWorld::role_password);
    });
    add("a wrong password", wrong, "database.auth-failed", 1, [](GatewayWorld& world) {
        world.values["DATABASE_URL"] = GatewayWorld::postgres().url("gateway", "WRONG-pw-51a7c0ffee91");
        world.secrets.emplace_back("WRONG-pw-51a7c0ffee91");
    });
    add("no such database", wrong, "database.missing", 1, [](GatewayWorld& world) {
        world.values["DATABASE_URL"] =
            GatewayWorld::postgres().url("gateway", GatewayWorld::role_password, "nowhere");
    });
    add("a table is missing", wrong, "database.tables-missing", 1,
        in_database("no_table", "DROP TABLE standalone_gateway_artifacts CASCADE"));
    add("an empty database", wrong, "database.tables-missing", 1,
        in_database("empty_one", "DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
    add("no ledger", wrong, "database.ledger-missing", 1,
        in_database("no_ledger", "DROP TABLE standalone_gateway_schema_migrations"));
    add("an empty ledger", wrong, "database.ledger-missing", 1,
        in_database("empty_ledger", "DELETE FROM standalone_gateway_schema_migrations"));
    add("a role without privileges", wrong, "database.privilege-missing", 1, [](GatewayWorld& world) {
        world.values["DATABASE_URL"] = GatewayWorld::postgres().url("powerless", GatewayWorld::role_password);
    });
    add("a role that may only read", wrong, "database.privilege-missing", 1,
        in_database("read_only",
                    "REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM gateway"));
    add("nobody may prompt", wrong, "database.no-prompt-identity", 1,
        in_database("nobody", "UPDATE standalone_gateway_channel_identities SET role = 'viewer'"));
    add("the lease is over", Status::degraded, "database.lease-stale", 4,
        in_database("stale",
                    "UPDATE standalone_gateway_daemon_leases SET expires_at = now() - interval '1 minute'"));
    add("nobody holds the lease", Status::degraded, "database.lease-stale", 4,
        in_database("no_lease", "DELETE FROM standalone_gateway_daemon_leases"));
    add("a table of another shape", Status::unknown, "database.query-failed", 3,
        in_database("odd", "ALTER TABLE standalone_gateway_daemon_leases DROP COLUMN expires_at"));
    return cases;
}

}  // namespace cowork::test::matrix
