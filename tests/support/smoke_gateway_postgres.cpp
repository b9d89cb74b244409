#include "support/smoke_gateway_store.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <stdexcept>

namespace cowork::test::smoke_gateway {
namespace {

using Row = std::vector<std::string>;

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};

class PostgresStore : public Store {
  public:
    explicit PostgresStore(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
        if (PQstatus(connection_.get()) != CONNECTION_OK)
            throw std::runtime_error(PQerrorMessage(connection_.get()));
    }

    std::optional<Identity> identity(const std::string& provider, const std::string& workspace,
                                     const std::string& user) override {
        const auto rows = query(
            "SELECT identity_id, role, status FROM standalone_gateway_channel_identities "
            "WHERE provider = $1 AND provider_workspace_id = $2 AND external_user_id = $3",
            {provider, workspace, user});
        if (rows.empty()) return std::nullopt;
        return Identity{rows[0][0], rows[0][1], rows[0][2]};
    }

    Session find_or_create(const NewSession& asked) override {
        const auto found = query(
            "SELECT session_id, coalesce(opencode_session_id, '') FROM standalone_gateway_sessions "
            "WHERE provider = $1 AND provider_workspace_id = $2 AND external_chat_id = $3 AND "
            "external_thread_id = $4",
            {asked.provider, asked.workspace, asked.chat_id, asked.thread_id});
        if (!found.empty()) return {found[0][0], found[0][1]};
        const std::string id = unique_id();
        query(
            "INSERT INTO standalone_gateway_sessions (session_id, title, status, provider, provider_kind, "
            "provider_workspace_id, channel_binding_id, external_user_id, external_chat_id, "
            "external_thread_id) VALUES ($1, left($2, 80), 'idle', $3, 'webhook', $4, $3, $5, $6, $7)",
            {id, asked.text, asked.provider, asked.workspace, asked.user_id, asked.chat_id, asked.thread_id});
        append(id, "session.created", {{"title", asked.text.substr(0, 80)}}, 0);
        return {id, {}};
    }

    void update(const std::string& session_id, const std::string& opencode_id,
                const std::string& status) override {
        query(
            "UPDATE standalone_gateway_sessions SET status = $3, updated_at = now(), opencode_session_id = "
            "coalesce(opencode_session_id, nullif($2, '')) WHERE session_id = $1",
            {session_id, opencode_id, status});
    }

    void append(const std::string& session_id, const std::string& type, const Json& payload,
                int skip) override {
        const std::lock_guard lock(mutex_);
        run("BEGIN", {});
        const auto last =
            run("UPDATE standalone_gateway_sessions SET last_event_sequence = last_event_sequence + $2, "
                "updated_at = now() WHERE session_id = $1 RETURNING last_event_sequence",
                {session_id, std::to_string(1 + skip)});
        if (!last.empty())
            run("INSERT INTO standalone_gateway_events (event_id, session_id, sequence, type, payload) "
                "VALUES ($1, $2, $3, $4, $5)",
                {unique_id(), session_id, last[0][0], type, payload.dump()});
        run("COMMIT", {});
        if (last.empty()) throw std::runtime_error("Unknown standalone gateway session");
    }

    void audit(const Audit& entry) override {
        query(
            "INSERT INTO standalone_gateway_audit_events (audit_id, action, actor, metadata) "
            "VALUES ($1, $2, $3, $4)",
            {unique_id(), entry.action, entry.actor, entry.metadata.dump()});
    }

    Counts counts() override {
        const auto count = [&](const char* table) {
            return std::stoi(
                query(fmt::format("SELECT least(count(*), 50) FROM standalone_gateway_{}", table), {})[0][0]);
        };
        return {count("sessions"), count("jobs"), count("audit_events")};
    }

    std::vector<Audit> newest_audits() override {
        std::vector<Audit> found;
        for (const Row& row : query("SELECT action, actor, metadata FROM standalone_gateway_audit_events "
                                    "ORDER BY created_at DESC LIMIT 50",
                                    {}))
            found.push_back({row[0], row[1], Json::parse(row[2])});
        return found;
    }

    std::string state() override {
        std::string text;
        for (const char* sql :
             {"SELECT to_jsonb(t)::text FROM standalone_gateway_sessions t ORDER BY session_id",
              "SELECT to_jsonb(t)::text FROM standalone_gateway_events t ORDER BY session_id, sequence",
              "SELECT to_jsonb(t)::text FROM standalone_gateway_jobs t ORDER BY job_id",
              "SELECT to_jsonb(t)::text FROM standalone_gateway_artifacts t ORDER BY artifact_id"})
            for (const Row& row : query(sql, {})) text += row[0] + "\n";
        return text;
    }

  private:
    std::vector<Row> query(const std::string& sql, const Row& parameters) {
        const std::lock_guard lock(mutex_);
        return run(sql, parameters);
    }

    std::vector<Row> run(const std::string& sql, const Row& parameters) {
        std::vector<const char*> values;
        for (const std::string& one : parameters) values.push_back(one.c_str());
        const std::unique_ptr<PGresult, Finish> result(PQexecParams(connection_.get(), sql.c_str(),
                                                                    static_cast<int>(values.size()), nullptr,
                                                                    values.data(), nullptr, nullptr, 0));
        const ExecStatusType status = PQresultStatus(result.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            throw std::runtime_error(sql + ": " + PQerrorMessage(connection_.get()));
        std::vector<Row> rows;
        for (int i = 0; i < PQntuples(result.get()); ++i) {
            Row row;
            for (int j = 0; j < PQnfields(result.get()); ++j)
                row.emplace_back(PQgetvalue(result.get(), i, j));
            rows.push_back(std::move(row));
        }
        return rows;
    }

    std::mutex mutex_;
    std::unique_ptr<PGconn, Finish> connection_;
};

}  // namespace

std::unique_ptr<Store> make_postgres_store(const std::string& url) {
    return std::make_unique<PostgresStore>(url);
}

}  // namespace cowork::test::smoke_gateway
