#include "secrets/encodings.hpp"
#include "smoke/channel_ingress.hpp"
#include "unit/smoke/channel_world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>

using namespace cowork;
using namespace cowork::smoke;
using test::ChannelPlaceOptions;
using test::ChannelWorld;
using test::row_of;

namespace {

// A way in which one of the services misbehaves, and the step that says so.
struct Mutant {
    const char* step;
    const char* reason;
    ChannelPlaceOptions world;
    bool clean = true;      // the run can take away what it made
    const char* also = "";  // another step that rightly shows it: the gateway's own token is one as well
};

Mutant cloud(const char* step, const char* fault, const char* reason, bool clean = true) {
    return {step, reason, {.cloud_faults = {fault}}, clean};
}
Mutant gateway(const char* step, const char* fault, const char* reason) {
    return {step, reason, {.gateway_faults = {fault}}};
}

std::vector<Mutant> mutants() {
    return {
        cloud("cloud.liveness.answers", "livez-not-ok", "cloud.wrong-shape"),
        cloud("channel.agent.created", "agent-disabled", "agent.not-as-asked"),
        cloud("channel.agent.created", "agent-not-listed", "agent.not-listed"),
        cloud("channel.binding.created", "binding-other-agent", "binding.not-as-asked"),
        cloud("channel.binding.listed", "binding-not-listed", "binding.not-listed"),
        cloud("channel.binding.toggled", "binding-toggle-ignored", "binding.toggle-ignored", false),
        cloud("channel.identity.resolved", "identity-viewer", "identity.not-member"),
        cloud("channel.identity.resolved", "identity-pending", "identity.not-member"),
        cloud("channel.token.minted", "token-scope-widened", "token.scope-widened"),
        cloud("channel.token.minted", "token-expiry-ignored", "token.expiry-ignored"),
        cloud("channel.token.minted", "token-not-listed", "token.not-listed"),
        {"channel.token.recognised",
         "token.not-accepted",
         {.cloud_faults = {"token-not-accepted"}},
         true,
         "channel.gateway.ready"},
        {"channel.token.recognised",
         "token.other-identity",
         {.cloud_faults = {"token-other-identity"}},
         true,
         "channel.gateway.ready"},
        {"channel.token.recognised", "token.proves-nothing", {.open_cloud = true}},
        cloud("channel.token.least_privilege", "gateway-makes-agents", "token.makes-agents"),
        cloud("channel.token.least_privilege", "gateway-mints-tokens", "token.mints-tokens"),
        cloud("channel.token.granted", "binding-scope-ignored", "token.ungranted-served"),
        cloud("channel.token.granted", "token-grant-not-recorded", "token.grant-not-recorded"),
        cloud("channel.token.granted", "token-grant-without-effect", "token.grant-without-effect"),
        cloud("channel.token.revoked", "token-revoke-not-recorded", "token.revoke-not-recorded", false),
        cloud("channel.token.revoked", "token-revoked-accepted", "token.revoked-accepted"),
        gateway("channel.gateway.answers", "health-of-another", "gateway.wrong-product"),
        {"channel.gateway.ready", "gateway.provider-down", {.unhealthy = "slack"}},
        {"channel.operator.guarded", "operator-auth.endpoint-open", {.operator_endpoints_open = true}},
        gateway("channel.operator.guarded", "operator-any-token", "operator-auth.endpoint-open"),
        gateway("channel.diagnostics.redacted", "diagnostics-show-token", "diagnostics.shows-secret"),
        gateway("channel.ingress.unsigned_refused", "ingress-unsigned-accepted", "ingress.unsigned-accepted"),
        gateway("channel.ingress.bad_proof_refused", "ingress-bad-proof-accepted",
                "ingress.bad-proof-accepted"),
        gateway("channel.ingress.stale_refused", "ingress-stale-accepted", "ingress.stale-accepted"),
        gateway("channel.ingress.proof_admitted", "ingress-right-proof-refused",
                "ingress.right-proof-refused"),
        gateway("channel.ingress.replay_refused", "ingress-replay-accepted", "ingress.replay-accepted"),
    };
}

std::string told(const Outcome& outcome) {
    std::string all;
    for (const report::Row& row : outcome.rows)
        all += std::string(row.id) + ": " + std::string(to_string(row.status)) + " " +
               std::string(row.reason_code) + ": " + row.summary.str() + "\n";
    for (const Leftover& left : outcome.leftovers)
        all += "left: " + left.what.str() + ": " + left.why.str() + ": " + left.command.str() + "\n";
    return all;
}

}  // namespace

TEST_CASE("smoke cloud-gateway: with nothing wrong every step is ready, and nothing active is left") {
    ChannelWorld world;
    const Outcome outcome = world.exercise();
    INFO(told(outcome));
    for (const report::Row& row : outcome.rows) {
        INFO(row.id);
        CHECK(row.status == Status::ready);
    }
    CHECK(outcome.leftovers.empty());
    CHECK(world.cloud().state() == world.before());
    // What the product cannot delete is named.
    CHECK(outcome.stays.size() == 4);
}

