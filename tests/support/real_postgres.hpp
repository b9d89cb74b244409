#pragma once

#include "support/certificate.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cowork::test {

// Debian's, or the PostgreSQL 17 that COWORK_TEST_POSTGRES17 names the server program of.
enum class PostgresVersion { installed, seventeen };

struct RealPostgresOptions {
    PostgresVersion version = PostgresVersion::installed;
    bool tls = false;
    CertificateOptions certificate{};
    std::vector<std::string> settings{};  // more of postgresql.conf, `name=value`
};

// A real PostgreSQL in a directory of its own, on a free port of 127.0.0.1 and a Unix socket; passwords are
// scram-sha-256 everywhere. It never runs as root: then it runs as `nobody`.
class RealPostgres {
  public:
    // Whether its server and initdb are there.
    [[nodiscard]] static bool available(PostgresVersion version = PostgresVersion::installed);

    explicit RealPostgres(RealPostgresOptions options = {});
    ~RealPostgres();

    void start();
    void become_standby();  // restarts, for reading only and for ever waiting for a primary
    void stop();            // fast shutdown; the data stays

    // What the server wrote so far; with `log_statement=all` among the settings, every statement.
    [[nodiscard]] std::string log() const { return server_->err(); }
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string socket_directory() const { return directory_.file("run"); }
    [[nodiscard]] const CertificateFiles& certificate() const { return certificate_; }  // with tls only
    [[nodiscard]] const std::string& superuser_password() const { return superuser_password_; }
    // postgres://user:password@127.0.0.1:port/database
    [[nodiscard]] std::string url(const std::string& user, const std::string& password,
                                  const std::string& database = "gateway") const;
    [[nodiscard]] std::string superuser_url(const std::string& database = "gateway") const;

    // Runs SQL (one or more statements) as the superuser; throws with the server's words when it fails.
    // Returns the first column of the last statement's rows.
    std::vector<std::string> exec(const std::string& sql, const std::string& database = "gateway");

    // The Standalone Gateway's ledger, with its row, and its nine tables, in the database `gateway`
    // (contract/standalone-gateway.md section 5).
    void create_gateway_schema();
    // A migrated Cloud database: the ledger with its six rows, the tables, of which only those have columns
    // that somebody reads, and the eighteen indexes (contract/cloud.md section 4).
    void create_cloud_schema(const std::string& database = "gateway");
    // A copy of a database to which nobody is connected.
    void clone_database(const std::string& from, const std::string& to);
    // Sessions that stay open and do nothing, until they are let go.
    [[nodiscard]] std::shared_ptr<void> hold_sessions(int count);
    // A role that may log in. `privileges` as in GRANT … ON ALL TABLES IN SCHEMA public; empty: none.
    void create_role(const std::string& name, const std::string& password,
                     const std::string& privileges = "SELECT", const std::string& database = "gateway");

  private:
    void prepare_directory();
    void init_database();
    void write_configuration();
    [[nodiscard]] ProcessOptions as_server(std::vector<std::string> argv) const;

    RealPostgresOptions options_;
    TempDir directory_;
    std::string bin_;
    int port_ = 0;
    std::string superuser_password_ = "super-user-of-the-tests";
    CertificateFiles certificate_;
    std::unique_ptr<Process> server_;
};

}  // namespace cowork::test
