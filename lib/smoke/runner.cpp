#include "smoke/runner.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace cowork::smoke {
namespace {

using checks::Finding;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// One thing's part of the clean-up, so that a service that is silent for one leaves time for the others.
constexpr milliseconds undo_budget{5'000};

std::chrono::microseconds since(Clock::time_point began) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
}

Finding ended(std::string_view reason_code, SafeText summary) {
    Finding finding;
    finding.status = Status::unknown;
    finding.reason_code = reason_code;
    finding.summary = std::move(summary);
    return finding;
}

bool holds(const report::Row& row) { return row.status == Status::ready || row.status == Status::degraded; }

// The first earlier step of the run that this one needs and that did not hold.
const report::Row* unmet_need(const Step& step, const std::vector<report::Row>& rows) {
    for (const std::string_view need : step.needs)
        for (const report::Row& row : rows)
            if (row.id == need && !holds(row)) return &row;
    return nullptr;
}

report::Row to_row(const Step& step, Finding finding, const Redactor& redactor) {
    report::Row row;
    row.id = step.id;
    row.label = step.label;
    row.authority = step.authority;
    row.control_plane = step.control_plane;
    row.required = finding.required.value_or(step.required);
    row.status = finding.status;
    row.reason_code = finding.reason_code;
    row.summary = std::move(finding.summary);
    row.blocked_by = finding.because;
    row.source = std::move(finding.source);
    // Paths and keys come from outside as well; renderers print them as they are.
    row.source.file = redactor.clean(row.source.file).str();
    row.source.key = redactor.clean(row.source.key).str();
    row.evidence = std::move(finding.evidence);
    row.probes = std::move(finding.probes);
    row.recovery.command = std::move(finding.command);
    row.recovery.action = std::move(finding.action);
    row.recovery.docs = {"docs/reference/smoke.md"};
    const checks::Reason* reason = row.reason_code.empty() ? nullptr : step.reason(row.reason_code);
    if (reason == nullptr) return row;
    row.recovery.safety = reason->safety;
    row.recovery.actor = reason->actor;
    if (row.recovery.action.empty()) row.recovery.action = redactor.text("{}", reason->recovery);
    return row;
}

Finding run_guarded(const Step& step, Run& run) {
    try {
        return step.run(run);
    } catch (const std::exception& problem) {
        return ended("check.failed", run.context.redactor.text("the step itself failed: {}", problem.what()));
    } catch (...) {
        return ended("check.failed", "the step itself failed"_safe);
    }
}

// Makes one step with its own budget within the whole.
Finding make_step(const Step& step, Run& run, const Budget& whole) {
    run.context.run = whole.part(step.budget);
    const std::size_t made = run.undo.size();
    const std::size_t arrived = run.client.count();
    Finding finding = run_guarded(step, run);
    // Nothing reached a service: what the step was about to make is not there.
    if (run.client.count() == arrived) run.undo.shrink_to(made);
    run.context.run = whole;
    return finding;
}

std::optional<Finding> not_made(const Choice& choice, std::size_t index, const Budget& whole,
                                const std::vector<report::Row>& rows) {
    const Step& step = *choice.steps[index];
    if (!choice.selected[index])
        return ended("skipped.by_user", "left out by --only, --skip or --read-only"_safe);
    if (const report::Row* need = unmet_need(step, rows)) {
        Finding finding = ended("dependency.not_ready", "not made: a step that it needs did not hold"_safe);
        finding.because = need->id;
        // What does not apply here takes what builds on it along.
        if (!need->required) finding.required = false;
        return finding;
    }
    if (whole.stopped()) return ended("run.stopped", "the run was stopped before it"_safe);
    if (whole.spent()) return ended("deadline.exceeded", "the deadline came before it"_safe);
    return std::nullopt;
}

std::optional<SafeText> undo_guarded(const Undo& undo, const Budget& budget, const Redactor& redactor) {
    try {
        return undo.remove(budget);
    } catch (const std::exception& problem) {
        return redactor.text("removing it failed: {}", problem.what());
    }
}

// Newest first, with time of its own: the deadline and a signal end the steps, not this.
void undo_all(Run& run, const Observer& observer, Outcome& outcome) {
    const Budget whole = Budget::lasting(clean_up_budget);
    while (auto undo = run.undo.pop()) {
        observer.removing(undo->what);
        const Budget budget = whole.part(undo_budget);
        run.context.run = budget;
        auto why = whole.spent()
                       ? std::optional(run.context.redactor.text("the time for cleaning up is over"))
                       : undo_guarded(*undo, budget, run.context.redactor);
        if (why) {
            outcome.leftovers.push_back({std::move(undo->what), std::move(*why), std::move(undo->command)});
            continue;
        }
        outcome.undone.push_back(std::move(undo->what));
        if (!undo->stays.empty()) outcome.stays.push_back(std::move(undo->stays));
    }
}

SafeText clean_up_summary(const Outcome& outcome, const Redactor& redactor) {
    if (!outcome.leftovers.empty())
        return redactor.text("{} of {} things that the run made are still there", outcome.leftovers.size(),
                             outcome.leftovers.size() + outcome.undone.size());
    if (outcome.undone.empty()) return "the run made nothing that has to be taken away"_safe;
    if (outcome.stays.empty())
        return redactor.text("all {} things that the run made are gone", outcome.undone.size());
    return redactor.text("all {} things that the run made are gone or turned off", outcome.undone.size());
}

report::Row clean_up_row(const Outcome& outcome, const Redactor& redactor, std::chrono::microseconds took) {
    report::Row row;
    row.id = clean_up_id;
    row.label = "Everything that the run made is gone";
    row.authority = catalogue::Authority::mixed;
    row.status = outcome.leftovers.empty() ? Status::ready : Status::action_required;
    // A run that proved nothing must not look well because it had nothing to take away.
    row.required = !outcome.leftovers.empty();
    row.duration = took;
    row.summary = clean_up_summary(outcome, redactor);
    row.recovery.docs = {"docs/reference/smoke.md"};
    for (const SafeText& what : outcome.undone)
        row.probes.push_back({"removed", Status::ready, "", what, {}, {}, {}});
    for (const SafeText& what : outcome.stays)
        row.probes.push_back({"stays", Status::ready, "", what, {}, {}, {}});
    for (const Leftover& left : outcome.leftovers)
        row.probes.push_back({"left",
                              Status::action_required,
                              clean_up_reasons().front().code,
                              redactor.text("{}: {}", left.what, left.why),
                              {},
                              {},
                              left.command});
    if (outcome.leftovers.empty()) return row;
    row.reason_code = clean_up_reasons().front().code;
    row.recovery.action = redactor.text("{}", clean_up_reasons().front().recovery);
    row.recovery.command = outcome.leftovers.front().command;
    return row;
}

}  // namespace

