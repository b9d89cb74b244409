#pragma once

#include "catalogue/catalogue.hpp"
#include "checks/check.hpp"
#include "smoke/run.hpp"

#include <chrono>
#include <span>
#include <string_view>

namespace cowork::smoke {

// What a step does to the service.
enum class Effect {
    reads,    // asks, or sends what has to be refused: leaves nothing behind
    creates,  // makes something, which is undone
    clears,   // takes away what an earlier run could not
};

// The family that the load check counts a step to, as the product's own load report does. none: not repeated.
enum class Load { none, read, mutation, gateway };

// One step of a scenario: what it sends and expects, and how it can end. It is run one after another, in the
// order of the registry, unless a step that it needs did not hold. The row is everything that is known before
// anything is sent; --plan, --list, --explain and the reference are made from it.
//
// A step that creates pushes its Undo before the request that creates. The budget of its row, within the
// run's deadline, is `run.context.run` while it runs, and `run.context.probe()` is that of one request: a
// silent service costs the budget, and no more.
struct Step {
    std::string_view id;     // SURFACE.SUBJECT.EXPECTATION, such as gateway.webhook.unsigned_refused; no check has it
    std::string_view label;  // "Unsigned webhook refused"
    catalogue::Authority authority;
    std::optional<catalogue::ControlPlane> control_plane;
    std::span<const catalogue::Intent> scenarios;  // in which it is a step
    Effect effect = Effect::reads;
    Load load = Load::none;
    std::chrono::milliseconds budget{10'000};
    std::span<const std::string_view> needs;  // ids of earlier steps that must hold (ready or degraded)
    std::string_view sends;    // for --plan: "POST /webhooks/ID without a signature"
    std::string_view creates;  // for --plan: "a session of the gateway and one of OpenCode"; empty: nothing
    std::string_view removes;  // for --plan: how that goes away again
    std::string_view expects;  // "401"
    std::span<const checks::Reason> reasons;  // how it can end; the engine's are added
    // Whether its failing fails the run. One that does not is shown, and decides with --strict.
    bool required = true;
    checks::Finding (*run)(Run& run);

    [[nodiscard]] bool belongs_to(catalogue::Intent scenario) const;
    [[nodiscard]] const checks::Reason* reason(std::string_view code) const;
};

// Ends that any step can have.
[[nodiscard]] std::span<const checks::Reason> runner_reasons();
// Those of the row that tells what became of what the run made.
[[nodiscard]] std::span<const checks::Reason> clean_up_reasons();

}  // namespace cowork::smoke