TEST_CASE("smoke cloud-gateway: each way to misbehave is told by its own step, for its own reason") {
    for (const Mutant& mutant : mutants()) {
        CAPTURE(mutant.step, mutant.reason);
        ChannelWorld world(mutant.world);
        const Outcome outcome = world.exercise();
        INFO(told(outcome));
        const report::Row& row = row_of(outcome, mutant.step);
        CHECK(row.reason_code == mutant.reason);
        CHECK(row.status != Status::ready);
        CHECK_FALSE(row.recovery.action.empty());
        // Of the rest, only what needs that step has not held.
        for (const report::Row& other : outcome.rows)
            if (other.id != mutant.step && other.id != mutant.also && other.id != clean_up_id &&
                other.status != Status::ready)
                CHECK(other.reason_code == "dependency.not_ready");
        CHECK(row_of(outcome, clean_up_id).status ==
              (mutant.clean ? Status::ready : Status::action_required));
        CHECK(outcome.leftovers.empty() == mutant.clean);
        if (mutant.clean) CHECK(world.cloud().state() == world.before());
    }
}

TEST_CASE("smoke cloud-gateway: no step is without a mutant") {
    std::set<std::string_view> killed{"channel.leftovers.removed"};  // see below
    for (const Mutant& mutant : mutants()) {
        const Step* step = find_step(mutant.step);
        REQUIRE(step != nullptr);
        CHECK(step->reason(mutant.reason) != nullptr);
        killed.insert(step->id);
    }
    for (const Step* step : steps_of(catalogue::Intent::cloud_gateway)) {
        INFO(step->id);
        CHECK(killed.count(step->id) == 1);
    }
}

TEST_CASE("smoke cloud-gateway: what a killed run left, the next one turns off") {
    const std::size_t count = steps_of(catalogue::Intent::cloud_gateway).size();
    for (std::size_t after = 1; after <= count; ++after) {
        ChannelWorld world;
        world.exercise_and_die(after);
        CAPTURE(after, world.cloud().state());
        const Outcome outcome = world.exercise();
        INFO(told(outcome));
        CHECK(row_of(outcome, "channel.leftovers.removed").status == Status::ready);
        CHECK(world.cloud().state() == world.before());
    }
}

TEST_CASE("smoke cloud-gateway: what an earlier run left and the Cloud keeps is told, with the command") {
    ChannelWorld world;
    world.exercise_and_die(4);
    world.cloud().update(
        [](test::SmokeCloudOptions& options) { options.faults = {"binding-toggle-ignored"}; });
    const Outcome outcome = world.exercise();
    const report::Row& row = row_of(outcome, "channel.leftovers.removed");
    INFO(told(outcome));
    CHECK(row.reason_code == "leftovers.still-there");
    CHECK(row.recovery.command.str().find(
              "curl -X PATCH -H \"authorization: Bearer $OPEN_COWORK_CLOUD_TOKEN\" "
              "-H 'content-type: application/json' -d '{\"status\":\"disabled\"}' ") == 0);
    CHECK(row.recovery.command.str().find("/api/channels/bindings/cowork-smoke-") != std::string::npos);
}

TEST_CASE("smoke cloud-gateway: a run that is still on keeps its things") {
    ChannelWorld world;
    // Of this process, which lives.
    const std::string id = new_run_id();
    world.cloud().update(
        [](test::SmokeCloudOptions& options) { options.faults = {"binding-toggle-ignored"}; });
    (void)world.exercise(id);
    CHECK(world.cloud().state().find("binding cowork-smoke-" + id) != std::string::npos);
    world.cloud().update([](test::SmokeCloudOptions& options) { options.faults.clear(); });
    (void)world.exercise();
    CHECK(world.cloud().state().find("binding cowork-smoke-" + id) != std::string::npos);
}

TEST_CASE("smoke cloud-gateway: without an administrator's token nothing is made, and all else is tried") {
    ChannelWorld world;
    world.forget("OPEN_COWORK_CLOUD_TOKEN");
    const Outcome outcome = world.exercise();
    INFO(told(outcome));
    CHECK(row_of(outcome, "channel.agent.created").reason_code == "cloud.admin-token-missing");
    CHECK(row_of(outcome, "channel.token.minted").reason_code == "cloud.admin-token-missing");
    CHECK(row_of(outcome, "channel.gateway.ready").status == Status::ready);
    CHECK(row_of(outcome, "channel.ingress.replay_refused").status == Status::ready);
    CHECK(world.cloud().state() == world.before());
}

TEST_CASE("smoke cloud-gateway: where everybody is the owner, what was made without a token goes again too") {
    ChannelWorld world({.open_cloud = true});
    world.forget("OPEN_COWORK_CLOUD_TOKEN");
    const Outcome outcome = world.exercise();
    INFO(told(outcome));
    CHECK(row_of(outcome, "channel.identity.resolved").status == Status::ready);
    CHECK(row_of(outcome, "channel.token.revoked").status == Status::unknown);
    CHECK(world.cloud().state() == world.before());
}

