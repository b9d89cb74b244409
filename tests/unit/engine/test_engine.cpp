#include "engine/engine.hpp"
#include "support/fake_probes.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::checks;
using namespace std::chrono_literals;

namespace {

constexpr std::array both{catalogue::Intent::gateway_only};
constexpr std::array reasons{Reason{"made.up", Status::offline, "made up", "mend the invention"}};
constexpr std::array needs_first{std::string_view{"first"}};
constexpr std::array needs_second{std::string_view{"second"}};
constexpr std::array needs_both{std::string_view{"first"}, std::string_view{"second"}};

Check made(std::string_view id, Finding (*run)(const Context&),
           std::span<const std::string_view> needs = {}) {
    return {.id = id,
            .label = id,
            .authority = catalogue::Authority::gateway_standalone,
            .control_plane = std::nullopt,
            .failing = Status::offline,
            .looks_at = "nothing",
            .docs = {},
            .needs = needs,
            .ready_when = both,
            .also_for = {},
            .reasons = reasons,
            .run = run};
}

Finding with(Status status, std::string_view reason = {}) {
    Finding finding;
    finding.status = status;
    finding.reason_code = reason;
    return finding;
}
Finding ready(const Context&) { return with(Status::ready); }
Finding degraded(const Context&) { return with(Status::degraded, "made.up"); }
Finding offline(const Context&) { return with(Status::offline, "made.up"); }
Finding throws(const Context&) { throw std::runtime_error("it holds correct-horse-battery"); }
Finding throws_a_number(const Context&) { throw 42; }
Finding obeys_its_budget(const Context& context) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    (void)never.wait_until(lock, context.run.stop(), context.run.deadline(), [] { return false; });
    return with(Status::ready);
}

engine::Choice all(const std::vector<Check>& checks) {
    std::vector<const Check*> applying;
    for (const Check& check : checks) applying.push_back(&check);
    return {{catalogue::Intent::gateway_only}, applying, std::vector<bool>(checks.size(), true)};
}

