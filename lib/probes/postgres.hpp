#pragma once

#include "core/budget.hpp"
#include "secrets/secret.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cowork::probes {

enum class PostgresTls {
    off,       // libpq: disable
    required,  // require
    verified,  // verify-full
    by_url,    // as node-postgres reads the URL's sslmode and sslrootcert; off without them
};

struct PostgresTarget {
    const Secret* url = nullptr;  // postgres:// or postgresql://; outlives the call
    PostgresTls tls = PostgresTls::off;
    std::string ca_file, cert_file, key_file;  // empty: the system's bundle, no client certificate
};

// The layer that broke, outermost first.
enum class PostgresLayer {
    url,      // cannot be read as a connection URL with one host and a user, or a metadata/wildcard address
    name,     // host does not resolve
    refused,  // nothing listens
    unreachable,  // no route
    connect_timeout,
    tls_missing,      // TLS asked for, the server offers none
    tls_certificate,  // chain, name or validity
    tls_handshake,
    not_postgres,  // answered, but not the protocol
    silent,        // connected, no answer in time (connecting or in a query)
    auth,          // SQLSTATE 28xxx
    database,      // 3D000
    busy,          // 53300 too many connections
    starting,      // 57P03
    privilege,     // 42501
    missing,       // 42P01, 3F000: a table or schema that is not there
    query,         // any other SQLSTATE
    stopped,       // the run's stop token fired
};

struct PostgresFailure {
    PostgresLayer layer = PostgresLayer::query;
    std::string sqlstate;  // empty when the server did not send one
    std::string detail;    // from outside: never print it unredacted
};

using PostgresRow = std::vector<std::optional<std::string>>;

template <typename T>
using PostgresResult = tl::expected<T, PostgresFailure>;

class PostgresSession {
  public:
    virtual ~PostgresSession() = default;
    // One read-only statement with `$1`… parameters; all values come back as text, NULL as nullopt.
    [[nodiscard]] virtual PostgresResult<std::vector<PostgresRow>> query(
        const std::string& sql, const std::vector<std::string>& parameters, const Budget& budget) = 0;
    [[nodiscard]] virtual int server_version() const = 0;  // 150018 for 15.18
    [[nodiscard]] virtual bool tls() const = 0;
    [[nodiscard]] virtual std::chrono::microseconds connect_time() const = 0;
};

class PostgresProbe {
  public:
    virtual ~PostgresProbe() = default;
    // A session that cannot write: default_transaction_read_only=on and a statement timeout no longer than
    // the budget are set in the start-up packet. PG* variables, service and password files play no part.
    [[nodiscard]] virtual PostgresResult<std::unique_ptr<PostgresSession>> connect(
        const PostgresTarget& target, const Budget& budget) = 0;
};

// Removes every PG* variable from the environment of this process, because libpq cannot be told to ignore
// them all: call it before other threads start.
[[nodiscard]] std::unique_ptr<PostgresProbe> make_postgres_probe();

}  // namespace cowork::probes
