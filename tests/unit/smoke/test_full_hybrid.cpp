#include "smoke/registry.hpp"
#include "support/cloud_smoke_run.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

// The steps of full-hybrid that no other scenario has: one thread on several surfaces.

using namespace cowork;
using namespace cowork::test;
using namespace std::chrono_literals;

namespace {

constexpr auto scenario = catalogue::Intent::full_hybrid;
// What the fake of the Cloud can answer for; the gateway's own steps have tests of their own.
const std::vector<std::string> of_the_cloud{"cloud.*", "channel.*", "hybrid.*"};

struct Mutant {
    std::string_view step;
    std::string fault;
    std::string_view reason;
    std::chrono::milliseconds deadline{60'000};
    std::vector<std::string> besides{};  // steps that give it something to look at
    std::function<void(SmokeCloud&)> also{};
};

void no_agent(SmokeCloud& cloud) {
    cloud.update([](SmokeCloudOptions& options) { options.agents.emplace(); });
}
void no_binding(SmokeCloud& cloud) {
    cloud.override_path("/api/channels/sessions/bind", {.status = 403, .body = R"({"error":"no"})"});
}

const std::vector<Mutant>& mutants() {
    static const std::vector<Mutant> all{
        {"hybrid.tokens.minted", "token-scope-widened", "token.scope-widened"},
        {"hybrid.thread.created", "session-not-listed", "thread.not-seen"},
        {"hybrid.thread.created", "session-lost", "session.lost"},
        {"hybrid.thread.bound", "", "thread.not-bound", 60s, {}, no_binding},
        {"hybrid.thread.bound", "thread-not-found", "thread.not-found"},
        {"hybrid.thread.bound", "thread-other-session", "thread.other-session"},
        {"hybrid.thread.continued", "prompt-never-projected", "prompt.not-projected", 1'500ms},
        {"hybrid.thread.continued", "prompt-with-error", "prompt.failed"},
        {"hybrid.thread.continued", "", "prompt.agent-not-enabled", 60s, {}, no_agent},
        {"hybrid.prompts.concurrent", "prompt-lost", "prompts.lost", 1'500ms},
        {"hybrid.events.same", "events-never", "events.missing"},
        {"hybrid.events.same",
         "events-out-of-order",
         "events.out-of-order",
         60s,
         {"hybrid.thread.continued"}},
        {"hybrid.events.same",
         "events-duplicate-sequence",
         "events.same-number",
         60s,
         {"hybrid.prompts.concurrent"}},
        {"hybrid.cursor.kept", "cursor-not-kept", "cursor.not-kept"},
        {"hybrid.cursor.replayed", "events-never", "replay.not-from-the-beginning"},
        {"hybrid.tokens.revoked", "token-revoke-not-recorded", "token.not-revoked"},
        {"hybrid.tokens.revoked", "token-revoked-accepted", "token.revoked-accepted"},
    };
    return all;
}

}  // namespace

TEST_CASE("full-hybrid: a Cloud that misbehaves in one way fails the step that looks at it") {
    for (const Mutant& mutant : mutants()) {
        INFO(mutant.step << " with " << mutant.fault << ", expecting " << mutant.reason);
        SmokeCloudOptions options;
        if (!mutant.fault.empty()) options.faults = {mutant.fault};
        SmokeCloud cloud(options);
        if (mutant.also) mutant.also(cloud);
        CloudSmokeRun runner(cloud);
        runner.scenario = scenario;
        runner.timeout = 700ms;
        runner.deadline = mutant.deadline;
        std::vector<std::string> only = mutant.besides;
        only.emplace_back(mutant.step);
        const auto outcome = runner.run(only);
        const report::Row& row = row_of(outcome, mutant.step);
        INFO(row.summary.str() << " " << row.blocked_by);
        CHECK(row.reason_code == mutant.reason);
        const checks::Reason* reason = smoke::find_step(mutant.step)->reason(row.reason_code);
        REQUIRE(reason != nullptr);
        CHECK(reason->status == row.status);
    }
}

TEST_CASE("full-hybrid: none of its own steps is without its mutant") {
    std::set<std::string_view> covered;
    for (const Mutant& mutant : mutants()) covered.insert(mutant.step);
    for (const smoke::Step* step : smoke::steps_of(scenario)) {
        CAPTURE(step->id);
        if (step->id.starts_with("hybrid.")) CHECK(covered.count(step->id) == 1);
    }
}

TEST_CASE("full-hybrid: where all is well every step is ready, and the Cloud is as it was") {
    for (const bool at_once : {true, false}) {
        SmokeCloudOptions options;
        options.inline_commands = at_once;
        const SmokeCloud cloud(options);
        const FakeBucket bucket;
        const std::string before = cloud.state();
        CloudSmokeRun runner(cloud, &bucket);
        runner.scenario = scenario;
        const auto outcome = runner.run(of_the_cloud);
        for (const report::Row& row : outcome.rows) {
            if (row.id.starts_with("gateway.")) continue;
            INFO(row.id << ": " << row.reason_code << " " << row.summary.str());
            CHECK(row.status == Status::ready);
        }
        CHECK(outcome.leftovers.empty());
        CHECK(cloud.state() == before);
    }
}

TEST_CASE("full-hybrid: what a killed run leaves, the next one takes away") {
    const SmokeCloud any;
    CloudSmokeRun table(any);
    table.scenario = scenario;
    for (const std::string_view step : table.making_steps()) {
        CAPTURE(step);
        const SmokeCloud cloud;
        const std::string before = cloud.state();
        CloudSmokeRun first(cloud);
        first.scenario = scenario;
        first.id = id_of_the_dead();
        first.killed_after(step);
        CloudSmokeRun second(cloud);
        second.scenario = scenario;
        const auto outcome = second.run({"cloud.leftovers.removed"});
        CHECK(row_of(outcome, "cloud.leftovers.removed").status == Status::ready);
        CHECK(cloud.state() == before);
    }
}
