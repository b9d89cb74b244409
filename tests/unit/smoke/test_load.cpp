#include "rules/standalone_gateway.hpp"
#include "smoke/load.hpp"
#include "support/fake_client.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <string>

using namespace cowork;
using namespace cowork::smoke;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

probes::HttpAnswer slow(probes::HttpAnswer answer, std::chrono::microseconds took) {
    answer.timing.total = took;
    return answer;
}

// A gateway at its default place, with a token.
struct World {
    test::FakeWorld fake;
    test::FakeClient client;
    std::unique_ptr<Run> made;

    explicit World(bool token = true) {
        if (token)
            fake.config.set(rules::gateway_key("ADMIN_TOKEN"), Secret("tok-0f1e2d3c4b5a6978"),
                            {"test", 1, 1, rules::gateway_key("ADMIN_TOKEN")});
    }
    Run& run(std::chrono::milliseconds deadline = 30s) {
        made = std::make_unique<Run>(*fake.context(deadline), client, fake.redactor, SmokeWishes{}, "test");
        return *made;
    }
};

LoadResult load(World& world, LoadWishes wishes, std::chrono::milliseconds deadline = 30s) {
    Run& run = world.run(deadline);
    return run_load(run, operations_of(catalogue::Intent::gateway_only, run), wishes);
}

const LoadSummary& summary(const LoadResult& result, std::string_view name) {
    for (const auto& [operation, summary] : result.operations)
        if (operation->name == name) return summary;
    throw std::logic_error("no such operation");
}

// Every profile sends faster in these tests: the pace is what one of them is about.
catalogue::LoadProfile hurried(std::string_view name = "private-beta") {
    catalogue::LoadProfile profile = *catalogue::find_load_profile(name);
    profile.requests_per_second = 100'000;
    return profile;
}

}  // namespace

TEST_CASE("load: every operation is repeated, and its latencies are ranked") {
    World world;
    std::atomic<int> health{0};
    world.client.answer = [&](const probes::HttpCall& call) {
        const bool is_health = call.url.ends_with("/health");
        return slow(test::json_answer("{}"), is_health ? std::chrono::milliseconds(++health) : 1ms);
    };
    const auto profile = hurried();
    const auto result = load(world, {100, 4, &profile});
    CHECK(result.operations.size() == 3);
    CHECK(result.overall.count == 300);
    const LoadSummary& health_summary = summary(result, "gateway-health");
    CHECK(health_summary.count == 100);
    CHECK(health_summary.p50 == 50);
    CHECK(health_summary.p95 == 95);
    CHECK(health_summary.p99 == 99);
    CHECK(health_summary.statuses.at(200) == 100);
    CHECK(health_summary.error_rate() == 0);
}

TEST_CASE("load: without a token only what needs none is repeated") {
    World world(false);
    Run& run = world.run();
    const auto operations = operations_of(catalogue::Intent::gateway_only, run);
    CHECK(operations.size() == 2);
    for (const LoadOperation* operation : operations) CHECK(operation->auth == LoadAuth::none);
}

TEST_CASE("load: errors and slowness fail for their own reason") {
    struct Case {
        const char* what;
        int failing;  // of a hundred answers of /health
        std::chrono::milliseconds took;
        const char* code;
    };
    const Case cases[] = {{"well", 0, 10ms, ""},
                          {"within the rate", 3, 10ms, ""},
                          {"too many errors", 4, 10ms, "load.errors"},
                          {"too slow", 0, 1001ms, "load.slow"}};
    for (const Case& one : cases) {
        CAPTURE(one.what);
        World world;
        int answered = 0;
        world.client.answer = [&](const probes::HttpCall& call) {
            if (!call.url.ends_with("/health")) return slow(test::json_answer("{}"), 1ms);
            return slow(test::json_answer("{}", ++answered <= one.failing ? 500 : 200), one.took);
        };
        const auto profile = hurried();
        const LoadWishes wishes{100, 1, &profile};
        const auto result = load(world, wishes);
        const auto rows = load_rows(result, wishes, world.fake.redactor);
        CHECK(rows.front().id == "load.gateway_health.held");
        CHECK(rows.front().reason_code == one.code);
        // Four of three hundred is still above what the profile allows in all.
        const bool met = std::string_view(one.code).empty();
        CHECK(rows.back().id == load_profile_id);
        CHECK(rows.back().reason_code == (met ? "" : "load.gate-failed"));
    }
}

TEST_CASE("load: without a profile one error fails, and slowness does not") {
    World world;
    int answered = 0;
    world.client.answer = [&](const probes::HttpCall&) {
        return ++answered == 3 ? test::failed_answer(probes::HttpFailure::closed, "gone")
                               : slow(test::json_answer("{}"), 20s);
    };
    LoadWishes wishes{2, 1, nullptr};
    const auto result = load(world, wishes);
    const auto rows = load_rows(result, wishes, world.fake.redactor);
    CHECK(rows.size() == 3);
    int failed = 0;
    for (const auto& row : rows) failed += row.reason_code == "load.errors" ? 1 : 0;
    CHECK(failed == 1);
    CHECK(result.overall.errors.front().view() == "gone");
}

