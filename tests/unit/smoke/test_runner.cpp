#include "smoke/runner.hpp"
#include "support/fake_client.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

using namespace cowork;
using namespace cowork::smoke;
using namespace std::chrono_literals;
using checks::Finding;
using checks::Reason;

namespace {

constexpr std::array scenarios{catalogue::Intent::gateway_only};
constexpr std::array reasons{Reason{"made.up", Status::action_required, "made up", "mend the invention"}};
constexpr std::array needs_first{std::string_view{"first.of.all"}};
constexpr std::array needs_second{std::string_view{"second.of.all"}};

Finding with(Status status, std::string_view reason = {}) {
    Finding finding;
    finding.status = status;
    finding.reason_code = reason;
    return finding;
}
Finding ready(Run&) { return with(Status::ready); }
Finding fails(Run&) { return with(Status::action_required, "made.up"); }
Finding does_not_apply(Run&) {
    Finding finding = with(Status::unknown, "made.up");
    finding.required = false;
    return finding;
}
Finding throws(Run&) { throw std::runtime_error("it holds correct-horse-battery"); }

// What the undos did, in order; one list is enough, since a test runs in one thread.
std::vector<std::string>& log() {
    static std::vector<std::string> lines;
    return lines;
}
Undo undo_called(const std::string& name, bool works = true) {
    const Redactor redactor;
    Undo undo;
    undo.what = redactor.clean(name);
    undo.command = redactor.clean("remove " + name);
    undo.remove = [name, works](const Budget&) -> std::optional<SafeText> {
        log().push_back(name);
        return works ? std::nullopt : std::optional("it is stuck"_safe);
    };
    return undo;
}
// Pushes what takes it away, and makes it: sends something that the fake answers.
void make(Run& run, Undo undo, const char* url = "http://service/x") {
    run.undo.push(std::move(undo));
    probes::HttpCall call;
    call.method = "POST";
    call.url = url;
    (void)run.client.call_one(call, run.context.run);
}
Finding makes_a(Run& run) {
    make(run, undo_called("a"));
    return with(Status::ready);
}
Finding makes_b_then_fails(Run& run) {
    make(run, undo_called("b"));
    return with(Status::action_required, "made.up");
}
Finding makes_c_that_stays(Run& run) {
    make(run, undo_called("c", false));
    return with(Status::ready);
}
Finding makes_d_then_throws(Run& run) {
    make(run, undo_called("d"));
    throw std::runtime_error("after making it");
}
Finding makes_e_that_throws(Run& run) {
    Undo undo = undo_called("e");
    undo.remove = [](const Budget&) -> std::optional<SafeText> { throw std::runtime_error("no way"); };
    make(run, std::move(undo));
    return with(Status::ready);
}
Finding makes_f_where_nobody_listens(Run& run) {
    make(run, undo_called("f"), "http://nobody/x");
    return with(Status::action_required, "made.up");
}

Step made(std::string_view id, Finding (*run)(Run&), std::span<const std::string_view> needs = {},
          std::chrono::milliseconds budget = 10s) {
    return {.id = id,
            .label = id,
            .authority = catalogue::Authority::gateway_standalone,
            .control_plane = std::nullopt,
            .scenarios = scenarios,
            .effect = Effect::creates,
            .budget = budget,
            .needs = needs,
            .sends = "nothing",
            .creates = "",
            .removes = "",
            .expects = "nothing",
            .reasons = reasons,
            .run = run};
}

struct Result_ {
    Outcome outcome;
    const report::Row& row(std::string_view id) const {
        for (const report::Row& one : outcome.rows)
            if (one.id == id) return one;
        throw std::logic_error("no such row");
    }
};

Result_ run_all(const std::vector<Step>& steps, std::chrono::milliseconds deadline = 1min,
                std::stop_token stop = {}, const Observer& observer = {}) {
    log().clear();
    test::FakeWorld world;
    test::FakeClient client;
    client.answer = [](const probes::HttpCall& call) {
        return call.url.starts_with("http://nobody") ? test::failed_answer(probes::HttpFailure::refused)
                                                     : test::json_answer("{}");
    };
    Run run(*world.context(deadline, std::move(stop)), client, world.redactor, {}, new_run_id());
    Choice choice;
    for (const Step& step : steps) choice.steps.push_back(&step);
    choice.selected.assign(steps.size(), true);
    return {run_steps(choice, run, observer)};
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("smoke: one failure does not hide the steps that do not depend on it") {
    const auto result = run_all({made("first.of.all", fails), made("second.of.all", ready, needs_first),
                                 made("third.of.all", ready), made("fourth.of.all", ready, needs_second)});
    CHECK(result.row("first.of.all").status == Status::action_required);
    CHECK(result.row("first.of.all").recovery.action.view() == "mend the invention");
    CHECK(result.row("second.of.all").reason_code == "dependency.not_ready");
    CHECK(result.row("second.of.all").blocked_by == "first.of.all");
    CHECK(result.row("third.of.all").status == Status::ready);
    CHECK(result.row("fourth.of.all").blocked_by == "second.of.all");
    CHECK(result.outcome.rows.back().id == clean_up_id);
}

TEST_CASE("smoke: what does not apply takes what builds on it along, and fails nothing") {
    const auto result =
        run_all({made("first.of.all", does_not_apply), made("second.of.all", ready, needs_first),
                 made("third.of.all", ready, needs_second)});
    for (const char* id : {"first.of.all", "second.of.all", "third.of.all"}) {
        CHECK(result.row(id).status == Status::unknown);
        CHECK_FALSE(result.row(id).required);
    }
    report::Report report;
    report.rows = result.outcome.rows;
    CHECK(report::overall(report, {}) == Status::unknown);
}

TEST_CASE("smoke: what was made is undone in reverse order, whatever came in between") {
    const auto result = run_all({made("first.of.all", makes_a), made("second.of.all", makes_b_then_fails),
                                 made("third.of.all", makes_d_then_throws)});
    CHECK(log() == Lines{"d", "b", "a"});
    CHECK(result.row(clean_up_id).status == Status::ready);
    CHECK_FALSE(result.row(clean_up_id).required);
    CHECK(result.outcome.undone.size() == 3);
    CHECK(result.row("third.of.all").reason_code == "check.failed");
}

TEST_CASE("smoke: what cannot be undone is listed with its command, and the rest is undone all the same") {
    const auto result = run_all({made("first.of.all", makes_a), made("second.of.all", makes_c_that_stays),
                                 made("third.of.all", makes_e_that_throws)});
    CHECK(log() == Lines{"c", "a"});
    REQUIRE(result.outcome.leftovers.size() == 2);
    CHECK(result.outcome.leftovers[0].what.view() == "e");
    CHECK(result.outcome.leftovers[0].why.view() == "removing it failed: no way");
    CHECK(result.outcome.leftovers[1].why.view() == "it is stuck");
    CHECK(result.outcome.leftovers[1].command.view() == "remove c");
    const report::Row& row = result.row(clean_up_id);
    CHECK(row.status == Status::action_required);
    CHECK(row.required);
    CHECK(row.reason_code == "clean-up.incomplete");
    CHECK(row.recovery.command.view() == "remove e");
}

TEST_CASE("smoke: what was never sent need not be undone") {
    const auto result =
        run_all({made("first.of.all", makes_a), made("second.of.all", makes_f_where_nobody_listens)});
    CHECK(log() == Lines{"a"});
    CHECK(result.row(clean_up_id).status == Status::ready);
}

TEST_CASE("smoke: a stop ends the steps, not the undoing") {
    static std::stop_source stop;
    stop = std::stop_source();
    const auto stops = [](Run& run) {
        make(run, undo_called("a"));
        stop.request_stop();
        return with(Status::ready);
    };
    const auto result = run_all({made("first.of.all", stops), made("second.of.all", makes_b_then_fails)},
                                1min, stop.get_token());
    CHECK(result.row("first.of.all").status == Status::ready);
    CHECK(result.row("second.of.all").reason_code == "run.stopped");
    CHECK(log() == Lines{"a"});
    CHECK(result.row(clean_up_id).status == Status::ready);
}

TEST_CASE("smoke: after the deadline nothing more is made, and everything undone") {
    const auto uses_it_up = [](Run& run) {
        make(run, undo_called("a"));
        while (!run.context.run.spent()) {
        }
        return with(Status::ready);
    };
    const auto result =
        run_all({made("first.of.all", uses_it_up), made("second.of.all", makes_b_then_fails)}, 20ms);
    CHECK(result.row("second.of.all").reason_code == "deadline.exceeded");
    CHECK(log() == Lines{"a"});
}

TEST_CASE("smoke: a step has its own budget, within the run's") {
    static std::chrono::milliseconds seen;
    const auto looks = [](Run& run) {
        seen = run.context.run.remaining();
        return with(Status::ready);
    };
    (void)run_all({made("first.of.all", looks, {}, 50ms)});
    CHECK(seen <= 50ms);
    (void)run_all({made("first.of.all", looks, {}, 1h)}, 2s);
    CHECK(seen <= 2s);
    CHECK(seen > 50ms);
}

TEST_CASE("smoke: the observer hears each step begin and end, and what is removed") {
    static Lines heard;
    heard.clear();
    Observer observer;
    observer.begins = [](const Step& step) { heard.push_back("begin " + std::string(step.id)); };
    observer.ended = [](const Step& step, const report::Row&) {
        heard.push_back("end " + std::string(step.id));
    };
    observer.removing = [](const SafeText& what) { heard.push_back("remove " + what.str()); };
    observer.finished = [] { heard.emplace_back("done"); };
    (void)run_all({made("first.of.all", makes_b_then_fails), made("second.of.all", ready, needs_first)}, 1min,
                  {}, both(observer, {}));
    CHECK(heard == Lines{"begin first.of.all", "end first.of.all", "end second.of.all", "remove b", "done"});
}

TEST_CASE("smoke: a step that throws is unknown, and its words are cleaned") {
    const auto result = run_all({made("first.of.all", throws)});
    CHECK(result.row("first.of.all").status == Status::unknown);
    CHECK(result.row("first.of.all").reason_code == "check.failed");
}

namespace {

std::vector<bool> chosen(const std::vector<Step>& steps, const Lines& only, const Lines& skip,
                         bool read_only = false) {
    std::vector<const Step*> all;
    for (const Step& step : steps) all.push_back(&step);
    return choose(all, only, skip, read_only).value().selected;
}

}  // namespace

TEST_CASE("smoke: --only brings what is needed, --skip and --read-only drop what needs it") {
    std::vector<Step> steps{made("first.of.all", ready), made("second.of.all", ready, needs_first),
                            made("third.of.all", ready, needs_second), made("fourth.of.all", ready)};
    steps[0].effect = steps[2].effect = steps[3].effect = Effect::reads;
    using Bools = std::vector<bool>;
    CHECK(chosen(steps, {}, {}) == Bools{true, true, true, true});
    CHECK(chosen(steps, {"third.*"}, {}) == Bools{true, true, true, false});
    CHECK(chosen(steps, {}, {"first.*"}) == Bools{false, false, false, true});
    CHECK(chosen(steps, {"third.*"}, {"second.*"}) == Bools{true, false, false, false});
    CHECK(chosen(steps, {}, {}, true) == Bools{true, false, false, true});
    const auto unknown = choose({&steps[0]}, {"frist.of.all"}, {}, false);
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().remedy == "did you mean first.of.all?");
}
