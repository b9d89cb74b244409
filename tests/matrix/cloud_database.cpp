#include "matrix/cloud_data_world.hpp"
#include "matrix/groups.hpp"
#include "matrix/transport_faults.hpp"
#include "support/require_service.hpp"

namespace cowork::test::matrix {
namespace {

constexpr const char* check = "cloud.database.migrated";

using Breaks = std::function<void(CloudDataWorld&)>;

Breaks url_becomes(std::string url) {
    return [url = std::move(url)](CloudDataWorld& world) { world.url = url; };
}
Breaks url_with(std::string more) {
    return [more = std::move(more)](CloudDataWorld& world) { world.url += more; };
}
Breaks after(std::string sql) {
    return [sql = std::move(sql)](CloudDataWorld& world) { world.sql(sql); };
}
std::string local_url(int port) {
    return "postgres://cloud:" + cloud_role_password + "@127.0.0.1:" + std::to_string(port) + "/cloud";
}
Breaks at_tarpit_saying(Tarpit::Script script, std::string more = {}) {
    return [script = std::move(script), more = std::move(more)](CloudDataWorld& world) {
        world.timeout = "400ms";
        world.url = local_url(world.keep(std::make_shared<Tarpit>(script))->port()) + more;
    };
}

// What Postgres says while it starts.
std::string starting_up() {
    using namespace std::string_literals;
    const std::string fields = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"s;
    const auto size = static_cast<char>(fields.size() + 4);
    return "E"s + "\0\0\0"s + size + fields;
}

// Servers that only some cases need.
RealPostgres& old_postgres() {
    static const std::unique_ptr<RealPostgres> server = [] {
        auto made = std::make_unique<RealPostgres>();
        made->create_cloud_schema();
        made->create_role("cloud", cloud_role_password, "SELECT, INSERT, UPDATE, DELETE");
        return made;
    }();
    return *server;
}
RealPostgres& tls_postgres() {
    static const std::unique_ptr<RealPostgres> server = [] {
        RealPostgresOptions options;
        options.version = PostgresVersion::seventeen;
        options.tls = true;
        auto made = std::make_unique<RealPostgres>(std::move(options));
        made->create_cloud_schema();
        made->create_role("cloud", cloud_role_password, "SELECT, INSERT, UPDATE, DELETE");
        return made;
    }();
    return *server;
}
RealPostgres& standby_postgres() {
    static const std::unique_ptr<RealPostgres> server = [] {
        RealPostgresOptions options;
        options.version = PostgresVersion::seventeen;
        auto made = std::make_unique<RealPostgres>(std::move(options));
        made->create_cloud_schema();
        made->create_role("cloud", cloud_role_password, "SELECT, INSERT, UPDATE, DELETE");
        made->become_standby();
        return made;
    }();
    return *server;
}
Breaks at_tls_server(std::string more, bool named = false) {
    return [more = std::move(more), named](CloudDataWorld& world) {
        world.url = tls_postgres().url("cloud", cloud_role_password) + more;
        if (named)
            world.arguments.insert(world.arguments.end(),
                                   {"--ca-file", tls_postgres().certificate().ca_file});
    };
}

void invalid_index(CloudDataWorld& world) {
    world.sql("INSERT INTO cloud_session_events VALUES ('a'), ('b')");
    world.sql("DROP INDEX cloud_session_events_created_idx");
    // As a build that was cut short: the index stays behind, not valid.
    CHECK_THROWS(
        world.sql("CREATE UNIQUE INDEX CONCURRENTLY cloud_session_events_created_idx ON cloud_session_events "
                  "((id IS NOT NULL))"));
}

std::vector<DataCase> make_cases() {
    std::vector<DataCase> made;
    const auto add = [&](std::string fault, Status status, const char* reason, int exit_code, Breaks breaks) {
        made.push_back({{check, std::move(fault), status, reason, exit_code},
                        [breaks = std::move(breaks)](CloudDataWorld& world) {
                            world.look_at(check);
                            if (breaks) breaks(world);
                        }});
    };
    constexpr auto ready = Status::ready;
    constexpr auto wrong = Status::action_required;
    constexpr auto offline = Status::offline;
    add("nothing", ready, "", 0, nullptr);
    add("nothing, looked at from elsewhere", ready, "", 0,
        [](CloudDataWorld& world) { world.observe("cloud"); });
    add("nothing, over TLS with a CA named by the URL", ready, "", 0, [](CloudDataWorld& world) {
        at_tls_server("?sslmode=verify-full&sslrootcert=" + tls_postgres().certificate().ca_file)(world);
    });
    add("nothing, over TLS with a CA named by --ca-file", ready, "", 0,
        at_tls_server("?sslmode=require", true));
    add("nothing, over TLS that is not to be verified", ready, "", 0, at_tls_server("?sslmode=no-verify"));

    add("no URL, and no settings of the server", Status::unknown, "database.no-url", 3,
        [](CloudDataWorld& world) { world.server_settings = false; });
    add("a local server without Postgres", Status::degraded, "database.in-memory", 4, url_becomes(""));
    add("a beta server without Postgres", wrong, "database.in-memory", 1, [](CloudDataWorld& world) {
        world.url.clear();
        world.tier = rules::CloudTier::self_host_beta;
    });
    const auto accepting = [](std::function<void(FakeCloud&)> change) -> Breaks {
        return [change = std::move(change)](CloudDataWorld& world) {
            FakeCloud& cloud = world.over_http();
            world.arguments.emplace_back("--accept-readyz");
            if (change) change(cloud);
        };
    };
    add("nothing, by the Cloud's own word", ready, "", 0, accepting(nullptr));
    add("the Cloud says that its control plane fails", wrong, "database.readyz-failing", 1,
        accepting([](FakeCloud& cloud) {
            cloud.update([](FakeCloudOptions& o) { o.failing["control_plane"] = "no ledger"; });
        }));
    add("the Cloud is shutting down and says nothing of it", Status::unknown, "database.readyz-unreadable", 3,
        accepting([](FakeCloud& cloud) { cloud.update([](FakeCloudOptions& o) { o.draining = true; }); }));
    add("a web page in place of the Cloud's word", Status::unknown, "database.readyz-unreadable", 3,
        accepting([](FakeCloud& cloud) {
            cloud.override_path("/readyz", {.content_type = "text/html", .body = "<!doctype html>"});
        }));
    add("the Cloud's word, and settings of the server without Postgres", Status::degraded,
        "database.in-memory", 4, [](CloudDataWorld& world) {
            world.over_http();
            world.server_settings = true;
            world.url.clear();
            world.arguments.emplace_back("--accept-readyz");
        });
    add("the Cloud whose word is to be accepted is down", Status::unknown, "database.readyz-unreadable", 3,
        [](CloudDataWorld& world) {
            world.server_settings = false;
            world.arguments.insert(
                world.arguments.end(),
                {"--accept-readyz", "--cloud-url", "http://127.0.0.1:" + std::to_string(free_port())});
        });
    add("the URL of another kind of database", wrong, "database.url-invalid", 1,
        url_becomes("mysql://cloud:" + cloud_role_password + "@127.0.0.1/cloud"));
    add("a URL with two hosts", wrong, "database.url-invalid", 1,
        url_becomes("postgres://cloud:" + cloud_role_password + "@127.0.0.1,localhost/cloud"));

    add("a name that does not resolve", offline, "database.name-not-found", 1, [](CloudDataWorld& world) {
        world.isolated = true;
        world.url = "postgres://cloud:" + cloud_role_password + "@nowhere.internal/cloud";
    });
    add("nothing listens", offline, "database.connection-refused", 1,
        [](CloudDataWorld& world) { world.url = local_url(free_port()); });
    add("no network", offline, "database.unreachable", 1,
        [](CloudDataWorld& world) { world.isolated = true; });
    add("connections are never accepted", offline, "database.connect-timeout", 1, [](CloudDataWorld& world) {
        world.timeout = "400ms";
        world.url = local_url(world.keep(std::make_shared<FullQueue>())->port());
    });
    add("connected, and then silence", offline, "database.silent", 1, at_tarpit_saying(Tarpit::silent()));
    add("bytes of another protocol", offline, "database.not-postgres", 1,
        at_tarpit_saying(Tarpit::garbage()));
    add("Postgres is starting", offline, "database.starting", 1,
        at_tarpit_saying(Tarpit::saying_and_closing(starting_up())));
    add("no connection left for that database", offline, "database.busy", 1, [](CloudDataWorld& world) {
        (void)cloud_postgres().exec("ALTER DATABASE " + world.database + " CONNECTION LIMIT 0", "postgres");
    });
    add("TLS asked of a server without", wrong, "database.tls-missing", 1, url_with("?sslmode=require"));
    add("a certificate of an unknown CA", wrong, "database.tls-certificate", 1,
        at_tls_server("?sslmode=require"));
    add("TLS that breaks off", wrong, "database.tls-handshake", 1,
        at_tarpit_saying(Tarpit::saying_and_closing("S"), "?sslmode=require"));
    add("a wrong password", wrong, "database.auth-failed", 1,
        [](CloudDataWorld& world) { world.url = world.url_as("cloud", "another-password"); });
    add("no such database", wrong, "database.missing", 1, [](CloudDataWorld& world) {
        world.url = cloud_postgres().url("cloud", cloud_role_password, "nowhere");
    });
    add("a ledger that fails when it is read", Status::unknown, "database.query-failed", 3,
        after("ALTER TABLE cloud_schema_migrations RENAME TO real_ledger; "
              "CREATE VIEW cloud_schema_migrations AS SELECT (1 / (length(id) - length(id)))::text AS id, "
              "applied_at FROM real_ledger; GRANT SELECT ON cloud_schema_migrations TO cloud"));

    add("an empty database", wrong, "database.tables-missing", 1,
        after("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"));
    add("one table is gone", wrong, "database.tables-missing", 1, after("DROP TABLE cloud_orgs"));
    add("a schema that the role may not use", Status::unknown, "database.schema-hidden", 3,
        after("REVOKE USAGE ON SCHEMA public FROM PUBLIC"));
    add("tables without a ledger", wrong, "database.ledger-missing", 1,
        after("DROP TABLE cloud_schema_migrations"));
    add("a ledger without its baseline", wrong, "database.ledger-missing", 1,
        after("DELETE FROM cloud_schema_migrations WHERE id LIKE '001%'"));
    add("an empty ledger", wrong, "database.ledger-missing", 1, after("DELETE FROM cloud_schema_migrations"));
    add("one migration is not applied", wrong, "database.migration-missing", 1,
        after("DELETE FROM cloud_schema_migrations WHERE id LIKE '006%'"));
    add("a migration from the future", Status::degraded, "database.ledger-edited", 4,
        after(
            "UPDATE cloud_schema_migrations SET applied_at = now() + interval '1 day' WHERE id LIKE '004%'"));
    add("a migration older than the baseline", Status::degraded, "database.ledger-edited", 4,
        after("UPDATE cloud_schema_migrations SET applied_at = now() - interval '9 days' WHERE id LIKE "
              "'003%'"));
    add("a seventh migration", Status::degraded, "database.newer-schema", 4,
        after("INSERT INTO cloud_schema_migrations VALUES ('007_something_new', now())"));
    add("an index is gone", wrong, "database.index-missing", 1,
        after("DROP INDEX cloud_worker_leases_reaper_idx"));
    add("an index whose build failed", wrong, "database.index-invalid", 1, invalid_index);
    add("a table that the role may not write", wrong, "database.privilege-missing", 1,
        after("REVOKE INSERT ON cloud_sessions FROM cloud"));
    add("a table that the role may not read", wrong, "database.privilege-missing", 1,
        after("REVOKE SELECT ON cloud_sessions FROM cloud"));
    add("a ledger that the role may not read", wrong, "database.privilege-missing", 1,
        after("REVOKE SELECT ON cloud_schema_migrations FROM cloud"));
    add("a role that only reads, given for looking", Status::unknown, "database.privilege-missing", 3,
        [](CloudDataWorld& world) { world.observe("reader"); });
    add("a standby", wrong, "database.standby", 1,
        [](CloudDataWorld& world) { world.url = standby_postgres().url("cloud", cloud_role_password); });
    add("a view in place of a table", wrong, "database.tables-missing", 1,
        after("DROP TABLE cloud_orgs; CREATE VIEW cloud_orgs AS SELECT 1 AS id"));
    add("public_production signs in as the superuser", Status::degraded, "database.role-too-powerful", 4,
        [](CloudDataWorld& world) {
            world.role = rules::CloudRole::web;
            world.tier = rules::CloudTier::public_production;
            world.url = cloud_postgres().superuser_url(world.database);
        });
    add("public_production signs in as an owner", Status::degraded, "database.role-too-powerful", 4,
        [](CloudDataWorld& world) {
            world.role = rules::CloudRole::web;
            world.tier = rules::CloudTier::public_production;
            world.sql("ALTER TABLE cloud_orgs OWNER TO cloud");
        });
    add("nearly all connections are in use", Status::degraded, "database.connections-low", 4,
        [](CloudDataWorld& world) { world.keep(cloud_postgres().hold_sessions(13)); });
    add("PostgreSQL 15", Status::degraded, "database.version-old", 4,
        [](CloudDataWorld& world) { world.url = old_postgres().url("cloud", cloud_role_password); });
    return made;
}

const std::vector<DataCase>& cases() {
    static const std::vector<DataCase> all = make_cases();
    return all;
}

}  // namespace

std::vector<Row> cloud_database_rows() { return rows_of(cases()); }

TEST_CASE("kill matrix: the Cloud's Postgres", "[data]") {
    if (!require_service(RealPostgres::available(PostgresVersion::seventeen), "PostgreSQL 17")) return;
    if (!require_service(RealPostgres::available(), "PostgreSQL")) return;
    run_cases(cases(), [] { return std::make_unique<CloudDataWorld>(); });
}

}  // namespace cowork::test::matrix