TEST_CASE("load: a page instead of an answer is an error") {
    World world;
    world.client.answer = [](const probes::HttpCall&) { return test::text_answer("<html>", "text/html"); };
    const auto result = load(world, {2, 1, nullptr});
    CHECK(result.overall.failures == result.overall.count);
}

TEST_CASE("load: 429 is waited out, as long as Retry-After says") {
    World world;
    std::atomic<int> answered{0};
    world.client.answer = [&](const probes::HttpCall&) {
        if (++answered > 2) return slow(test::json_answer("{}"), 1ms);
        probes::HttpAnswer answer = test::json_answer("{}", 429);
        answer.headers.emplace_back("retry-after", "1");
        return answer;
    };
    const auto profile = hurried();
    const auto began = std::chrono::steady_clock::now();
    const auto result = load(world, {1, 1, &profile});
    // The first was turned away before the check began, when the metrics were asked for.
    CHECK(std::chrono::steady_clock::now() - began >= 1s);
    CHECK(result.waits == 1);
    CHECK(result.overall.failures == 0);
}

TEST_CASE("load: a source that is turned away for longer than the deadline is told as that") {
    World world;
    world.client.answer = [](const probes::HttpCall&) {
        probes::HttpAnswer answer = test::json_answer("{}", 429);
        answer.headers.emplace_back("retry-after", "60");
        return answer;
    };
    const auto result = load(world, {2, 2, nullptr}, 200ms);
    CHECK(result.overall.failures == result.overall.count);
    CHECK(result.overall.statuses.at(429) == result.overall.count);
}

TEST_CASE("load: the pace is kept over all workers") {
    World world;
    world.client.answer = [](const probes::HttpCall&) { return slow(test::json_answer("{}"), 1ms); };
    auto profile = hurried();
    profile.requests_per_second = 20;
    const auto began = std::chrono::steady_clock::now();
    const auto result = load(world, {4, 8, &profile});
    CHECK(result.overall.count == 12);
    CHECK(std::chrono::steady_clock::now() - began >= 11 * 50ms);
}

TEST_CASE("load: the record is what the product's own report is") {
    World world;
    world.fake.environment.emplace_back("OPEN_COWORK_EVIDENCE_COMMIT_SHA",
                                        "0123456789abcdef0123456789abcdef01234567");
    int scraped = 0;
    world.client.answer = [&](const probes::HttpCall& call) {
        if (call.url.ends_with("/metrics"))
            return slow(test::text_answer("open_cowork_gateway_delivery_dead_letters_total{a=\"b\"} " +
                                              std::to_string(++scraped) + "\n",
                                          "text/plain"),
                        1ms);
        return slow(test::json_answer("{}"), 1500us);
    };
    const auto profile = hurried("local-self-host-beta");
    const LoadWishes wishes{3, 2, &profile};
    const auto result = load(world, wishes);
    const json record = json::parse(load_record(result, wishes, *world.made, "cowork smoke gateway-only"));
    CHECK(record["mode"] == "load");
    CHECK(record["profileName"] == "local-self-host-beta");
    CHECK(record["evidence"]["command"] == "cowork smoke gateway-only");
    CHECK(record["evidence"]["commitSha"] == "0123456789abcdef0123456789abcdef01234567");
    CHECK(record["evidence"]["imageDigests"]["cloud"].is_null());
    CHECK(record["targets"]["cloudUrl"].is_null());
    CHECK(record["targets"]["gatewayUrl"] == "http://127.0.0.1:8795");
    CHECK(record["targets"]["thresholds"]["p95GatewayLatencyMs"] == 1500);
    CHECK(record["targets"]["capacityTargets"]["adminDashboardReadsPerMinute"] == 12);
    CHECK(record["run"]["operationCount"] == 9);
    const json& health = record["summary"]["operations"]["gateway-health"];
    CHECK(health["count"] == 3);
    CHECK(health["p95LatencyMs"] == 1.5);
    CHECK(health["statuses"]["200"] == 3);
    // Five scrapes: before, three of the check, after; the gate allows no dead letter at all.
    CHECK(record["metrics"]["delta"]["open_cowork_gateway_delivery_dead_letters_total"] == 4);
    CHECK(record["gates"]["overall"] == "no-go");
    CHECK(record["ok"] == false);
    CHECK(record.dump().find("tok-0f1e2d3c") == std::string::npos);
}

TEST_CASE("load: a short check is conditional at best, and says what it did not measure") {
    World world;
    world.client.answer = [](const probes::HttpCall&) { return slow(test::json_answer("{}"), 1ms); };
    const auto profile = hurried();
    const LoadWishes wishes{1, 1, &profile};
    const auto gates = judge_load(load(world, wishes), wishes, world.fake.redactor);
    CHECK(gates.passed());
    CHECK(gates.overall() == "conditional-go");
    bool told = false;
    for (const SafeText& warning : gates.warnings)
        told = told || warning.view().find("lasts 300 s") != std::string_view::npos;
    CHECK(told);
}
