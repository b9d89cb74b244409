#include "smoke/registry.hpp"

#include "smoke/groups.hpp"

#include <algorithm>
#include <array>

namespace cowork::smoke {
namespace {

using checks::Reason;

// The runner's own ends, beside each step's reasons.
constexpr std::array shared_reasons{
    Reason{"dependency.not_ready", Status::unknown,
           "a step that this one needs did not hold, so it was not made",
           "mend the step named by blockedBy first"},
    Reason{"deadline.exceeded", Status::unknown, "the run's deadline, or the step's budget, came first",
           "raise --deadline, or mend what answers slowly"},
    Reason{"run.stopped", Status::unknown, "the run was stopped by a signal", "run smoke again"},
    Reason{"skipped.by_user", Status::unknown, "--only, --skip or --read-only left it out",
           "run it without --only, --skip or --read-only"},
    Reason{"check.failed", Status::unknown, "the step itself failed; this is a defect in cowork",
           "report it with the output of -v"},
};

constexpr std::array clean_up{
    Reason{"clean-up.incomplete", Status::action_required,
           "something that the run made could not be taken away",
           "take it away with the command that is shown, or run smoke again: it removes what it finds"},
};

std::vector<const Step*> collect() {
    std::vector<const Step*> all;
    for (const auto group : {gateway_steps(),         gateway_webhook_steps(),   gateway_opencode_steps(),
                             gateway_prompt_steps(),  gateway_delivery_steps(),  cloud_leftover_steps(),
                             cloud_steps(),           cloud_access_steps(),      cloud_operator_steps(),
                             cloud_session_steps(),   cloud_event_steps(),       cloud_store_steps(),
                             cloud_token_steps(),     channel_directory_steps(), channel_token_steps(),
                             channel_gateway_steps(), channel_ingress_steps(),   hybrid_thread_steps(),
                             hybrid_cursor_steps(),   hybrid_token_steps(),      channel_revocation_steps()})
        for (const Step& step : group) all.push_back(&step);
    return all;
}

}  // namespace

bool Step::belongs_to(catalogue::Intent scenario) const {
    return std::find(scenarios.begin(), scenarios.end(), scenario) != scenarios.end();
}

const checks::Reason* Step::reason(std::string_view code) const {
    for (const auto& list : {reasons, runner_reasons()}) {
        const auto found =
            std::find_if(list.begin(), list.end(), [&](const Reason& one) { return one.code == code; });
        if (found != list.end()) return &*found;
    }
    return nullptr;
}

std::span<const Reason> runner_reasons() { return shared_reasons; }
std::span<const Reason> clean_up_reasons() { return clean_up; }

const std::vector<const Step*>& registry() {
    static const std::vector<const Step*> all = collect();
    return all;
}

std::vector<const Step*> steps_of(catalogue::Intent scenario) {
    std::vector<const Step*> chosen;
    for (const Step* step : registry())
        if (step->belongs_to(scenario)) chosen.push_back(step);
    return chosen;
}

std::vector<const Step*> steps_of(catalogue::Intent scenario, const checks::Presence& present) {
    std::vector<const Step*> chosen = steps_of(scenario);
    if (scenario == catalogue::Intent::full_hybrid && !present.standalone_gateway)
        std::erase_if(chosen, [](const Step* step) { return step->id.starts_with("gateway."); });
    return chosen;
}

const Step* find_step(std::string_view id) {
    for (const Step* step : registry())
        if (step->id == id) return step;
    return nullptr;
}

std::vector<catalogue::Intent> scenarios() {
    std::vector<catalogue::Intent> found;
    for (const auto& row : catalogue::intents())
        if (!steps_of(row.intent).empty()) found.push_back(row.intent);
    return found;
}

}  // namespace cowork::smoke
