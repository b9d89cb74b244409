#include "support/real_postgres.hpp"

#include "support/cloud_schema.hpp"
#include "support/gateway_schema.hpp"
#include "support/ports.hpp"

#include <libpq-fe.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace cowork::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr uid_t nobody = 65534;
constexpr auto start_limit = 30s;

// The programs of that version; empty when there are none.
std::string find_bin(PostgresVersion version) {
    if (version == PostgresVersion::seventeen) {
        const char* const server = std::getenv("COWORK_TEST_POSTGRES17");
        if (server == nullptr) return {};
        const fs::path bin = fs::path(server).parent_path();
        return fs::exists(bin / "initdb") && fs::exists(bin / "postgres") ? bin.string() : std::string{};
    }
    std::vector<std::pair<int, std::string>> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
        const fs::path bin = entry.path() / "bin";
        if (!fs::exists(bin / "initdb") || !fs::exists(bin / "postgres")) continue;
        found.emplace_back(std::atoi(entry.path().filename().c_str()), bin.string());
    }
    return found.empty() ? std::string{} : std::max_element(found.begin(), found.end())->second;
}

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};

std::unique_ptr<PGconn, Finish> connect(const std::string& url) {
    return std::unique_ptr<PGconn, Finish>(PQconnectdb(url.c_str()));
}

}  // namespace

bool RealPostgres::available(PostgresVersion version) { return !find_bin(version).empty(); }

RealPostgres::RealPostgres(RealPostgresOptions options)
    : options_(std::move(options)), bin_(find_bin(options_.version)), port_(free_port()) {
    if (bin_.empty()) throw std::runtime_error("PostgreSQL is not installed");
    prepare_directory();
    init_database();
    write_configuration();
    start();
    exec("CREATE DATABASE gateway", "postgres");
}

RealPostgres::~RealPostgres() { stop(); }

ProcessOptions RealPostgres::as_server(std::vector<std::string> argv) const {
    ProcessOptions options;
    options.argv = std::move(argv);
    options.environment = {
        {"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=" + directory_.path().string()}};
    options.directory = directory_.path();
    if (geteuid() == 0) options.user = options.group = nobody;
    return options;
}

void RealPostgres::prepare_directory() {
    directory_.write("password", superuser_password_);
    fs::create_directory(socket_directory());
    if (options_.tls) certificate_ = make_certificate(directory_, "server", options_.certificate);
    if (geteuid() != 0) return;
    if (chown(directory_.path().c_str(), nobody, nobody) != 0) throw std::runtime_error("chown");
    for (const auto& entry : fs::directory_iterator(directory_.path())) {
        if (chown(entry.path().c_str(), nobody, nobody) != 0) throw std::runtime_error("chown");
    }
}

void RealPostgres::init_database() {
    const auto result = run_process(
        as_server({bin_ + "/initdb", "--pgdata=data", "--username=postgres", "--no-sync",
                   "--auth=scram-sha-256", "--pwfile=password", "--encoding=UTF8", "--locale=C"}));
    if (result.exit_code != 0) throw std::runtime_error("initdb: " + result.err);
}

void RealPostgres::write_configuration() {
    std::string text = "\nlisten_addresses = '127.0.0.1'\nport = " + std::to_string(port_) +
                       "\nunix_socket_directories = '" + socket_directory() +
                       "'\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
                       "shared_buffers = 16MB\nmax_connections = 20\nlog_timezone = UTC\n";
    if (options_.tls) {
        text += "ssl = on\nssl_cert_file = '" + certificate_.cert_file + "'\nssl_key_file = '" +
                certificate_.key_file + "'\n";
    }
    for (const auto& setting : options_.settings) text += setting + "\n";
    std::ofstream(directory_.file("data/postgresql.conf"), std::ios::app) << text;
}

void RealPostgres::start() {
    server_ = std::make_unique<Process>(as_server({bin_ + "/postgres", "-D", "data"}));
    const auto deadline = std::chrono::steady_clock::now() + start_limit;
    while (PQstatus(connect(superuser_url("postgres")).get()) != CONNECTION_OK) {
        if (!server_->running() || std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("postgres does not start: " + server_->err());
        }
        std::this_thread::sleep_for(10ms);
    }
}

void RealPostgres::become_standby() {
    stop();
    directory_.write("data/standby.signal", "");
    if (geteuid() == 0 && chown(directory_.file("data/standby.signal").c_str(), nobody, nobody) != 0)
        throw std::runtime_error("chown");
    start();
}

void RealPostgres::stop() {
    if (!server_) return;
    server_->send_signal(SIGINT);  // fast: sessions are closed
    (void)server_->wait(10s);
    server_.reset();
}

std::string RealPostgres::url(const std::string& user, const std::string& password,
                              const std::string& database) const {
    return "postgres://" + user + ":" + password + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string RealPostgres::superuser_url(const std::string& database) const {
    return url("postgres", superuser_password_, database);
}

std::vector<std::string> RealPostgres::exec(const std::string& sql, const std::string& database) {
    const auto connection = connect(superuser_url(database));
    const std::unique_ptr<PGresult, Finish> result(PQexec(connection.get(), sql.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
    }
    std::vector<std::string> values;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        values.emplace_back(PQgetvalue(result.get(), row, 0));
    }
    return values;
}

void RealPostgres::create_gateway_schema() { exec(gateway_schema_sql()); }

void RealPostgres::create_cloud_schema(const std::string& database) { exec(cloud_schema_sql(), database); }

void RealPostgres::clone_database(const std::string& from, const std::string& to) {
    exec("CREATE DATABASE \"" + to + "\" TEMPLATE \"" + from + "\"", "postgres");
}

std::shared_ptr<void> RealPostgres::hold_sessions(int count) {
    auto held = std::make_shared<std::vector<std::unique_ptr<PGconn, Finish>>>();
    for (int i = 0; i < count; ++i) held->push_back(connect(superuser_url("postgres")));
    return held;
}

void RealPostgres::create_role(const std::string& name, const std::string& password,
                               const std::string& privileges, const std::string& database) {
    exec("CREATE ROLE \"" + name + "\" LOGIN PASSWORD '" + password + "'");
    if (!privileges.empty()) {
        exec("GRANT " + privileges + " ON ALL TABLES IN SCHEMA public TO \"" + name + "\"", database);
    }
}

}  // namespace cowork::test