Outcome run_steps(const Choice& choice, Run& run, const Observer& observer) {
    const Budget whole = run.context.run;
    Outcome outcome;
    for (std::size_t i = 0; i < choice.steps.size(); ++i) {
        const Step& step = *choice.steps[i];
        const auto began = Clock::now();
        auto finding = not_made(choice, i, whole, outcome.rows);
        const bool made = !finding;
        if (made) {
            observer.begins(step);
            finding = make_step(step, run, whole);
        }
        outcome.rows.push_back(to_row(step, std::move(*finding), run.context.redactor));
        if (made) outcome.rows.back().duration = since(began);
        observer.ended(step, outcome.rows.back());
    }
    const auto began = Clock::now();
    undo_all(run, observer, outcome);
    outcome.rows.push_back(clean_up_row(outcome, run.context.redactor, since(began)));
    observer.finished();
    return outcome;
}

Observer both(Observer first, Observer second) {
    const auto pair = std::make_shared<std::pair<Observer, Observer>>(std::move(first), std::move(second));
    Observer observer;
    observer.begins = [pair](const Step& step) {
        pair->first.begins(step);
        pair->second.begins(step);
    };
    observer.ended = [pair](const Step& step, const report::Row& row) {
        pair->first.ended(step, row);
        pair->second.ended(step, row);
    };
    observer.removing = [pair](const SafeText& what) {
        pair->first.removing(what);
        pair->second.removing(what);
    };
    observer.finished = [pair] {
        pair->first.finished();
        pair->second.finished();
    };
    return observer;
}

}  // namespace cowork::smoke
