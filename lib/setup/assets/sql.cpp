#include "setup/assets/parts.hpp"

#include <fmt/format.h>

namespace cowork::setup {
namespace {

// NAMEDATALEN - 1: the server cuts longer names, and then finds them under another one.
constexpr std::size_t longest_name = 63;

constexpr std::string_view script = R"(--
-- Run it as a superuser of that server, as often as you like:
--   sudo -u postgres psql -X -f postgres-role.sql
-- It asks for the password of the role (the one in {key}) when the role has none yet, and sends only its
-- SCRAM hash, so the password is in no file, no process list and no log. Without a terminal it reads the password
-- twice from standard input. To change it later: \password in psql.
\set ON_ERROR_STOP on
\encoding UTF8
\set role_name {role}
\set database_name {database}

-- Nothing that belongs to somebody else is taken over.
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION %L; END',
    'the role is a superuser, which the service must not be; name another one in {key}'))
FROM pg_catalog.pg_roles WHERE rolname = :'role_name' AND rolsuper \gexec
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION %L; END',
    'the database exists and belongs to another role; give it away with ALTER DATABASE, or name another one in {key}'))
FROM pg_catalog.pg_database WHERE datname = :'database_name' AND pg_get_userbyid(datdba) <> :'role_name' \gexec

SELECT format('CREATE ROLE %I', :'role_name')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'role_name') \gexec
ALTER ROLE :"role_name" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT {connections};

SELECT format('CREATE DATABASE %I OWNER %I ENCODING %L TEMPLATE template0', :'database_name', :'role_name', 'UTF8')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = :'database_name') \gexec
-- The owner keeps its own privileges; everybody else loses CONNECT and TEMPORARY.
REVOKE ALL ON DATABASE :"database_name" FROM PUBLIC;

-- A statement or a transaction that hangs must not hold locks for ever; a service that needs longer sets its own.
ALTER ROLE :"role_name" IN DATABASE :"database_name" SET statement_timeout = '5min';
ALTER ROLE :"role_name" IN DATABASE :"database_name" SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE :"role_name" IN DATABASE :"database_name" SET search_path = public;

SELECT rolpassword IS NULL AS without_password FROM pg_catalog.pg_authid WHERE rolname = :'role_name' \gset
\if :without_password
\echo The password of the role, as in {key}:
\password :"role_name"
\endif

\connect -reuse-previous=on {connection}
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO :"role_name";
)";

// A name as a value of a connection string, which \connect takes where a plain name could be mistaken for
// one.
std::string conninfo(std::string_view database) {
    std::string quoted = "dbname='";
    for (const char c : database) {
        if (c == '\\' || c == '\'') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

}  // namespace

void add_postgres_role(Workbench& bench) {
    if (!bench.facts.database) {
        if (bench.facts.intent == catalogue::Intent::cloud_gateway) return;  // it has no database
        bench.left_out.emplace_back("postgres-role.sql: the env file names no PostgreSQL");
        return;
    }
    const DatabaseFacts& database = *bench.facts.database;
    if (database.role.empty()) {
        bench.left_out.push_back(fmt::format("postgres-role.sql: {} names no role", database.key));
        return;
    }
    if (database.role.size() > longest_name || database.database.size() > longest_name) {
        bench.quote.refuse(database.key, "PostgreSQL cuts names of more than 63 bytes",
                           "choose shorter names");
        return;
    }
    // The Cloud's pool has 10 connections a process, the gateway's as many; the rest is room for a restart
    // and for cowork doctor.
    const int connections = bench.facts.intent == catalogue::Intent::cloud_connect ? 100 : 30;
    bench.add(
        "postgres-role.sql", "--", "makes the role and the database of the service, with least privilege",
        fmt::format(fmt::runtime(script), fmt::arg("key", database.key),
                    fmt::arg("role", bench.quote.psql(database.role, database.key)),
                    fmt::arg("database", bench.quote.psql(database.database, database.key)),
                    fmt::arg("connection", bench.quote.psql_name(conninfo(database.database), database.key)),
                    fmt::arg("connections", connections)),
        "sudo -u postgres psql -X -f postgres-role.sql");
}

}  // namespace cowork::setup
