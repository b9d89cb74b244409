#include "net/url.hpp"
#include "smoke/registry.hpp"
#include "support/gateway_smoke_run.hpp"
#include "support/httplib_config.hpp"
#include "support/smoke_rows.hpp"
#include "support/tarpit.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

// The scenario gateway-only against a gateway and an OpenCode that are well, and that misbehave in one way.

using namespace cowork;
using namespace cowork::test;
using namespace std::chrono_literals;

namespace {

std::vector<const smoke::Step*> steps() { return smoke::steps_of(catalogue::Intent::gateway_only); }

struct Mutant {
    std::string name;
    GatewaySmokeFaults faults;
    std::string step, status, reason;  // how that step ends
    std::set<std::string> also{};      // steps that fail too, though they do not build on that one
    std::function<void(GatewaySmokeRun&)> prepare{};
    bool leaves = false;  // what the run made cannot be taken away
};

Mutant gateway(const std::string& fault, const std::string& step, const std::string& status,
               const std::string& reason, std::set<std::string> also = {}) {
    return {fault, {.gateway = {fault}}, step, status, reason, std::move(also)};
}

Mutant opencode(const std::string& fault, const std::string& step, const std::string& status,
                const std::string& reason, std::set<std::string> also = {}) {
    return {"OpenCode: " + fault, {.opencode = {fault}}, step, status, reason, std::move(also)};
}

Mutant with(Mutant mutant, std::function<void(GatewaySmokeRun&)> prepare) {
    mutant.prepare = std::move(prepare);
    return mutant;
}

Mutant leaving(Mutant mutant) {
    mutant.leaves = true;
    return mutant;
}

// Waiting for what never comes ends soon.
void in_a_hurry(GatewaySmokeRun& run) { run.deadline = 6s; }

// A run that has ended and left a session of OpenCode.
void leave_something(GatewaySmokeRun& run) {
    httplib::Client client(run.opencode->url());
    const nlohmann::json body{{"id", "ses_cowork-smoke-" + id_of_the_dead()},
                              {"location", {{"directory", run.runtime_root()}}}};
    REQUIRE(client.Post("/api/session", body.dump(), "application/json"));
}

constexpr const char* health = "gateway.health.answers";
constexpr const char* readiness = "gateway.readiness.complete";
constexpr const char* guarded = "gateway.operator.guarded";
constexpr const char* unknown_user = "gateway.webhook.unknown_user_denied";
constexpr const char* reachable = "gateway.opencode.reachable";
constexpr const char* created = "gateway.opencode.session_created";
constexpr const char* deleted = "gateway.opencode.session_deleted";
constexpr const char* accepted = "gateway.prompt.accepted";
constexpr const char* delivered = "gateway.prompt.delivered";
constexpr const char* is_signed = "gateway.delivery.signed";
constexpr const char* identified = "gateway.delivery.identified";
constexpr const char* stored = "gateway.prompt.stored";
constexpr const char* duplicate = "gateway.prompt.duplicate_recognised";
constexpr const char* needed = "action_required";

std::vector<Mutant> mutants() {
    return {
        leaving(with({"a leftover stays",
                      {.opencode = {"delete-refused"}},
                      "gateway.leftovers.removed",
                      needed,
                      "leftovers.still-there",
                      {deleted}},
                     leave_something)),
        gateway("health-fails", health, needed, "gateway.http-status", {readiness}),
        gateway("health-not-ok", health, needed, "gateway.wrong-shape", {readiness}),
        gateway("wrong-product", health, needed, "gateway.wrong-product", {readiness}),
        gateway("not-ready", readiness, "degraded", "gateway.not-ready"),
        gateway("provider-inactive", readiness, "degraded", "gateway.provider-inactive"),
        gateway("metrics-open", guarded, needed, "operator-auth.endpoint-open"),
        gateway("dashboard-open", guarded, needed, "operator-auth.endpoint-open"),
        gateway("ready-open", guarded, needed, "operator-auth.endpoint-open"),
        gateway("wrong-token-accepted", guarded, needed, "operator-auth.endpoint-open"),
        gateway("right-token-refused", guarded, needed, "operator-auth.token-refused", {readiness}),
        gateway("unsigned-accepted", "gateway.webhook.unsigned_refused", needed, "webhook.unsigned-accepted"),
        gateway("rate-limited", "gateway.webhook.unsigned_refused", "unknown", "gateway.rate-limited",
                {"gateway.webhook.bad_signature_refused", "gateway.webhook.stale_refused",
                 "gateway.webhook.future_refused", unknown_user, accepted}),
        gateway("bad-signature-accepted", "gateway.webhook.bad_signature_refused", needed,
                "webhook.bad-signature-accepted"),
        gateway("stale-accepted", "gateway.webhook.stale_refused", needed, "webhook.stale-accepted"),
        gateway("future-accepted", "gateway.webhook.future_refused", needed, "webhook.future-accepted"),
        gateway("signed-refused", unknown_user, needed, "webhook.signature-refused", {accepted}),
        gateway("unknown-user-executed", unknown_user, needed, "webhook.unknown-user-executed"),
        gateway("denial-not-audited", unknown_user, "unknown", "webhook.unknown-user-unproven"),
        gateway("webhook-fails", unknown_user, needed, "gateway.http-status", {accepted}),
        gateway("replay-accepted", "gateway.webhook.replay_refused", needed, "webhook.replay-accepted"),
        opencode("unhealthy", reachable, needed, "opencode.unhealthy", {readiness}),
        opencode("no-model", reachable, needed, "opencode.no-model"),
        opencode("session-not-created", created, needed, "opencode.session-not-created", {accepted}),
        opencode("session-elsewhere", created, needed, "opencode.session-not-found"),
        opencode("session-not-found", created, needed, "opencode.session-not-found"),
        leaving(opencode("delete-refused", deleted, needed, "opencode.session-not-deleted")),
        leaving(opencode("delete-ignored", deleted, needed, "opencode.session-not-deleted")),
        with({"the delivery port is taken",
              {},
              "gateway.delivery.listening",
              "unknown",
              "delivery.port-in-use"},
             [](GatewaySmokeRun& run) {
                 static const Tarpit other(Tarpit::silent());
                 run.delivery_url = "http://127.0.0.1:" + std::to_string(other.port()) + "/deliveries";
             }),
        with({"the delivery URL is elsewhere",
              {},
              "gateway.delivery.listening",
              "unknown",
              "delivery.not-loopback"},
             [](GatewaySmokeRun& run) { run.delivery_url = "https://receiver.example.test/deliveries"; }),
        gateway("known-user-refused", accepted, needed, "webhook.signature-refused"),
        opencode("prompt-fails", accepted, needed, "prompt.failed"),
        with(gateway("prompt-dropped", delivered, needed, "prompt.not-delivered"), in_a_hurry),
        with(gateway("delivery-dropped", delivered, needed, "prompt.not-delivered"), in_a_hurry),
        with({"a viewer prompts", {}, delivered, needed, "prompt.denied"},
             [](GatewaySmokeRun& run) { run.as_user = "viewer-1"; }),
        gateway("delivery-other-chat", delivered, needed, "delivery.other-chat"),
        gateway("delivery-unsigned", is_signed, needed, "delivery.unsigned"),
        gateway("delivery-other-secret", is_signed, needed, "delivery.signature-mismatch"),
        gateway("delivery-stale", is_signed, needed, "delivery.timestamp-stale"),
        gateway("delivery-without-id", identified, needed, "delivery.no-id"),
        gateway("delivery-other-id", identified, needed, "delivery.id-mismatch"),
        gateway("session-not-stored", stored, needed, "store.session-missing"),
        gateway("answer-not-stored", stored, needed, "store.events-missing"),
        gateway("sequence-gap", stored, needed, "store.sequence-gap"),
        gateway("duplicate-refused", duplicate, needed, "duplicate.refused"),
        gateway("duplicate-executed", duplicate, needed, "duplicate.executed-twice"),
        gateway("duplicate-delivered-anew", duplicate, needed, "duplicate.delivered-anew"),
        opencode("prompt-twice", duplicate, needed, "duplicate.executed-twice"),
    };
}

// The step and all that build on it.
std::set<std::string> built_on(const std::string& id) {
    std::set<std::string> found{id};
    for (const smoke::Step* step : steps())
        for (const std::string_view need : step->needs)
            if (found.count(std::string(need)) > 0) found.insert(std::string(step->id));
    return found;
}

std::string told(const smoke::Outcome& outcome) {
    std::string text;
    for (const report::Row& row : outcome.rows)
        text += std::string(row.id) + " " + std::string(to_string(row.status)) + " " +
                std::string(row.reason_code) + ": " + std::string(row.summary.view()) + " (" +
                std::to_string(row.duration.count() / 1000) + " ms)\n";
    return text;
}

void check_the_others(const Mutant& mutant, const smoke::Outcome& outcome) {
    const auto dependents = built_on(mutant.step);
    std::set<std::string> expected = mutant.also, failed;
    for (const std::string& one : mutant.also) expected.merge(built_on(one));
    for (const report::Row& row : outcome.rows) {
        const std::string id(row.id);
        if (id == smoke::clean_up_id || dependents.count(id) > 0) continue;
        // Told, whatever became of that one: not left out for its sake.
        if (row.reason_code == "dependency.not_ready") CHECK(row.blocked_by != mutant.step);
        if (row.status != Status::ready) failed.insert(id);
    }
    for (const std::string& one : failed) {
        INFO(one);
        CHECK(expected.count(one) == 1);
    }
    for (const std::string& one : mutant.also) {
        INFO(one);
        CHECK((failed.count(one) == 1 || dependents.count(one) == 1));
    }
}

}  // namespace