TEST_CASE("smoke cloud-gateway: a wrong token is not tried so often that the Cloud shuts the machine out") {
    ChannelWorld world;
    world.set("OPEN_COWORK_CLOUD_TOKEN", "occ_tok_Wrong00000000000_wrongwrongwrongwrongwrong");
    const Outcome outcome = world.exercise();
    INFO(told(outcome));
    CHECK(row_of(outcome, "channel.agent.created").reason_code == "cloud.admin-token-refused");
    const auto requests = world.cloud().requests();
    CHECK(std::count_if(requests.begin(), requests.end(), [](const auto& request) {
              return request.authorization.find("occ_tok_Wrong") != std::string::npos;
          }) < 10);
}

TEST_CASE("smoke cloud-gateway: a Cloud that asks to wait is no failure") {
    ChannelWorld world;
    world.cloud().update([](test::SmokeCloudOptions& options) { options.rate_limit = 1; });
    const Outcome outcome = world.exercise();
    INFO(told(outcome));
    CHECK(row_of(outcome, "channel.agent.created").reason_code == "cloud.rate-limited");
    CHECK(row_of(outcome, "channel.agent.created").status == Status::unknown);
}

TEST_CASE("smoke cloud-gateway: answers of another shape end a step, and break nothing") {
    for (const char* body : {"[]", "null", "{}", "{\"agent\":[]}", "{\"agent\":{\"agentId\":7}}", "<html>",
                             "{\"token\":\"x\"}"}) {
        CAPTURE(body);
        ChannelWorld world;
        for (const char* path : {"/api/channels/agents", "/api/channels/bindings", "/api/channels/identities",
                                 "/api/channels/identities/resolve", "/api/api-tokens", "/auth/me"})
            world.cloud().override_path(path, {.status = 201, .body = body});
        for (const char* path : {"/health", "/ready", "/diagnostics", "/metrics"})
            world.gateway().override_path(path, {.status = 200, .body = body});
        const Outcome outcome = world.exercise();
        INFO(told(outcome));
        for (const report::Row& row : outcome.rows) CHECK(row.reason_code != "check.failed");
        CHECK(row_of(outcome, "channel.agent.created").status != Status::ready);
        CHECK(row_of(outcome, "channel.token.minted").status != Status::ready);
    }
}

TEST_CASE("smoke cloud-gateway: without an ingress its steps do not count") {
    ChannelWorld world({.ingress = false});
    const Outcome outcome = world.exercise();
    INFO(told(outcome));
    const report::Row& row = row_of(outcome, "channel.ingress.unsigned_refused");
    CHECK(row.reason_code == "ingress.not-configured");
    CHECK_FALSE(row.required);
}

TEST_CASE("smoke cloud-gateway: no more than four proofs that fail are sent to a provider") {
    ChannelWorld world;
    (void)world.exercise();
    std::map<std::string, int> posted;
    for (const auto& request : world.gateway().requests())
        if (request.method == "POST") ++posted[request.target];
    // One of each provider's is the right one.
    CHECK(posted["/webhooks/webhook"] == 5);
    CHECK(posted["/webhooks/slack"] == 5);
    CHECK(posted["/webhooks/telegram"] == 3);
    CHECK(posted["/webhooks/email"] == 3);
}

TEST_CASE("smoke cloud-gateway: no secret is in what a run tells") {
    ChannelWorld world({.gateway_faults = {"diagnostics-show-token"}});
    const Outcome outcome = world.exercise();
    std::string all = told(outcome);
    for (const report::Row& row : outcome.rows) {
        all += row.recovery.action.str() + row.recovery.command.str();
        for (const auto& probe : row.probes) all += probe.summary.str();
    }
    for (const char* secret : {"cgw-admin-77b1e0c9d2aa55", "whsec-4d1f0a9b7c63e2", "occ_tok_"})
        CHECK(all.find(secret) == std::string::npos);
}

// The digests are of `openssl dgst -sha256 -hmac`.
TEST_CASE("smoke cloud-gateway: requests are signed byte by byte") {
    const Secret wrong("no secret");
    const Ingress slack{rules::ChannelKind::slack, "slack", "/webhooks/slack",
                        Secret("8f742231b10e8888abcd99yyyzzz85a5")};
    const auto call = ingress_call(slack, Proof::right, "mark", 1531420618, wrong);
    CHECK(call.body == R"({"challenge":"mark","type":"url_verification"})");
    CHECK(call.headers ==
          std::vector<std::pair<std::string, std::string>>{
              {"x-slack-request-timestamp", "1531420618"},
              {"x-slack-signature", "v0=b417e89aadee24b2427985285c08921f91e1bbb4692ece907ea43da713d37f51"}});
    const Ingress webhook{rules::ChannelKind::signal, "signal", "/webhooks/signal",
                          Secret("whsec-4d1f0a9b7c63e2")};
    const auto other = ingress_call(webhook, Proof::right, "mark", 1531420618, wrong);
    CHECK(other.body == R"({"id":"mark"})");
    CHECK(other.headers.at(1) == std::pair<std::string, std::string>{
                                     "x-open-cowork-gateway-webhook-signature",
                                     "v1=649376e21bd8220a6272e7e4cf109d0868eba318454b134de49d079f5c81d4e0"});
}
