#include "probes/fd_wait.hpp"
#include "probes/libpq.hpp"
#include "probes/postgres.hpp"
#include "probes/postgres_classify.hpp"
#include "probes/postgres_endpoint.hpp"
#include "probes/postgres_url.hpp"
#include "probes/quiet_thread.hpp"

#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <utility>

namespace cowork::probes {
namespace {

constexpr const char* system_bundle = "/etc/ssl/certs/ca-certificates.crt";
constexpr const char* no_file = "/dev/null/none";  // cannot exist: libpq then goes without that file
constexpr long long longest_timeout = 24LL * 60 * 60 * 1000;  // ms; the server takes no more than 32 bits
constexpr std::size_t result_limit = std::size_t{8} * 1024 * 1024;  // bytes of values

struct ConnectionDeleter {
    void operator()(PGconn* connection) const { libpq().finish(connection); }
};
struct ResultDeleter {
    void operator()(PGresult* result) const { libpq().clear(result); }
};
using Connection = std::unique_ptr<PGconn, ConnectionDeleter>;
using QueryResult = std::unique_ptr<PGresult, ResultDeleter>;

tl::unexpected<PostgresFailure> failed(PostgresLayer layer, std::string detail) {
    return tl::unexpected(PostgresFailure{layer, {}, std::move(detail)});
}

tl::unexpected<PostgresFailure> failed(WaitResult waited) {
    if (waited == WaitResult::stopped) return failed(PostgresLayer::stopped, "stopped");
    return failed(PostgresLayer::silent, "connected, no answer in time");
}

// libpq's words are classified in English, whatever locale the process has.
class PlainLocale {
  public:
    PlainLocale() : plain_(newlocale(LC_ALL_MASK, "C", nullptr)), before_(uselocale(plain_)) {}
    PlainLocale(const PlainLocale&) = delete;
    PlainLocale& operator=(const PlainLocale&) = delete;
    ~PlainLocale() {
        uselocale(before_);
        freelocale(plain_);
    }

  private:
    locale_t plain_, before_;
};

// The connection's keywords and values. Every keyword that a PG* variable or a default file could set is
// here; texts live as long as this object.
class Keywords {
  public:
    Keywords(const PostgresUrl& url, const std::string& address, const PostgresTarget& target,
             const Budget& budget)
        : password_(url.password.reveal()) {
        add("host", url.host);
        if (!address.empty()) add("hostaddr", address);
        add("port", std::to_string(url.port));
        add("user", url.user);
        add("dbname", url.database);
        add("passfile", no_file);  // an empty value would mean the default
        add_session(budget);
        add_tls(target, url);
    }
    Keywords(const Keywords&) = delete;
    Keywords& operator=(const Keywords&) = delete;
    ~Keywords() { cleanse(password_); }

    // Starts the connection; nothing is read from the network before the first poll.
    [[nodiscard]] Connection start() const {
        std::vector<const char*> keywords, values;
        for (const auto& [keyword, value] : pairs_) {
            keywords.push_back(keyword);
            values.push_back(value.c_str());
        }
        keywords.insert(keywords.end(), {"password", nullptr});
        values.insert(values.end(), {password_.c_str(), nullptr});
        return Connection(libpq().connectStartParams(keywords.data(), values.data(), 0));
    }

  private:
    void add(const char* keyword, std::string value) { pairs_.emplace_back(keyword, std::move(value)); }

    void add_session(const Budget& budget) {
        const std::string limit =
            std::to_string(std::clamp<long long>(budget.remaining().count(), 1, longest_timeout));
        add("options", "-c default_transaction_read_only=on -c statement_timeout=" + limit +
                           " -c lock_timeout=" + limit + " -c idle_in_transaction_session_timeout=" + limit);
        add("application_name", "cowork-doctor");
        add("client_encoding", "UTF8");
        add("target_session_attrs", "any");
        add("gssencmode", "disable");
        add("krbsrvname", "postgres");
        add("channel_binding", "prefer");
        add("connect_timeout", "0");  // the budget counts instead
    }

    void add_tls(PostgresTarget target, const PostgresUrl& url) {
        if (target.tls == PostgresTls::by_url) {
            target.tls = url.tls;
            if (!url.ca_file.empty()) target.ca_file = url.ca_file;
        }
        const bool verified = target.tls == PostgresTls::verified;
        const auto mode = target.tls == PostgresTls::off ? "disable" : verified ? "verify-full" : "require";
        add("sslmode", mode);
        // With a bundle, `require` would verify the chain as well.
        add("sslrootcert", !verified ? no_file : target.ca_file.empty() ? system_bundle : target.ca_file);
        add("sslcert", target.cert_file.empty() ? no_file : target.cert_file);
        add("sslkey", target.key_file.empty() ? no_file : target.key_file);
        add("sslpassword", "none");  // for an encrypted key libpq would else ask on the terminal
        add("sslcrl", no_file);
        add("sslcompression", "0");
        add("sslsni", "1");
        add("ssl_min_protocol_version", "TLSv1.2");
    }

