#pragma once

#include "probes/postgres.hpp"
#include "smoke/run.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// What the Standalone Gateway keeps of a chat in its Postgres (contract/standalone-gateway.md section 5).

// Why the database was not asked. Only `none` comes with a session.
enum class RecordsAbsence { none, memory_store, no_url, failed };

struct Records {
    RecordsAbsence absence = RecordsAbsence::none;
    probes::PostgresFailure failure;  // with failed
    std::unique_ptr<probes::PostgresSession> session;
};
// Read-only, until remove_chats() says otherwise.
[[nodiscard]] Records open_records(Run& run, const Budget& budget);

struct ChatSession {
    std::string id;
    std::string opencode_id;  // empty before OpenCode has one
    std::string status;       // running, idle, failed
    std::string chat_id;
    std::chrono::seconds age{};
};
// Of the chats that carry a mark.
[[nodiscard]] probes::PostgresResult<std::vector<ChatSession>> marked_sessions(
    probes::PostgresSession& session, const Budget& budget);

struct SessionEvent {
    std::int64_t sequence = 0;
    std::string type;
    std::chrono::milliseconds since_first{};
};
[[nodiscard]] probes::PostgresResult<std::vector<SessionEvent>> events_of(probes::PostgresSession& session,
                                                                          const std::string& session_id,
                                                                          const Budget& budget);

// The reason of the newest refusal to prompt that the gateway's audit trail has of that user, not older than
// that.
[[nodiscard]] probes::PostgresResult<std::optional<std::string>> denial_of(probes::PostgresSession& session,
                                                                           const std::string& user_id,
                                                                           std::chrono::seconds within,
                                                                           const Budget& budget);

// Deletes a session with its events, jobs and artifacts, or nothing. The audit trail stays.
[[nodiscard]] std::optional<probes::PostgresFailure> remove_session(probes::PostgresSession& session,
                                                                    const std::string& session_id,
                                                                    const Budget& budget);
// What does the same by hand, for every chat of that mark.
[[nodiscard]] std::string remove_command(std::string_view mark);

}  // namespace cowork::smoke
