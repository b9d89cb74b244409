#pragma once

#include "support/fake_server.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::probes {
class PostgresProbe;
}

namespace cowork::test {

// The Standalone Gateway with what it keeps (contract/standalone-gateway.md sections 3 to 5, captures, and
// the product's apps/standalone-gateway and packages/gateway-provider-webhook). Facts that the scenario rests
// on, with the file that shows them:
//
//  - A webhook is answered 202 once it is handled: after the prompt has run and its answer was delivered
//    (server.ts, webhook-provider.ts). When the prompt fails, the answer is 500 and the signature may be used
//    again; when only the delivery fails, it is 202 and the audit says standalone.reply.failed (runtime.ts).
//  - An unknown id is 500, but only after the limits and the JSON: bad JSON is 400 for any id. An empty body
//    counts as {}, and is then 401. A signed body of the wrong shape is 500, and its signature is used up.
//  - Replays are known by timestamp and signature, for 300 s after receipt; both limits count per source and
//    webhook id, and a request that is turned away for its signature counts for both.
//  - Messages of one chat and thread are handled one after another; a thread is its chat without threadId.
//  - The first event of a session is session.created; a prompt adds user.message and an assistant.message for
//    each text that OpenCode ends; only a failure adds session.error. OpenCode's other events are not kept.
//  - The prompt's id for OpenCode is `msg_` and the first 24 digits of the SHA-256 of
//    "open-cowork-standalone-prompt", NUL, "standalone:channel:PROVIDER:WORKSPACE:EVENTID" (opencode.ts). So
//    a repeated event is admitted once; its answer is delivered again, under the same id, and both messages
//    are added to the session's events once more.
//  - The metrics' sessions, jobs and audit events are counted in a snapshot that holds 50 of each at most
//    (postgres-repository.ts): from the fiftieth on they stand still. The dashboard shows the newest 50.
//  - Nothing in the product deletes a session, except its retention.
struct SmokeGatewayOptions {
    struct Identity {
        std::string user, role = "owner", status = "active";
    };

    // In which ways it misbehaves: see known_faults().
    std::set<std::string> faults{};
    std::string admin_token = "sgw-admin-3f9c1d7a8b2e4056";
    std::string provider = "webhook";  // its id; the kind is always webhook
    std::string webhook_secret = "whsec-51a7c0ffee91d0c2a7731f4be";
    std::string delivery_url{};
    std::string opencode_url{};
    std::string runtime_root = "/srv/work";
    std::chrono::milliseconds execution_timeout{30'000};
    // Where it keeps things: a database with the gateway's schema, or, when empty, memory.
    std::string database_url{};
    int old_audits = 0;  // entries of the audit trail from before, in memory
    // Of the memory store; a database has its own.
    std::vector<Identity> identities{{.user = "alice"}, {.user = "viewer-1", .role = "viewer"}};
    FakeServerOptions server{};
};

class SmokeGateway {
  public:
    // Throws std::invalid_argument for a fault that is not known.
    explicit SmokeGateway(SmokeGatewayOptions options = {});
    SmokeGateway(const SmokeGateway&) = delete;
    SmokeGateway& operator=(const SmokeGateway&) = delete;
    ~SmokeGateway();

    // Every way to misbehave, each of which exactly one thing is wrong with.
    [[nodiscard]] static const std::set<std::string_view>& known_faults();

    [[nodiscard]] int port() const;
    [[nodiscard]] std::string url(const std::string& path = {}) const;
    [[nodiscard]] std::vector<RecordedRequest> requests() const;

    // Every session, its events and every job, one a line. A run that cleans up leaves it as it was.
    [[nodiscard]] std::string state() const;
    // The audit trail, `ACTION ACTOR REASON` a line, which nobody can clean up.
    [[nodiscard]] std::string audits() const;

    // The memory store, as if it were the gateway's Postgres: what smoke asks of it. Must not outlive this.
    [[nodiscard]] std::unique_ptr<probes::PostgresProbe> records() const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace cowork::test
