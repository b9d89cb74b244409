#include "engine/engine.hpp"

#include "catalogue/recovery_actions.hpp"
#include "engine/bounded.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace cowork::engine {
namespace {

using checks::Check;
using checks::Finding;
using Clock = std::chrono::steady_clock;

enum class State { waiting, running, done };

struct Slot {
    const Check* check = nullptr;
    State state = State::waiting;
    Finding finding;
    std::chrono::microseconds duration{};
    std::string_view blocked_by;
    std::vector<std::size_t> needs;
};

// Shared by the run and its workers, so that a worker stuck in a foreign call cannot outlive its data.
struct Board {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::vector<Slot> slots;
    std::deque<std::size_t> due;
    std::size_t open = 0;  // not yet done
    std::size_t running = 0;
    bool closed = false;  // no more work is handed out
    std::shared_ptr<const checks::Context> context;
};

Finding ended(std::string_view reason_code, SafeText summary) {
    Finding finding;
    finding.status = Status::unknown;
    finding.reason_code = reason_code;
    finding.summary = std::move(summary);
    return finding;
}

bool satisfies(const Slot& slot) {
    return slot.finding.status == Status::ready || slot.finding.status == Status::degraded;
}

void finish(Board& board, Slot& slot, Finding finding) {
    slot.finding = std::move(finding);
    slot.state = State::done;
    --board.open;
}

// Hands out what can run now and ends what never can, until nothing moves any more.
void advance(Board& board) {
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t i = 0; i < board.slots.size(); ++i) {
            Slot& slot = board.slots[i];
            const bool queued = std::find(board.due.begin(), board.due.end(), i) != board.due.end();
            if (slot.state != State::waiting || queued) continue;
            const auto undone = std::find_if(slot.needs.begin(), slot.needs.end(), [&](std::size_t need) {
                return board.slots[need].state != State::done;
            });
            const auto unmet = std::find_if(slot.needs.begin(), slot.needs.end(), [&](std::size_t need) {
                return board.slots[need].state == State::done && !satisfies(board.slots[need]);
            });
            if (unmet != slot.needs.end()) {
                slot.blocked_by = board.slots[*unmet].check->id;
                finish(board, slot,
                       ended("dependency.not_ready", "not run: a check that it needs is not ready"_safe));
                moved = true;
            } else if (undone == slot.needs.end()) {
                board.due.push_back(i);
                moved = true;
            }
        }
    }
    board.changed.notify_all();
}

Finding run_guarded(const Check& check, const checks::Context& context) {
    try {
        return check.run(context);
    } catch (const std::exception& problem) {
        return ended("check.failed", context.redactor.text("the check itself failed: {}", problem.what()));
    } catch (...) {
        return ended("check.failed", "the check itself failed"_safe);
    }
}

void work(const std::shared_ptr<Board>& board) {
    std::unique_lock lock(board->mutex);
    for (;;) {
        board->changed.wait(lock, [&] { return board->closed || !board->due.empty(); });
        if (board->closed) return;
        const std::size_t index = board->due.front();
        board->due.pop_front();
        board->slots[index].state = State::running;
        ++board->running;
        const Check& check = *board->slots[index].check;
        lock.unlock();
        const auto began = Clock::now();
        Finding finding = run_guarded(check, *board->context);
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
        lock.lock();
        --board->running;
        if (board->closed) {
            board->changed.notify_all();
            return;
        }
        board->slots[index].duration = took;
        finish(*board, board->slots[index], std::move(finding));
        advance(*board);
    }
}

std::shared_ptr<Board> lay_out(const Choice& choice, const std::shared_ptr<const checks::Context>& context) {
    auto board = std::make_shared<Board>();
    board->context = context;
    for (const Check* check : choice.applying) {
        Slot slot;
        slot.check = check;
        for (std::size_t i = 0; i < choice.applying.size(); ++i) {
            const auto& needs = check->needs;
            if (std::find(needs.begin(), needs.end(), choice.applying[i]->id) != needs.end() &&
                choice.selected[i])
                slot.needs.push_back(i);
        }
        board->slots.push_back(std::move(slot));
    }
    board->open = board->slots.size();
    for (std::size_t i = 0; i < board->slots.size(); ++i)
        if (!choice.selected[i])
            finish(*board, board->slots[i], ended("skipped.by_user", "left out by --only or --skip"_safe));
    return board;
}

