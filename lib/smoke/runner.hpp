#pragma once

#include "core/error.hpp"
#include "report/model.hpp"
#include "smoke/step.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace cowork::smoke {

// Which steps a run makes, in order.
struct Choice {
    std::vector<const Step*> steps;
    std::vector<bool> selected;  // parallel: false: --only, --skip or --read-only left it out
};
// --only takes the steps that those it names need with them, --skip the ones that need what it leaves out;
// read_only leaves out what is not Effect::reads. ErrorCode::usage, with the nearest id, when a glob matches
// no step.
[[nodiscard]] Result<Choice> choose(std::vector<const Step*> steps, const std::vector<std::string>& only,
                                    const std::vector<std::string>& skip, bool read_only);

// Told as the run goes on; called by the thread of the run.
struct Observer {
    std::function<void(const Step&)> begins = [](const Step&) {};
    std::function<void(const Step&, const report::Row&)> ended = [](const Step&, const report::Row&) {};
    std::function<void(const SafeText& what)> removing = [](const SafeText&) {};
    std::function<void()> finished = [] {};
};
// Tells both.
[[nodiscard]] Observer both(Observer first, Observer second);

// What a run could not take away.
struct Leftover {
    SafeText what;
    SafeText why;
    SafeText command;  // takes it away by hand; may be empty when nothing can
};

struct Outcome {
    std::vector<report::Row> rows;  // one for every step of the choice, in order, and clean_up_id last
    std::vector<SafeText> undone;   // what was taken away
    std::vector<SafeText> stays;    // what the product cannot delete, turned off
    std::vector<Leftover> leftovers;
};

// The id of the row that tells what became of the things that the run made.
inline constexpr std::string_view clean_up_id = "smoke.clean_up.complete";

// How long the undoing may take in all, also after the deadline or a signal.
inline constexpr std::chrono::milliseconds clean_up_budget{20'000};

// Runs the steps one after another, then undoes what they made, newest first.
[[nodiscard]] Outcome run_steps(const Choice& choice, Run& run, const Observer& observer);

}  // namespace cowork::smoke
