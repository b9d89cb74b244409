#include "checks/clock.hpp"

namespace cowork::checks {

std::optional<Finding> judge_clock(Layers& layers, const Context& context, const probes::HttpAnswer& answer,
                                   std::string_view reason, const SafeText& where) {
    if (!answer.clock_ahead) return std::nullopt;
    const auto apart = std::chrono::abs(*answer.clock_ahead);
    layers.evidence("clock_ahead_s", std::int64_t{answer.clock_ahead->count()});
    if (apart < clock_told) return std::nullopt;
    return layers.broke(
        "clock", apart < clock_broken ? Status::degraded : Status::action_required, reason,
        context.redactor.text("the clock of {} is {} s {} this machine's", where, apart.count(),
                              answer.clock_ahead->count() > 0 ? "ahead of" : "behind"));
}

}  // namespace cowork::checks
