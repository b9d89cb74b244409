#pragma once

#include "support/fake_server.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::test {

// The Cloud's web role with what it keeps: tokens, agents, bindings, identities, sessions with their events,
// artifacts, channel threads and deliveries (contract/cloud.md sections 2, 3 and 13, captures, and the
// product's packages/cloud-server). Facts that scenarios rest on, with the file that shows them:
//
//  - POST of an agent or a binding whose id exists answers 201 with the record as it is, unchanged: neither
//    status nor name of the request counts (postgres-domains: ON CONFLICT DO NOTHING). An id of another
//    organisation answers 409. A binding's agent must exist (404).
//  - Nothing deletes an agent, a binding, an identity, a session, an artifact, or a delivery. Agents and
//    bindings can be disabled (PATCH status), an identity too (identities/resolve with status disabled by an
//    admin), a delivery can be dead-lettered, a token revoked. A revoked token stays in the list for good.
//  - POST /api/sessions has no title: it is always "New session". A title comes in by
//    channels/sessions/bind or import/sessions, survives, and is found by GET /api/sessions?q=.
//  - Lists hold 100 by default and 500 at most (tokens, agents, bindings, identities, sessions, artifacts),
//    deliveries 50; agents, bindings and sessions with the newest change first.
//  - Markers fit into a token's name, an agent's id and name, a binding's id, displayName and settings, an
//    identity's externalUserId and metadata, a channel thread's chat and thread ids: 256 characters each.
//  - `after` of a stream of events: a positive integer, else Last-Event-ID, else 0; nonsense counts as 0.
//    Frames are `id: SEQUENCE`, `event: TYPE`, `data: {the event}`, after a first `: connected`;
//    `: keep-alive` comes every second.
//  - With auth mode none a good token still is what it is (authSource api_token, its scopes). Only a bad,
//    revoked or expired one counts as none: whoever sends it is the local owner.
//  - Agents and bindings need the scope admin, although the policy table names desktop too: the service
//    behind it refuses that with a 403 without policyCode (channel-domain-context.ts).
struct SmokeCloudOptions {
    // In which ways it misbehaves: see known_faults().
    std::set<std::string> faults{};
    bool open = false;  // auth mode none
    // There from the start: scopes admin, desktop, operator. Never part of state().
    std::string admin_token = "occ_tok_SmokeAdmin000000_3f9c1d7a8b2e40563f9c1d7a8b2e4056abcdefghijk";
    std::optional<std::vector<std::string>> agents{{"build"}};  // that prompts may name; none: any
    std::string role = "all-in-one";
    std::set<std::string> disabled_features{"webhooks"};
    bool workbench = true;         // the browser build is there
    bool desktop_sign_in = false;  // auth mode oidc, for /auth/desktop/config
    bool inline_commands = true;   // a prompt is done when it is answered; else right after
    int rate_limit = 0;            // requests a window, of one source; 0: none
    std::chrono::milliseconds rate_window{60'000};
    std::chrono::milliseconds keep_alive{1'000};  // between comments of a silent stream of events
    std::set<std::string> failing{};              // components of /readyz
    FakeServerOptions server{};
};

class SmokeCloud {
  public:
    // Throws std::invalid_argument for a fault that is not known.
    explicit SmokeCloud(SmokeCloudOptions options = {});
    SmokeCloud(const SmokeCloud&) = delete;
    SmokeCloud& operator=(const SmokeCloud&) = delete;
    ~SmokeCloud();

    // Every way to misbehave, each of which exactly one thing is wrong with.
    [[nodiscard]] static const std::set<std::string_view>& known_faults();

    [[nodiscard]] int port() const;
    [[nodiscard]] std::string url(const std::string& path = {}) const;
    [[nodiscard]] std::vector<RecordedRequest> requests() const;
    void update(const std::function<void(SmokeCloudOptions&)>& change);
    void override_path(const std::string& path, CannedAnswer answer);

    // Everything that exists and is active: usable tokens with their scopes and grants, active agents,
    // bindings and identities, pending deliveries and interactions, running sessions. A run that cleans up
    // leaves it as it was.
    [[nodiscard]] std::string state() const;
    // What the product cannot delete: sessions, artifacts, and all that was turned off. Only ever grows.
    [[nodiscard]] std::string remains() const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace cowork::test