// The check that a finding names, if this run makes it.
std::string_view known_cause(const Finding& finding, const Choice& choice) {
    const bool applies = std::any_of(choice.applying.begin(), choice.applying.end(),
                                     [&](const Check* check) { return check->id == finding.because; });
    return applies ? finding.because : std::string_view{};
}

report::Row to_row(Slot& slot, const Choice& choice, const Redactor& redactor) {
    const Check& check = *slot.check;
    Finding& finding = slot.finding;
    report::Row row;
    row.id = check.id;
    row.label = check.label;
    row.authority = check.authority;
    row.control_plane = check.control_plane;
    row.required = finding.required.value_or(choice.requires_check(check));
    row.status = finding.status;
    row.reason_code = finding.reason_code;
    row.summary = std::move(finding.summary);
    row.blocked_by = slot.blocked_by.empty() ? known_cause(finding, choice) : slot.blocked_by;
    row.duration = slot.duration;
    row.source = std::move(finding.source);
    // Paths and keys come from outside as well; renderers print them as they are.
    row.source.file = redactor.clean(row.source.file).str();
    row.source.key = redactor.clean(row.source.key).str();
    row.evidence = std::move(finding.evidence);
    row.probes = std::move(finding.probes);
    if (const auto* kind = catalogue::recovery_of(check.id)) row.recovery.kind = kind->id;
    row.recovery.docs.assign(check.docs.begin(), check.docs.end());
    row.recovery.command = std::move(finding.command);
    row.recovery.action = std::move(finding.action);
    return row;
}

template <typename Row>
void append(std::vector<Row>& all, std::vector<Row>& of_one) {
    std::move(of_one.begin(), of_one.end(), std::back_inserter(all));
}

// The rows that a check has for the report's tables.
void take_tables(Outcome& outcome, Finding& finding) {
    append(outcome.capabilities.capabilities, finding.capabilities.capabilities);
    append(outcome.capabilities.conflicts, finding.capabilities.conflicts);
    append(outcome.workspaces, finding.workspaces);
    append(outcome.pairings, finding.pairings);
}

// The recovery sentence of a reason, where the finding gave none of its own.
void fill_recovery(report::Row& row, const Check& check, const Redactor& redactor) {
    if (row.status == Status::ready && row.reason_code.empty()) return;
    const checks::Reason* reason = check.reason(row.reason_code);
    if (reason == nullptr) return;
    row.recovery.safety = reason->safety;
    row.recovery.actor = reason->actor;
    if (row.recovery.action.empty()) row.recovery.action = redactor.text("{}", reason->recovery);
}

}  // namespace

Outcome run(const Choice& choice, const std::shared_ptr<const checks::Context>& context) {
    const std::shared_ptr<Board> board = lay_out(choice, context);
    std::vector<std::thread> workers;
    const auto chosen =
        static_cast<std::size_t>(std::count(choice.selected.begin(), choice.selected.end(), true));
    std::unique_lock lock(board->mutex);
    advance(*board);
    // A check waits for answers, it does not compute: one worker each, within reason.
    for (std::size_t i = 0; i < std::min(chosen, choice.workers); ++i) workers.emplace_back(work, board);

    const auto all_done = [&] { return board->open == 0; };
    (void)board->changed.wait_until(lock, context->run.stop(), context->run.deadline(), all_done);
    // Whoever obeys its budget hands in within the grace.
    (void)board->changed.wait_for(lock, grace, [&] { return board->running == 0 || all_done(); });
    board->closed = true;
    const bool stopped = context->run.stopped();
    for (Slot& slot : board->slots) {
        if (slot.state == State::done) continue;
        finish(*board, slot,
               stopped ? ended("run.stopped", "the run was stopped before the answer"_safe)
                       : ended("deadline.exceeded", "the deadline came before the answer"_safe));
    }
    Outcome outcome;
    outcome.stragglers = board->running > 0;
    board->changed.notify_all();
    for (Slot& slot : board->slots) {
        outcome.rows.push_back(to_row(slot, choice, context->redactor));
        fill_recovery(outcome.rows.back(), *slot.check, context->redactor);
        take_tables(outcome, slot.finding);
    }
    lock.unlock();
    for (std::thread& worker : workers) {
        if (outcome.stragglers) {
            worker.detach();
        } else {
            worker.join();
        }
    }
    return outcome;
}

}  // namespace cowork::engine