    std::vector<std::pair<const char*, std::string>> pairs_;
    std::string password_;
};

class PqSession final : public PostgresSession {
  public:
    PqSession(Connection connection, std::chrono::microseconds connect_time)
        : connection_(std::move(connection)), connect_time_(connect_time) {}

    PostgresResult<std::vector<PostgresRow>> query(const std::string& sql,
                                                   const std::vector<std::string>& parameters,
                                                   const Budget& budget) override {
        if (broken_) return failed(PostgresLayer::query, "the connection was given up");
        const PlainLocale plain;
        FdWaiter waiter(budget);
        auto rows = send(sql, parameters, waiter).and_then([&] { return receive(waiter); });
        // What is still on its way would be taken for the next answer.
        broken_ = broken_ || libpq().transactionStatus(connection_.get()) != PQTRANS_IDLE;
        return rows;
    }

    int server_version() const override { return libpq().serverVersion(connection_.get()); }
    bool tls() const override { return libpq().sslInUse(connection_.get()) == 1; }
    std::chrono::microseconds connect_time() const override { return connect_time_; }

  private:
    tl::unexpected<PostgresFailure> lost() {
        broken_ = true;
        return failed(PostgresLayer::query, libpq().errorMessage(connection_.get()));
    }

    PostgresResult<void> send(const std::string& sql, const std::vector<std::string>& parameters,
                              FdWaiter& waiter) {
        PGconn* connection = connection_.get();
        std::vector<const char*> values;
        values.reserve(parameters.size());
        for (const auto& parameter : parameters) values.push_back(parameter.c_str());
        const auto count = static_cast<int>(values.size());
        if (libpq().sendQueryParams(connection, sql.c_str(), count, nullptr, values.data(), nullptr, nullptr,
                                    0) != 1 ||
            libpq().setSingleRowMode(connection) != 1) {
            return lost();
        }
        for (int flushed = libpq().flush(connection); flushed != 0; flushed = libpq().flush(connection)) {
            if (flushed < 0) return lost();
            const WaitResult waited = waiter.wait(libpq().socket(connection), POLLIN | POLLOUT);
            if (waited != WaitResult::ready) return failed(waited);
            if (libpq().consumeInput(connection) != 1) return lost();
        }
        return {};
    }

    // The next result, or null after the last.
    PostgresResult<QueryResult> next_result(FdWaiter& waiter) {
        PGconn* connection = connection_.get();
        while (libpq().isBusy(connection) == 1) {
            const WaitResult waited = waiter.wait(libpq().socket(connection), POLLIN);
            if (waited != WaitResult::ready) return failed(waited);
            if (libpq().consumeInput(connection) != 1) return lost();
        }
        return QueryResult(libpq().getResult(connection));
    }

    PostgresResult<std::vector<PostgresRow>> receive(FdWaiter& waiter) {
        std::vector<PostgresRow> rows;
        std::size_t bytes = 0;
        PostgresResult<void> outcome;
        while (true) {
            auto result = next_result(waiter);
            if (!result) return tl::unexpected(result.error());
            if (!*result) break;
            const ExecStatusType status = libpq().resultStatus(result->get());
            if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) {
                bytes += append_rows(result->get(), rows);
                if (bytes > result_limit) return failed(PostgresLayer::query, "the answer is too large");
            } else if (status != PGRES_COMMAND_OK) {
                outcome = tl::unexpected(failure_of(result->get()));
                // Any other status (COPY, for one) would wait for us.
                if (status != PGRES_FATAL_ERROR) break;
            }
        }
        return outcome.map([&] { return std::move(rows); });
    }

    static std::size_t append_rows(const PGresult* result, std::vector<PostgresRow>& rows) {
        std::size_t bytes = 0;
        const int columns = libpq().nfields(result);
        for (int i = 0; i < libpq().ntuples(result); ++i) {
            PostgresRow row;
            for (int column = 0; column < columns; ++column) {
                if (libpq().getisnull(result, i, column) == 1) {
                    row.emplace_back();
                    continue;
                }
                const auto length = static_cast<std::size_t>(libpq().getlength(result, i, column));
                row.emplace_back(std::string(libpq().getvalue(result, i, column), length));
            }
            for (const auto& value : row) bytes += sizeof value + (value ? value->size() : 0);
            rows.push_back(std::move(row));
        }
        return bytes;
    }