const report::Row& row(const engine::Outcome& outcome, std::string_view id) {
    for (const report::Row& candidate : outcome.rows)
        if (candidate.id == id) return candidate;
    FAIL("no row " << id);
    throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("engine: rows come in registry order, whatever the needs") {
    const std::vector<Check> checks{made("third", ready, needs_both), made("second", ready, needs_first),
                                    made("first", ready)};
    test::FakeWorld world;
    const auto outcome = engine::run(all(checks), world.context());
    REQUIRE(outcome.rows.size() == 3);
    CHECK(outcome.rows[0].id == "third");
    CHECK(outcome.rows[1].id == "second");
    CHECK(outcome.rows[2].id == "first");
    for (const auto& made_row : outcome.rows) {
        CHECK(made_row.status == Status::ready);
        CHECK(made_row.required);
        CHECK(made_row.blocked_by.empty());
    }
    CHECK_FALSE(outcome.stragglers);
}

TEST_CASE("engine: a check whose need is not ready does not run and says which") {
    test::FakeWorld world;
    const std::vector<Check> checks{made("first", offline), made("second", ready, needs_first),
                                    made("third", ready, needs_second)};
    const auto outcome = engine::run(all(checks), world.context());
    CHECK(row(outcome, "first").status == Status::offline);
    CHECK(row(outcome, "first").recovery.action.str() == "mend the invention");
    CHECK(row(outcome, "second").status == Status::unknown);
    CHECK(row(outcome, "second").reason_code == "dependency.not_ready");
    CHECK(row(outcome, "second").blocked_by == "first");
    CHECK(row(outcome, "third").blocked_by == "second");

    const std::vector<Check> works{made("first", degraded), made("second", ready, needs_first)};
    CHECK(row(engine::run(all(works), world.context()), "second").status == Status::ready);
}

TEST_CASE("engine: what the user left out is unknown, never ready, and holds nothing up") {
    test::FakeWorld world;
    const std::vector<Check> checks{made("first", offline), made("second", ready, needs_first)};
    engine::Choice choice = all(checks);
    choice.selected[0] = false;
    const auto outcome = engine::run(choice, world.context());
    CHECK(row(outcome, "first").status == Status::unknown);
    CHECK(row(outcome, "first").reason_code == "skipped.by_user");
    CHECK(row(outcome, "second").status == Status::ready);
    choice.selected[1] = false;
    CHECK(engine::run(choice, world.context()).rows.size() == 2);
    CHECK(engine::run(all({}), world.context()).rows.empty());
}

TEST_CASE("engine: --only and --skip choose by glob, and a glob that matches nothing names the nearest") {
    const std::vector<Check> checks{made("gateway.first", ready), made("gateway.second", ready),
                                    made("cloud.third", ready)};
    const auto applying = all(checks).applying;
    const auto selected = [&](const std::vector<std::string>& only, const std::vector<std::string>& skip) {
        const auto choice = engine::choose({catalogue::Intent::gateway_only}, applying, only, skip);
        REQUIRE(choice);
        CHECK(choice->applying.size() == 3);
        return choice->selected;
    };
    using Bits = std::vector<bool>;
    CHECK(selected({}, {}) == Bits{true, true, true});
    CHECK(selected({"gateway.*"}, {}) == Bits{true, true, false});
    CHECK(selected({"gateway.*"}, {"*.second"}) == Bits{true, false, false});
    CHECK(selected({}, {"*"}) == Bits{false, false, false});
    CHECK(selected({"gateway.first", "cloud.*"}, {}) == Bits{true, false, true});
    const auto none = engine::choose({catalogue::Intent::gateway_only}, applying, {"gateway.frist"}, {});
    REQUIRE_FALSE(none);
    CHECK(none.error().code == ErrorCode::usage);
    CHECK(none.error().remedy.find("gateway.first") != std::string::npos);
    CHECK_FALSE(engine::choose({catalogue::Intent::gateway_only}, applying, {}, {"nothing*"}));
    const auto glob = engine::choose({catalogue::Intent::gateway_only}, applying, {"gatway.sec*"}, {});
    REQUIRE_FALSE(glob);
    CHECK(glob.error().remedy.find("gateway.second") != std::string::npos);
}

TEST_CASE("engine: a check that throws anything is unknown, and its words are redacted") {
    test::FakeWorld world;
    world.redactor.learn("correct-horse-battery");
    const std::vector<Check> checks{made("first", throws), made("second", throws_a_number),
                                    made("third", ready)};
    const auto outcome = engine::run(all(checks), world.context());
    for (const char* id : {"first", "second"}) {
        CHECK(row(outcome, id).status == Status::unknown);
        CHECK(row(outcome, id).reason_code == "check.failed");
        CHECK(row(outcome, id).summary.str().find("correct-horse") == std::string::npos);
        CHECK_FALSE(row(outcome, id).recovery.action.empty());
    }
    CHECK(row(outcome, "third").status == Status::ready);
}

namespace {
std::latch pair_of_checks{2};
Finding meets_the_other(const Context&) {
    pair_of_checks.arrive_and_wait();
    return with(Status::ready);
}
}  // namespace

TEST_CASE("engine: checks run side by side") {
    test::FakeWorld world;
    const std::vector<Check> checks{made("first", meets_the_other), made("second", meets_the_other)};
    const auto outcome = engine::run(all(checks), world.context());
    CHECK(row(outcome, "first").status == Status::ready);
    CHECK(row(outcome, "second").status == Status::ready);
}

TEST_CASE("engine: more checks than workers all get their turn") {
    test::FakeWorld world;
    const std::vector<Check> checks(100, made("many", ready));
    const auto outcome = engine::run(all(checks), world.context());
    REQUIRE(outcome.rows.size() == 100);
    for (const auto& made_row : outcome.rows) CHECK(made_row.status == Status::ready);
}

TEST_CASE("engine: a check that obeys its budget hands in within the grace") {
    test::FakeWorld world;
    const std::vector<Check> checks{made("first", obeys_its_budget), made("second", ready, needs_first)};
    const auto outcome = engine::run(all(checks), world.context(20ms));
    CHECK_FALSE(outcome.stragglers);
    for (const auto& made_row : outcome.rows) {
        CHECK(made_row.status != Status::offline);
        CHECK((made_row.status == Status::ready || made_row.reason_code == "deadline.exceeded"));
    }
}

namespace {
// Held in static storage: the straggler outlives the run, and on a failure even the test.
std::latch release_straggler{1};
std::latch straggler_left{1};
Finding ignores_its_budget(const Context&) {
    release_straggler.wait();
    straggler_left.count_down();
    return with(Status::ready);
}
}  // namespace

TEST_CASE("engine: a check that ignores its budget does not hold the run") {
    static test::FakeWorld world;
    static const std::vector<Check> checks{made("first", ignores_its_budget), made("second", ready),
                                           made("third", ready, needs_first)};
    const auto outcome = engine::run(all(checks), world.context(20ms));
    CHECK(outcome.stragglers);
    CHECK(row(outcome, "first").status == Status::unknown);
    CHECK(row(outcome, "first").reason_code == "deadline.exceeded");
    CHECK(row(outcome, "second").status == Status::ready);
    CHECK(row(outcome, "third").reason_code == "deadline.exceeded");
    release_straggler.count_down();
    straggler_left.wait();
}

TEST_CASE("engine: a stop ends the run at once and says so") {
    test::FakeWorld world;
    std::stop_source stop;
    stop.request_stop();
    const std::vector<Check> checks{made("first", obeys_its_budget), made("second", ready, needs_first)};
    const auto outcome = engine::run(all(checks), world.context(1h, stop.get_token()));
    CHECK_FALSE(outcome.stragglers);
    CHECK(row(outcome, "second").status == Status::unknown);
    CHECK(row(outcome, "second").reason_code == "run.stopped");
}

namespace {
Finding points_at_a_hostile_path(const Context&) {
    Finding finding = with(Status::offline, "made.up");
    finding.source = {"/tmp/\x1b[31m\xFF", 3, 0, "KEY\n"};
    finding.required = false;
    return finding;
}
}  // namespace

TEST_CASE("engine: paths and keys in a row are printable, and a finding may make its row optional") {
    test::FakeWorld world;
    const std::vector<Check> checks{made("first", points_at_a_hostile_path)};
    const auto outcome = engine::run(all(checks), world.context());
    CHECK(outcome.rows[0].source.place() == "/tmp/\xEF\xBF\xBD[31m\xEF\xBF\xBD:3");
    CHECK(outcome.rows[0].source.key == "KEY ");
    CHECK_FALSE(outcome.rows[0].required);
}

TEST_CASE("engine: a finding blames a check of the same run only") {
    const auto blames = [](const Context&) {
        Finding finding = with(Status::offline, "made.up");
        finding.because = "first";
        return finding;
    };
    test::FakeWorld world;
    const std::vector<Check> both_run{made("first", offline), made("second", blames)};
    CHECK(row(engine::run(all(both_run), world.context()), "second").blocked_by == "first");
    const std::vector<Check> alone{made("second", blames)};
    CHECK(row(engine::run(all(alone), world.context()), "second").blocked_by.empty());
}

TEST_CASE("engine: rows of workspaces and pairings come in the order of the checks") {
    const auto has_one = [](const Context& context) {
        Finding finding = with(Status::ready);
        finding.workspaces.emplace_back().id = context.redactor.text("one");
        finding.pairings.emplace_back().id = context.redactor.text("one");
        return finding;
    };
    const auto has_two = [](const Context& context) {
        Finding finding = with(Status::ready);
        finding.workspaces.emplace_back().id = context.redactor.text("two");
        return finding;
    };
    test::FakeWorld world;
    const std::vector<Check> checks{made("second", has_one, needs_first), made("first", has_two)};
    const auto outcome = engine::run(all(checks), world.context());
    REQUIRE(outcome.workspaces.size() == 2);
    CHECK(outcome.workspaces[0].id.str() == "one");
    CHECK(outcome.workspaces[1].id.str() == "two");
    CHECK(outcome.pairings.size() == 1);
}
