#include "smoke/gateway_records.hpp"

#include "checks/database_layers.hpp"
#include "checks/gateway_database.hpp"
#include "core/shell_quote.hpp"
#include "rules/standalone_gateway.hpp"

#include <fmt/format.h>

#include <utility>

namespace cowork::smoke {
namespace {

using probes::PostgresFailure;
using probes::PostgresLayer;
using probes::PostgresResult;
using probes::PostgresRow;

constexpr const char* sessions_query =
    "SELECT session_id, coalesce(opencode_session_id, ''), status, external_chat_id, "
    "floor(extract(epoch FROM now() - created_at))::bigint FROM standalone_gateway_sessions "
    "WHERE starts_with(external_chat_id, $1) ORDER BY created_at";

constexpr const char* events_query =
    "SELECT sequence, type, floor(1000 * extract(epoch FROM created_at - first_value(created_at) OVER "
    "(ORDER BY sequence)))::bigint FROM standalone_gateway_events WHERE session_id = $1 ORDER BY sequence";

constexpr const char* denial_query =
    "SELECT metadata->>'reason' FROM standalone_gateway_audit_events "
    "WHERE action = 'standalone.prompt.denied' AND actor = $1 "
    "AND created_at > now() - make_interval(secs => $2::double precision) ORDER BY created_at DESC LIMIT 1";

// One statement, so that all of it happens or nothing.
constexpr const char* remove_statement =
    "WITH events AS (DELETE FROM standalone_gateway_events WHERE session_id = $1), "
    "jobs AS (DELETE FROM standalone_gateway_jobs WHERE session_id = $1), "
    "artifacts AS (DELETE FROM standalone_gateway_artifacts WHERE session_id = $1) "
    "DELETE FROM standalone_gateway_sessions WHERE session_id = $1";

std::string at(const PostgresRow& row, std::size_t column) {
    return column < row.size() && row[column] ? *row[column] : std::string{};
}

PostgresFailure odd_answer() { return {PostgresLayer::query, {}, "an answer of another shape"}; }

}  // namespace

Records open_records(Run& run, const Budget& budget) {
    const rules::GatewayView view = rules::view_gateway(run.context.config);
    Records records;
    if (view.memory_store || view.database_url.empty()) {
        records.absence = view.memory_store ? RecordsAbsence::memory_store : RecordsAbsence::no_url;
        return records;
    }
    const Secret url(view.database_url);
    auto session = run.context.postgres.connect(checks::gateway_database(view, url), budget);
    if (session) {
        records.session = std::move(*session);
    } else {
        records.absence = RecordsAbsence::failed;
        records.failure = session.error();
    }
    return records;
}

PostgresResult<std::vector<ChatSession>> marked_sessions(probes::PostgresSession& session,
                                                         const Budget& budget) {
    const auto rows = session.query(sessions_query, {std::string(mark_prefix)}, budget);
    if (!rows) return tl::unexpected(rows.error());
    std::vector<ChatSession> found;
    for (const PostgresRow& row : *rows) {
        if (row.size() != 5) return tl::unexpected(odd_answer());
        found.push_back(
            {at(row, 0), at(row, 1), at(row, 2), at(row, 3), std::chrono::seconds(checks::number(row[4]))});
    }
    return found;
}

PostgresResult<std::vector<SessionEvent>> events_of(probes::PostgresSession& session,
                                                    const std::string& session_id, const Budget& budget) {
    const auto rows = session.query(events_query, {session_id}, budget);
    if (!rows) return tl::unexpected(rows.error());
    std::vector<SessionEvent> found;
    for (const PostgresRow& row : *rows) {
        if (row.size() != 3) return tl::unexpected(odd_answer());
        found.push_back(
            {checks::number(row[0]), at(row, 1), std::chrono::milliseconds(checks::number(row[2]))});
    }
    return found;
}

PostgresResult<std::optional<std::string>> denial_of(probes::PostgresSession& session,
                                                     const std::string& user_id, std::chrono::seconds within,
                                                     const Budget& budget) {
    const auto rows = session.query(denial_query, {user_id, std::to_string(within.count())}, budget);
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    return at(rows->front(), 0);
}

std::optional<PostgresFailure> remove_session(probes::PostgresSession& session, const std::string& session_id,
                                              const Budget& budget) {
    // The session that the probe gives cannot write until it is told to, and gives up inside a transaction.
    if (auto done = session.query("SET default_transaction_read_only = off", {}, budget); !done)
        return done.error();
    if (auto done = session.query(remove_statement, {session_id}, budget); !done) return done.error();
    return std::nullopt;
}

std::string remove_command(std::string_view mark) {
    // Only marks get here, which need no quoting in SQL.
    const std::string of_mark = fmt::format(
        "IN (SELECT session_id FROM standalone_gateway_sessions WHERE starts_with(external_chat_id, '{}'))",
        mark);
    std::string sql = "BEGIN;";
    for (const char* table : {"events", "jobs", "artifacts", "sessions"})
        sql += fmt::format(" DELETE FROM standalone_gateway_{} WHERE session_id {};", table, of_mark);
    return fmt::format("psql \"${}\" -c {}", rules::gateway_key("DATABASE_URL"), shell_word(sql + " COMMIT"));
}

}  // namespace cowork::smoke