TEST_CASE("smoke: gateway-only is ready where all is well, and leaves nothing") {
    GatewaySmokeRun run;
    const std::string before = run.state();
    const auto outcome = run.run();
    INFO(told(outcome));
    CHECK(outcome.rows.size() == steps().size() + 1);
    for (const report::Row& row : outcome.rows) {
        INFO(row.id);
        CHECK(row.status == Status::ready);
    }
    CHECK(outcome.leftovers.empty());
    CHECK(run.state() == before);
    CHECK_FALSE(row_of(outcome, stored).evidence.empty());
}

TEST_CASE("smoke: without --as no prompt is sent, and nothing of it is required") {
    GatewaySmokeRun run;
    run.as_user.clear();
    const auto outcome = run.run();
    INFO(told(outcome));
    for (const report::Row& row : outcome.rows)
        if (row.required) CHECK(row.status == Status::ready);
    CHECK(row_of(outcome, accepted).status == Status::unknown);
    CHECK(run.gateway->audits().find("standalone.prompt ") == std::string::npos);
}

TEST_CASE("smoke: gateway-only with a memory store proves what can be seen from outside") {
    GatewaySmokeRun run;
    run.records = false;
    const auto outcome = run.run();
    INFO(told(outcome));
    CHECK(row_of(outcome, unknown_user).status == Status::ready);
    CHECK(row_of(outcome, stored).reason_code == "store.memory");
    CHECK(row_of(outcome, duplicate).status == Status::ready);
    CHECK(run.opencode->state().empty());
}

