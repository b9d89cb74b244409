#pragma once

#include "support/smoke_gateway.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

// What SmokeGateway keeps, in memory or in Postgres.
namespace cowork::test::smoke_gateway {

using Json = nlohmann::ordered_json;

struct Identity {
    std::string id, role, status;

    [[nodiscard]] bool may_prompt() const {
        return status == "active" && (role == "owner" || role == "admin" || role == "member");
    }
};

// Who asked what where.
struct NewSession {
    std::string provider, workspace, chat_id, thread_id, user_id, text;
};

struct Session {
    std::string id, opencode_id;
};

struct Audit {
    std::string action, actor;
    Json metadata;
};

struct Counts {
    int sessions = 0, jobs = 0, audits = 0;  // 50 each at most
};

class Store {
  public:
    virtual ~Store() = default;
    [[nodiscard]] virtual std::optional<Identity> identity(const std::string& provider,
                                                           const std::string& workspace,
                                                           const std::string& user) = 0;
    [[nodiscard]] virtual Session find_or_create(const NewSession& asked) = 0;
    // An empty OpenCode id leaves it as it is.
    virtual void update(const std::string& session_id, const std::string& opencode_id,
                        const std::string& status) = 0;
    // `skip` numbers are left out before it.
    virtual void append(const std::string& session_id, const std::string& type, const Json& payload,
                        int skip = 0) = 0;
    virtual void audit(const Audit& entry) = 0;
    [[nodiscard]] virtual Counts counts() = 0;
    [[nodiscard]] virtual std::vector<Audit> newest_audits() = 0;  // 50 at most
    [[nodiscard]] virtual std::string state() = 0;
};

[[nodiscard]] std::unique_ptr<Store> make_postgres_store(const std::string& url);

// A text that no other call gets, like a UUID.
[[nodiscard]] std::string unique_id();

class MemoryStore : public Store {
  public:
    struct Row {
        NewSession asked;
        std::string id, opencode_id, status = "idle";
        long long created = 0;  // Unix milliseconds
        int last_sequence = 0;
        struct Event {
            int sequence;
            std::string type;
            Json payload;
            long long created;
        };
        std::vector<Event> events;
    };

    explicit MemoryStore(const std::vector<SmokeGatewayOptions::Identity>& identities);

    [[nodiscard]] std::optional<Identity> identity(const std::string& provider, const std::string& workspace,
                                                   const std::string& user) override;
    [[nodiscard]] Session find_or_create(const NewSession& asked) override;
    void update(const std::string& session_id, const std::string& opencode_id,
                const std::string& status) override;
    void append(const std::string& session_id, const std::string& type, const Json& payload,
                int skip) override;
    void audit(const Audit& entry) override;
    [[nodiscard]] Counts counts() override;
    [[nodiscard]] std::vector<Audit> newest_audits() override;
    [[nodiscard]] std::string state() override;

    // For who looks into the tables.
    [[nodiscard]] std::vector<Row> rows() const;
    [[nodiscard]] std::vector<Audit> all_audits() const;
    void remove(const std::string& session_id);

  private:
    [[nodiscard]] Row* find(const std::string& session_id);

    mutable std::mutex mutex_;
    std::map<std::string, Identity> identities_;  // by user
    std::vector<Row> rows_;
    std::vector<Audit> audits_;
};

// The tables of the memory store, asked as smoke asks Postgres.
[[nodiscard]] std::unique_ptr<probes::PostgresProbe> make_memory_records(MemoryStore& store);

}  // namespace cowork::test::smoke_gateway
