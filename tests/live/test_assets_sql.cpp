#include "net/url.hpp"
#include "support/asset_context.hpp"
#include "support/process.hpp"
#include "support/real_postgres.hpp"
#include "support/require_service.hpp"

#include <catch2/catch.hpp>

using namespace cowork;
using catalogue::Intent;

namespace {

const std::string key = "OPEN_COWORK_STANDALONE_GATEWAY_DATABASE_URL";
const std::string password = "c4n4ry pass'word\"$x";

bool available() { return test::require_service(test::RealPostgres::available(), "PostgreSQL"); }

test::RealPostgres& server() {
    static test::RealPostgres postgres;
    return postgres;
}

struct Names {
    std::string role, database;
};

std::string script_for(const Names& names) {
    const std::string url = "postgres://" + net::percent_encode(names.role) + ":x@127.0.0.1/" +
                            net::percent_encode(names.database);
    return test::asset_text(test::assets_of(test::asset_case(Intent::gateway_only, {{key, url}})),
                            "postgres-role.sql");
}

// psql without a terminal, so that \password reads standard input.
test::ProcessResult psql(const std::string& user, const std::string& secret, const std::string& database,
                         std::vector<std::string> arguments, const std::string& input = {}) {
    std::vector<std::string> argv{"setsid", "--wait", "psql", "-X", "-A", "-t"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return test::run_process({.argv = argv,
                              .environment = {{"PATH=/usr/bin:/bin", "LC_ALL=C", "PGHOST=127.0.0.1",
                                               "PGPORT=" + std::to_string(server().port()), "PGUSER=" + user,
                                               "PGPASSWORD=" + secret, "PGDATABASE=" + database}},
                              .input = input});
}

test::ProcessResult run_script(const Names& names, const std::string& input) {
    const test::TempDir directory;
    const auto file = directory.write("postgres-role.sql", script_for(names));
    return psql("postgres", server().superuser_password(), "postgres", {"-f", file}, input);
}

test::ProcessResult as_role(const Names& names, const std::string& sql) {
    return psql(names.role, password, names.database, {"-v", "ON_ERROR_STOP=1", "-c", sql});
}

const std::string twice = password + "\n" + password + "\n";

}  // namespace

TEST_CASE("postgres-role.sql: whatever the names are the role has its own database and nothing else") {
    if (!available()) return;
    const auto [role, database] = GENERATE(table<std::string, std::string>({
        {"gateway_role", "gateway_db"},
        {"Role With Blanks", "Database With Blanks"},
        {"r'o\"l\\e", "d'a\"t\\a"},
        {"$$; DROP TABLE x; --", "$body$ :name %I {x}"},
        {"r:o:l:e", "dbname=postgres"},
        {"`id`", "postgres://elsewhere/x"},
        {":role_name", ":'database_name'"},
        {"r\u00f6le", "datenb\u00e4nk"},
    }));
    const Names names{role, database};
    CAPTURE(role, database);
    const auto first = run_script(names, twice);
    INFO(first.out << first.err);
    REQUIRE(first.exit_code == 0);
    CHECK((first.out + first.err).find("c4n4ry") == std::string::npos);
    // Again, and nobody is asked for a password.
    const auto second = run_script(names, {});
    INFO(second.out << second.err);
    REQUIRE(second.exit_code == 0);

    const auto login = as_role(names, "SELECT current_user || '|' || current_database()");
    INFO(login.err);
    REQUIRE(login.exit_code == 0);
    CHECK(login.out == role + "|" + database + "\n");
    CHECK(as_role(names, "CREATE TABLE own (x int); INSERT INTO own VALUES (1); DROP TABLE own").exit_code ==
          0);
    CHECK(as_role(names, "SHOW statement_timeout").out == "5min\n");
    for (const char* forbidden :
         {"CREATE DATABASE more", "CREATE ROLE more", "ALTER SYSTEM SET work_mem = '1GB'",
          "SELECT * FROM pg_authid", "COPY (SELECT 1) TO PROGRAM 'true'",
          "SELECT pg_read_file('/etc/passwd')", "SET SESSION AUTHORIZATION postgres"}) {
        CAPTURE(forbidden);
        const auto refused = as_role(names, forbidden).err;
        const bool for_want_of_rights = refused.find("permission denied") != std::string::npos ||
                                        refused.find("must be superuser") != std::string::npos;
        INFO(refused);
        CHECK(for_want_of_rights);
    }
}

TEST_CASE("postgres-role.sql: other roles cannot even connect") {
    if (!available()) return;
    const Names names{"closed_role", "closed_db"};
    REQUIRE(run_script(names, twice).exit_code == 0);
    server().create_role("outsider", "outsider-password", "");
    const auto outside = psql("outsider", "outsider-password", names.database, {"-c", "SELECT 1"});
    CHECK(outside.exit_code == 2);
    CHECK(outside.err.find("permission denied for database") != std::string::npos);
    CHECK(server().exec(
              "SELECT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)::text || "
              "'|' || rolconnlimit FROM pg_roles WHERE rolname = 'closed_role'") ==
          std::vector<std::string>{"false|30"});
    CHECK(server().exec(
              "SELECT count(*) FROM pg_authid WHERE rolname = 'closed_role' AND rolpassword LIKE 'SCRAM%'") ==
          std::vector<std::string>{"1"});
    CHECK(server().exec("SELECT has_schema_privilege('outsider', 'public', 'CREATE')::text || '|' || "
                        "has_schema_privilege('outsider', 'public', 'USAGE')::text",
                        names.database) == std::vector<std::string>{"false|false"});
}

TEST_CASE("postgres-role.sql: nothing that belongs to somebody else is taken over") {
    if (!available()) return;
    SECTION("a superuser stays one") {
        const auto refused = run_script({"postgres", "fresh_db"}, twice);
        CHECK(refused.exit_code == 3);
        CHECK(refused.err.find("is a superuser") != std::string::npos);
        CHECK(refused.err.find(key) != std::string::npos);
        CHECK(server().exec("SELECT rolsuper FROM pg_roles WHERE rolname = 'postgres'") ==
              std::vector<std::string>{"t"});
    }
    SECTION("a database keeps its owner") {
        const auto refused = run_script({"late_role", "gateway"}, twice);
        CHECK(refused.exit_code == 3);
        CHECK(refused.err.find("belongs to another role") != std::string::npos);
        CHECK(server().exec("SELECT count(*) FROM pg_roles WHERE rolname = 'late_role'") ==
              std::vector<std::string>{"0"});
    }
}
