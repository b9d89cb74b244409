#include "probes/postgres.hpp"
#include "support/smoke_gateway_store.hpp"

#include <chrono>
#include <stdexcept>

namespace cowork::test::smoke_gateway {
namespace {

using probes::PostgresFailure;
using probes::PostgresLayer;
using probes::PostgresResult;
using probes::PostgresRow;
using Rows = PostgresResult<std::vector<PostgresRow>>;

std::string age_of(const MemoryStore::Row& row) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    return std::to_string((ms - row.created) / 1000);
}

// Told by verb and table what is asked; that the statements themselves are right is for the tests with a
// real server.
class Session : public probes::PostgresSession {
  public:
    explicit Session(MemoryStore& store) : store_(store) {}

    Rows query(const std::string& sql, const std::vector<std::string>& parameters, const Budget&) override {
        const auto about = [&](const char* text) { return sql.find(text) != std::string::npos; };
        if (sql.starts_with("BEGIN")) throw std::logic_error("the real probe gives up inside a transaction");
        if (about("DELETE FROM standalone_gateway_sessions")) {
            // As the real session, which cannot write until it is told to.
            if (!writable_)
                return tl::unexpected(PostgresFailure{PostgresLayer::query, "25006", "read-only"});
            store_.remove(parameters.at(0));
            return std::vector<PostgresRow>{};
        }
        if (sql == "SET default_transaction_read_only = off") {
            writable_ = true;
            return std::vector<PostgresRow>{};
        }
        if (about("FROM standalone_gateway_sessions")) return sessions(parameters.at(0));
        if (about("FROM standalone_gateway_events")) return events(parameters.at(0));
        if (about("FROM standalone_gateway_audit_events")) return denials(parameters.at(0));
        throw std::logic_error("the fake does not know how to answer: " + sql);
    }
    [[nodiscard]] int server_version() const override { return 150018; }
    [[nodiscard]] bool tls() const override { return false; }
    [[nodiscard]] std::chrono::microseconds connect_time() const override { return {}; }

  private:
    [[nodiscard]] std::vector<PostgresRow> sessions(const std::string& prefix) const {
        std::vector<PostgresRow> found;
        for (const auto& row : store_.rows())
            if (row.asked.chat_id.starts_with(prefix))
                found.push_back({row.id, row.opencode_id, row.status, row.asked.chat_id, age_of(row)});
        return found;
    }
    [[nodiscard]] std::vector<PostgresRow> events(const std::string& session_id) const {
        std::vector<PostgresRow> found;
        for (const auto& row : store_.rows())
            for (const auto& event : row.events)
                if (row.id == session_id)
                    found.push_back({std::to_string(event.sequence), event.type,
                                     std::to_string(event.created - row.events.front().created)});
        return found;
    }
    [[nodiscard]] std::vector<PostgresRow> denials(const std::string& actor) const {
        const auto audits = store_.all_audits();
        for (auto entry = audits.rbegin(); entry != audits.rend(); ++entry)
            if (entry->action == "standalone.prompt.denied" && entry->actor == actor)
                return {{entry->metadata.value("reason", "")}};
        return {};
    }

    MemoryStore& store_;
    bool writable_ = false;
};

class Probe : public probes::PostgresProbe {
  public:
    explicit Probe(MemoryStore& store) : store_(store) {}
    PostgresResult<std::unique_ptr<probes::PostgresSession>> connect(const probes::PostgresTarget&,
                                                                     const Budget&) override {
        return std::make_unique<Session>(store_);
    }

  private:
    MemoryStore& store_;
};

}  // namespace

std::unique_ptr<probes::PostgresProbe> make_memory_records(MemoryStore& store) {
    return std::make_unique<Probe>(store);
}

}  // namespace cowork::test::smoke_gateway