    PostgresFailure failure_of(const PGresult* result) const {
        const char* sqlstate = libpq().resultErrorField(result, PG_DIAG_SQLSTATE);
        const char* primary = libpq().resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        PostgresFailure failure;
        if (sqlstate != nullptr) failure.sqlstate = sqlstate;
        failure.layer = layer_of_sqlstate(failure.sqlstate);
        failure.detail = primary != nullptr ? primary : libpq().errorMessage(connection_.get());
        return failure;
    }

    Connection connection_;
    std::chrono::microseconds connect_time_;
    bool broken_ = false;
};

// Drives a started connection to its end.
PostgresResult<void> establish(PGconn* connection, const Budget& budget) {
    FdWaiter waiter(budget);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED) {
            return tl::unexpected(classify_connect_failure(libpq().errorMessage(connection),
                                                           libpq().connectionNeedsPassword(connection) == 1));
        }
        const auto events = static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT);
        const WaitResult waited = waiter.wait(libpq().socket(connection), events);
        if (waited != WaitResult::ready) return failed(waited);
        next = libpq().connectPoll(connection);
    }
    return {};
}

// A connection under way on a thread of its own; whoever is last frees it.
struct Attempt {
    explicit Attempt(Connection started) : connection(std::move(started)) {}

    std::mutex mutex;
    std::condition_variable_any ended;
    bool done = false;
    bool left_behind = false;
    Connection connection;
    PostgresResult<void> outcome;
};

// As establish(), but returns in time even when libpq cannot be interrupted: a hostile server may ask for
// billions of rounds of password hashing. The thread is then left behind.
PostgresResult<Connection> establish_in_time(Connection connection, const Budget& budget) {
    constexpr std::chrono::milliseconds grace{250};  // for the thread, which keeps to the budget by itself
    const auto attempt = std::make_shared<Attempt>(std::move(connection));
    start_quiet_thread([attempt, budget] {
        const PlainLocale plain;
        auto outcome = establish(attempt->connection.get(), budget);
        const std::lock_guard lock(attempt->mutex);
        attempt->outcome = std::move(outcome);
        attempt->done = true;
        attempt->ended.notify_one();
        if (!attempt->left_behind) return;
        attempt->connection.reset();
        thread_left_behind_ended();
    }).detach();
    std::unique_lock lock(attempt->mutex);
    const auto done = [&] { return attempt->done; };
    attempt->ended.wait_until(lock, budget.stop(), budget.deadline(), done);
    attempt->ended.wait_for(lock, grace, done);
    if (!attempt->done) {
        attempt->left_behind = true;
        thread_left_behind();
        return failed(budget.stopped() ? WaitResult::stopped : WaitResult::timeout);
    }
    return attempt->outcome.map([&] { return std::move(attempt->connection); });
}

class PqProbe final : public PostgresProbe {
  public:
    PostgresResult<std::unique_ptr<PostgresSession>> connect(const PostgresTarget& target,
                                                             const Budget& budget) override {
        if (budget.stopped()) return failed(PostgresLayer::stopped, "stopped");
        const auto begin = Budget::Clock::now();
        const auto url = parse_postgres_url(*target.url);
        if (!url) return failed(PostgresLayer::url, url.error());
        const auto address = find_endpoint(*url, budget);
        if (!address) return tl::unexpected(address.error());

        const PlainLocale plain;
        Connection connection = Keywords(*url, *address, target, budget).start();
        if (!connection) return failed(PostgresLayer::query, "out of memory");
        libpq().setNoticeProcessor(
            connection.get(), [](void*, const char*) {}, nullptr);
        libpq().setErrorVerbosity(connection.get(), PQERRORS_VERBOSE);  // brings the SQLSTATE
        if (libpq().status(connection.get()) == CONNECTION_BAD) {
            return tl::unexpected(classify_connect_failure(libpq().errorMessage(connection.get()), false));
        }
        auto established = establish_in_time(std::move(connection), budget);
        if (!established) return tl::unexpected(established.error());
        if (libpq().setnonblocking(established->get(), 1) != 0) {
            return failed(PostgresLayer::query, libpq().errorMessage(established->get()));
        }
        const auto took = Budget::Clock::now() - begin;
        return std::make_unique<PqSession>(std::move(*established),
                                           std::chrono::duration_cast<std::chrono::microseconds>(took));
    }
};

// libpq sends PGDATESTYLE, PGTZ and PGGEQO to the server whatever its caller says, and PGPASSWORD cannot be
// overruled by no password, so the variables go.
void forget_environment() {
    std::vector<std::string> names;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view variable = *entry;
        if (variable.starts_with("PG")) names.emplace_back(variable.substr(0, variable.find('=')));
    }
    for (const auto& name : names) unsetenv(name.c_str());
}

}  // namespace

std::unique_ptr<PostgresProbe> make_postgres_probe() {
    forget_environment();
    return std::make_unique<PqProbe>();
}

}  // namespace cowork::probes
