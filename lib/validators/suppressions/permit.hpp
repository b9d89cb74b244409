#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cowork::validators {

// What a permission says, wherever it stands.
struct Permit {
    std::string rule;
    std::string reason;
    std::optional<std::chrono::system_clock::time_point> end;  // the first moment at which it is void
    // Why it permits nothing: the rule that it breaks, and how; empty for none.
    std::string_view fault;
    std::string message, remedy;
};

// 2026-12-31: the end of that day, in UTC. Nothing for any other text.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> end_of_day(std::string_view date);

// Fills in the fault of a permission that was written correctly, but permits nothing: an unknown rule, one
// that cannot be allowed, or a date that is over.
void judge_permit(Permit& permit, std::chrono::system_clock::time_point now);

}  // namespace cowork::validators