TEST_CASE("smoke: a denial is seen on a gateway whose metrics stand still at fifty") {
    GatewaySmokeRun run({.old_audits = 60});
    run.records = false;
    const auto outcome = run.run({unknown_user});
    INFO(told(outcome));
    CHECK(row_of(outcome, unknown_user).status == Status::ready);
}

TEST_CASE("smoke: a killed run's session of OpenCode is known by what was asked in it") {
    GatewaySmokeRun run;
    run.records = GENERATE(true, false);
    httplib::Client client(run.opencode->url());
    const auto ask = [&](const std::string& id, const std::string& text) {
        const nlohmann::json session{{"id", id}, {"location", {{"directory", run.runtime_root()}}}};
        REQUIRE(client.Post("/api/session", session.dump(), "application/json"));
        const nlohmann::json prompt{{"prompt", {{"text", text}}}};
        REQUIRE(client.Post("/api/session/" + id + "/prompt", prompt.dump(), "application/json"));
    };
    ask("ses_somebody", "what is cowork-smoke-?");
    const std::string before = run.state();
    ask("ses_of_the_dead", "pong? (cowork-smoke-" + id_of_the_dead() + ")");
    const auto outcome = run.run({"gateway.leftovers.removed"});
    INFO(told(outcome));
    CHECK(row_of(outcome, "gateway.leftovers.removed").status == Status::ready);
    CHECK(run.state() == before);
}

