#include "smoke/registry.hpp"
#include "support/cloud_smoke_run.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

// Each step of cloud-connect fails for its own reason when the Cloud misbehaves in that one way, and a run
// leaves nothing behind that is in force.

using namespace cowork;
using namespace cowork::test;
using namespace std::chrono_literals;

namespace {

constexpr auto scenario = catalogue::Intent::cloud_connect;

struct Mutant {
    std::string_view step;
    std::string fault;  // of the Cloud; empty: what `also` does
    std::string_view reason;
    std::function<void(SmokeCloud&)> also{};
    std::string bucket_fault{};
    std::chrono::milliseconds deadline{60'000};
    std::string token{SmokeCloudOptions{}.admin_token};
};

void everybody(SmokeCloud& cloud) {
    cloud.update([](SmokeCloudOptions& options) { options.open = true; });
}
void with_sign_in(SmokeCloud& cloud) {
    cloud.update([](SmokeCloudOptions& options) { options.desktop_sign_in = true; });
}
void no_agent(SmokeCloud& cloud) {
    cloud.update([](SmokeCloudOptions& options) { options.agents.emplace(); });
}
void no_page(SmokeCloud& cloud) {
    cloud.update([](SmokeCloudOptions& options) { options.workbench = false; });
}
std::function<void(SmokeCloud&)> answering(const std::string& path, int status, const std::string& body) {
    return [=](SmokeCloud& cloud) { cloud.override_path(path, {.status = status, .body = body}); };
}
std::function<void(SmokeCloud&)> without(std::string feature) {
    return [=](SmokeCloud& cloud) {
        cloud.update([&](SmokeCloudOptions& options) { options.disabled_features.insert(feature); });
    };
}

const std::vector<Mutant>& mutants() {
    static const std::vector<Mutant> all{
        {"cloud.leftovers.removed", "", "leftovers.not-looked-for", answering("/api/api-tokens", 500, "{}")},
        {"cloud.liveness.answers", "livez-not-ok", "cloud.wrong-shape"},
        {"cloud.liveness.answers", "", "cloud.no-web-role",
         answering("/livez", 200, R"({"ok":true,"role":"worker"})")},
        {"cloud.liveness.answers", "", "cloud.rate-limited", answering("/livez", 429, "{}")},
        {"cloud.readiness.complete", "readyz-not-ok", "cloud.not-ready"},
        {"cloud.readiness.complete", "", "cloud.object-store-failing",
         [](SmokeCloud& cloud) {
             cloud.update([](SmokeCloudOptions& options) { options.failing = {"object_store"}; });
         }},
        {"cloud.workbench.served", "workbench-no-bootstrap", "workbench.wrong-shape"},
        {"cloud.workbench.served", "workbench-no-assets", "workbench.wrong-shape"},
        {"cloud.workbench.served", "workbench-cached", "workbench.cached"},
        {"cloud.workbench.served", "csp-missing", "workbench.csp-missing"},
        {"cloud.workbench.served", "csp-default-src", "workbench.csp-weak"},
        {"cloud.workbench.served", "csp-connect-src", "workbench.csp-weak"},
        {"cloud.workbench.served", "csp-frame-ancestors", "workbench.csp-weak"},
        {"cloud.workbench.served", "", "workbench.not-built", no_page},
        {"cloud.sign_in.complete", "sign-in-incomplete", "sign-in.incomplete", with_sign_in},
        {"cloud.bootstrap.closed", "bootstrap-open", "cloud.open-access"},
        {"cloud.bootstrap.closed", "", "cloud.auth-none", everybody},
        {"cloud.bootstrap.wrong_token_refused", "token-bogus-accepted", "cloud.wrong-token-accepted"},
        {"cloud.bootstrap.wrong_token_refused", "", "cloud.auth-none", everybody},
        {"cloud.bootstrap.served", "config-empty", "cloud.bootstrap-incomplete"},
        {.step = "cloud.bootstrap.served", .fault = "", .reason = "cloud.token-missing", .token = ""},
        {.step = "cloud.bootstrap.served",
         .fault = "",
         .reason = "cloud.token-refused",
         .token = "occ_tok_Other00000000000_3f9c1d7a8b2e40563f9c1d7a8b2e4056abcdefghijk"},
        {"cloud.workspace.local_disabled", "workspace-local-files", "cloud.policy-not-disabled"},
        {"cloud.workspace.local_disabled", "workspace-local-stdio", "cloud.policy-not-disabled"},
        {"cloud.workspace.local_disabled", "workspace-machine-runtime", "cloud.policy-not-disabled"},
        {"cloud.request_id.echoed", "request-id-dropped", "cloud.request-id-lost"},
        {"cloud.token.identified", "", "cloud.wrong-identity",
         answering("/auth/me", 200, R"({"principal":{"authSource":"cookie"}})")},
        {"cloud.token.identified", "", "cloud.auth-none", everybody},
        {"cloud.operator.closed", "operator-open", "cloud.operator-open"},
        {"cloud.operator.closed", "", "cloud.auth-none", everybody},
        {"cloud.runtime.told", "", "cloud.runtime-incomplete",
         answering("/api/runtime/status", 200, R"({"role":"web"})")},
        {"cloud.heartbeats.fresh", "heartbeats-missing", "heartbeats.missing"},
        {"cloud.heartbeats.fresh", "heartbeats-stale", "heartbeats.stale"},
        {"cloud.metrics.served", "metrics-without-marker", "metrics.without-marker"},
        {"cloud.session.created", "", "session.wrong-shape", answering("/api/sessions", 201, "{}")},
        {"cloud.session.created", "", "cloud.feature-off", without("chat")},
        {"cloud.session.listed", "session-not-listed", "session.not-listed"},
        {"cloud.session.listed", "session-lost", "session.lost"},
        {"cloud.artifact.round_trip", "artifact-changed", "artifact.changed"},
        {"cloud.artifact.round_trip", "artifact-not-listed", "artifact.not-listed"},
        {"cloud.artifact.round_trip", "artifact-lost", "artifact.lost"},
        {"cloud.artifact.round_trip", "", "cloud.feature-off", without("artifacts")},
        {.step = "cloud.prompt.answered",
         .fault = "prompt-never-projected",
         .reason = "prompt.not-projected",
         .deadline = 1'500ms},
        {"cloud.prompt.answered", "prompt-with-error", "prompt.failed"},
        {"cloud.prompt.answered", "", "prompt.agent-not-enabled", no_agent},
        {"cloud.session_events.followed", "events-never", "events.missing"},
        {"cloud.session_events.followed", "events-id-not-sequence", "events.id-mismatch"},
        {"cloud.session_events.followed", "events-out-of-order", "events.out-of-order"},
        {"cloud.session_events.resumed", "events-skip-after-cursor", "events.skipped"},
        {"cloud.session_events.resumed", "events-from-the-beginning", "events.repeated"},
        {"cloud.workspace_events.told", "events-no-created", "events.created-missing"},
        {"cloud.session.aborted", "abort-ignored", "session.not-aborted"},
        {.step = "cloud.object_store.round_trip",
         .fault = "",
         .reason = "object-store.put-refused",
         .bucket_fault = "put-denied"},
        {.step = "cloud.object_store.round_trip",
         .fault = "",
         .reason = "object-store.get-refused",
         .bucket_fault = "get-denied"},
        {.step = "cloud.object_store.round_trip",
         .fault = "",
         .reason = "object-store.changed",
         .bucket_fault = "changed"},
        {.step = "cloud.object_store.round_trip",
         .fault = "",
         .reason = "object-store.not-deleted",
         .bucket_fault = "delete-ignored"},
        {"cloud.token.minted", "token-scope-widened", "token.scope-widened"},
        {"cloud.token.minted", "token-expiry-ignored", "token.expiry-ignored"},
        {"cloud.token.minted", "token-not-listed", "token.not-listed"},
        {"cloud.token.usable", "token-not-accepted", "token.not-usable"},
        {"cloud.token.held_to_scope", "operator-scope-ignored", "token.scope-ignored"},
        {"cloud.token.revoked", "token-revoke-not-recorded", "token.not-revoked"},
        {"cloud.token.refused_afterwards", "token-revoked-accepted", "token.revoked-accepted"},
        {"cloud.token.refused_afterwards", "", "cloud.auth-none", everybody},
    };
    return all;
}

// The artifact gives a session a second event, so that there is an order, and something to resume.
std::vector<std::string> steps_for(std::string_view step) {
    if (step.rfind("cloud.session_events.", 0) == 0) return {std::string(step), "cloud.artifact.round_trip"};
    return {std::string(step)};
}

}  // namespace

TEST_CASE("cloud-connect: a service that misbehaves in one way fails the step that looks at it") {
    for (const Mutant& mutant : mutants()) {
        INFO(mutant.step << " with " << mutant.fault << mutant.bucket_fault << ", expecting "
                         << mutant.reason);
        SmokeCloudOptions options;
        if (!mutant.fault.empty()) options.faults = {mutant.fault};
        SmokeCloud cloud(options);
        if (mutant.also) mutant.also(cloud);
        const FakeBucket bucket(mutant.bucket_fault);
        CloudSmokeRun runner(cloud, &bucket);
        runner.timeout = 700ms;
        runner.deadline = mutant.deadline;
        runner.token = mutant.token;
        const auto outcome = runner.run(steps_for(mutant.step));
        const report::Row& row = row_of(outcome, mutant.step);
        INFO(row.summary.str());
        CHECK(row.reason_code == mutant.reason);
        CHECK(row.status != Status::ready);
        // What the row may end with is what it says it may end with, in the same status.
        const checks::Reason* reason = smoke::find_step(mutant.step)->reason(row.reason_code);
        REQUIRE(reason != nullptr);
        CHECK((reason->status == row.status || row.status == Status::offline));
    }
}

TEST_CASE("cloud-connect: no step is without its mutant") {
    std::set<std::string_view> covered;
    for (const Mutant& mutant : mutants()) covered.insert(mutant.step);
    for (const smoke::Step* step : smoke::steps_of(scenario)) {
        CAPTURE(step->id);
        CHECK(covered.count(step->id) == 1);
    }
}

TEST_CASE("cloud-connect: where all is well every step is ready, and the Cloud is as it was") {
    const SmokeCloud cloud;
    const FakeBucket bucket;
    const std::string before = cloud.state();
    CloudSmokeRun runner(cloud, &bucket);
    const auto outcome = runner.run();
    for (const report::Row& row : outcome.rows) {
        INFO(row.id << ": " << row.reason_code << " " << row.summary.str());
        CHECK(row.status == Status::ready);
    }
    CHECK(outcome.leftovers.empty());
    CHECK(cloud.state() == before);
    CHECK(bucket.objects().empty());
    CHECK(cloud.remains().find("session") != std::string::npos);
    CHECK_FALSE(outcome.stays.empty());
}

TEST_CASE("cloud-connect: the Cloud's limit of refusals is kept") {
    const SmokeCloud cloud;
    CloudSmokeRun runner(cloud);
    (void)runner.run();
    std::size_t unsigned_requests = 0;
    for (const RecordedRequest& request : cloud.requests())
        if (request.authorization.empty() && request.target.rfind("/api/", 0) == 0) ++unsigned_requests;
    // A wrong and a revoked token come on top; ten in a minute shut the source out.
    CHECK(unsigned_requests + 2 <= 7);
}

TEST_CASE("cloud-connect: what cannot be proven without a scope or a setting does not fail the run") {
    const SmokeCloud cloud;
    const auto mint = probes::make_http_client();
    probes::HttpCall call;
    const Secret admin(SmokeCloudOptions{}.admin_token);
    call.url = cloud.url("/api/api-tokens");
    call.method = "POST";
    call.bearer = &admin;
    call.body = R"({"name":"desktop of a user","scopes":["desktop"]})";
    const auto answer = mint->call_one(call, Budget::lasting(5s));
    REQUIRE(answer.status == 201);
    const auto at = answer.body.find("\"plaintext\":\"") + 13;
    CloudSmokeRun runner(cloud);
    runner.token = answer.body.substr(at, answer.body.find('"', at) - at);
    const std::string before = cloud.state();
    const auto outcome = runner.run();
    for (const report::Row& row : outcome.rows) {
        INFO(row.id << ": " << row.reason_code << " " << row.summary.str());
        if (row.required) CHECK(row.status == Status::ready);
    }
    for (const char* step :
         {"cloud.runtime.told", "cloud.heartbeats.fresh", "cloud.metrics.served", "cloud.token.minted"})
        CHECK(row_of(outcome, step).reason_code == "cloud.token-scope");
    CHECK(row_of(outcome, "cloud.object_store.round_trip").reason_code == "object-store.no-settings");
    CHECK(cloud.state() == before);
}

TEST_CASE("cloud-connect: what a killed run leaves, the next one takes away") {
    const SmokeCloud any;
    for (const std::string_view step : CloudSmokeRun(any).making_steps()) {
        CAPTURE(step);
        const SmokeCloud cloud;
        const FakeBucket bucket;
        const std::string before = cloud.state();
        CloudSmokeRun first(cloud, &bucket);
        first.id = id_of_the_dead();
        first.killed_after(step);
        CloudSmokeRun second(cloud, &bucket);
        const auto outcome = second.run({"cloud.leftovers.removed"});
        CHECK(row_of(outcome, "cloud.leftovers.removed").status == Status::ready);
        CHECK(cloud.state() == before);
        CHECK(bucket.objects().empty());
    }
}

TEST_CASE("cloud-connect: objects of the dead are swept, those of the living are not") {
    const SmokeCloud cloud;
    FakeBucket bucket;
    const std::string dead = "cowork-smoke/cowork-smoke-" + id_of_the_dead();
    const std::string living = "cowork-smoke/cowork-smoke-" + smoke::new_run_id();
    for (const std::string& key : {dead, living, std::string("cowork-smoke/else"), std::string("other")})
        bucket.put(key, "bytes");
    CloudSmokeRun runner(cloud, &bucket);
    const auto outcome = runner.run({"cloud.leftovers.removed"});
    CHECK(row_of(outcome, "cloud.leftovers.removed").status == Status::ready);
    CHECK(bucket.objects().count(dead) == 0);
    CHECK(bucket.objects().size() == 3);
}

TEST_CASE(
    "cloud-connect: a Cloud that is silent costs the time of one request a step, and is told as offline") {
    SmokeCloudOptions slow;
    slow.server.delay = 1s;
    const SmokeCloud silent(slow);
    CloudSmokeRun waiting(silent);
    waiting.timeout = 200ms;
    const auto began = std::chrono::steady_clock::now();
    const auto outcome = waiting.run({"cloud.liveness.answers"});
    CHECK(std::chrono::steady_clock::now() - began < 900ms);
    CHECK(row_of(outcome, "cloud.liveness.answers").status == Status::offline);
    CHECK(row_of(outcome, "cloud.liveness.answers").reason_code == "cloud.silent");
}

TEST_CASE("cloud-connect: a token that could not be revoked is told with the command that revokes it") {
    SmokeCloudOptions options;
    options.faults = {"token-revoke-not-recorded"};
    const SmokeCloud cloud(options);
    CloudSmokeRun runner(cloud);
    const auto outcome = runner.run({"cloud.token.minted"});
    REQUIRE(outcome.leftovers.size() == 1);
    const std::string command = outcome.leftovers[0].command.str();
    CAPTURE(command);
    CHECK(command.find("curl -X DELETE") == 0);
    CHECK(command.find("/api/api-tokens/tok_") != std::string::npos);
    CHECK(command.find("OPEN_COWORK_CLOUD_TOKEN") != std::string::npos);
    CHECK(command.find(runner.token) == std::string::npos);
    CHECK(row_of(outcome, smoke::clean_up_id).status == Status::action_required);
}

TEST_CASE(
    "cloud-connect: of a Cloud that lets everybody in nothing is said about tokens, and the rest is proven") {
    for (const std::string& token : {std::string{}, SmokeCloudOptions{}.admin_token}) {
        SmokeCloudOptions options;
        options.open = true;
        const SmokeCloud cloud(options);
        const std::string before = cloud.state();
        CloudSmokeRun runner(cloud);
        runner.token = token;
        const auto outcome = runner.run();
        const std::set<std::string_view> unprovable{
            "cloud.bootstrap.closed", "cloud.bootstrap.wrong_token_refused", "cloud.token.identified",
            "cloud.operator.closed", "cloud.token.refused_afterwards"};
        for (const report::Row& row : outcome.rows) {
            INFO(row.id << ": " << row.reason_code << " " << row.summary.str());
            if (unprovable.count(row.id) == 1)
                CHECK(row.reason_code == "cloud.auth-none");
            else if (row.id != "cloud.object_store.round_trip")
                CHECK(row.status == Status::ready);
        }
        CHECK(cloud.state() == before);
    }
}
