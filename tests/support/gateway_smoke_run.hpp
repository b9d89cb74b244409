#pragma once

#include "smoke/runner.hpp"
#include "support/smoke_gateway.hpp"
#include "support/smoke_opencode.hpp"
#include "support/smoke_rows.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cowork::test {

// What the services of a run are like, and in which ways they misbehave.
struct GatewaySmokeFaults {
    std::set<std::string> gateway{}, opencode{};                // their own
    std::set<std::string> silent_gateway{}, silent_opencode{};  // paths that are never answered
    int old_audits = 0;                                         // entries of the audit trail from before
};

// A Standalone Gateway with its OpenCode, in memory, and runs of the scenario gateway-only against them in
// this process.
class GatewaySmokeRun {
  public:
    explicit GatewaySmokeRun(const GatewaySmokeFaults& faults = {});

    std::string as_user = "alice";
    std::string id;            // of the run; empty: a new one
    bool records = true;       // smoke may look into what the gateway keeps; else it has a memory store
    std::string admin_token;   // that smoke knows
    std::string delivery_url;  // that both know
    std::chrono::milliseconds timeout{2'000}, deadline{60'000};

    // All steps, or those and what they need.
    [[nodiscard]] smoke::Outcome run(const std::vector<std::string>& only = {},
                                     const smoke::Observer& observer = {});
    // Everything that both services keep, except the audit trail.
    [[nodiscard]] std::string state() const { return gateway->state() + opencode->state(); }

    [[nodiscard]] std::string runtime_root() const { return directory_.path().string(); }

    std::unique_ptr<SmokeOpencode> opencode;
    std::unique_ptr<SmokeGateway> gateway;

  private:
    TempDir directory_;
};

}  // namespace cowork::test