TEST_CASE("smoke: gateway-only tells each way to misbehave for its own reason") {
    for (const Mutant& mutant : mutants()) {
        DYNAMIC_SECTION(mutant.name << " fails " << mutant.step) {
            GatewaySmokeRun run(mutant.faults);
            if (mutant.prepare) mutant.prepare(run);
            const std::string before = run.state();
            const auto outcome = run.run();
            INFO(told(outcome));
            const report::Row& row = row_of(outcome, mutant.step);
            CHECK(to_string(row.status) == mutant.status);
            CHECK(row.reason_code == mutant.reason);
            CHECK(outcome.rows.size() == steps().size() + 1);
            check_the_others(mutant, outcome);
            const report::Row& clean_up = row_of(outcome, smoke::clean_up_id);
            if (mutant.leaves) {
                CHECK(clean_up.status == Status::action_required);
                for (const smoke::Leftover& left : outcome.leftovers)
                    CHECK_FALSE(left.command.view().empty());
            } else {
                CHECK(clean_up.status == Status::ready);
                CHECK(run.state() == before);
            }
        }
    }
}

TEST_CASE("smoke: every step of gateway-only has a mutant") {
    std::set<std::string> mutated;
    for (const Mutant& mutant : mutants()) mutated.insert(mutant.step);
    for (const smoke::Step* step : steps()) {
        INFO(step->id);
        CHECK(mutated.count(std::string(step->id)) == 1);
    }
    CHECK(mutated.size() == steps().size());
}

TEST_CASE("smoke: every way to misbehave that the stand-ins know is looked for") {
    std::set<std::string_view> gateways = SmokeGateway::known_faults();
    std::set<std::string_view> opencodes = SmokeOpencode::known_faults();
    for (const Mutant& mutant : mutants()) {
        for (const std::string& fault : mutant.faults.gateway) gateways.erase(fault);
        for (const std::string& fault : mutant.faults.opencode) opencodes.erase(fault);
    }
    // Nobody is let in by a signature that is written otherwise.
    CHECK(gateways == std::set<std::string_view>{"unprefixed-accepted"});
    CHECK(opencodes.empty());
}

TEST_CASE("smoke: a silent service costs a step no more than its time") {
    struct Silent {
        GatewaySmokeFaults where;
        std::set<std::string> steps;  // that wait for it
    };
    const std::vector<Silent> cases{
        {{.silent_gateway = {"/health"}}, {health}},
        {{.silent_gateway = {"/ready"}}, {readiness, guarded}},
        {{.silent_gateway = {"/metrics"}}, {readiness, guarded}},
        {{.silent_gateway = {"/webhooks/webhook"}},
         {"gateway.webhook.unsigned_refused", "gateway.webhook.stale_refused", unknown_user, accepted}},
        {{.silent_opencode = {"/api/health"}}, {reachable}},
        {{.silent_opencode = {"/api/session"}}, {created, accepted}},
        {{.silent_opencode = {"/session"}}, {"gateway.leftovers.removed"}},
    };
    for (const Silent& silent : cases) {
        GatewaySmokeRun run(silent.where);
        run.timeout = 200ms;
        run.deadline = 3s;
        const auto outcome = run.run();
        INFO(told(outcome));
        CHECK(outcome.rows.size() == steps().size() + 1);
        std::chrono::microseconds whole{};
        for (const report::Row& row : outcome.rows) {
            if (row.id == smoke::clean_up_id) continue;
            whole += row.duration;
            const smoke::Step& step = *smoke::find_step(row.id);
            INFO(row.id);
            CHECK(row.duration < step.budget + 2s);
            // Nothing else waits: a step that asks a service that answers is quick.
            if (row.status == Status::ready && row.id != duplicate) CHECK(row.duration < 4s);
        }
        for (const std::string& id : silent.steps) {
            INFO(id);
            CHECK(row_of(outcome, id).status != Status::ready);
        }
        // The deadline bounds them all; tidying up has a time of its own.
        CHECK(whole < run.deadline + 4s);
        CHECK(row_of(outcome, smoke::clean_up_id).duration < smoke::clean_up_budget + 2s);
    }
}
