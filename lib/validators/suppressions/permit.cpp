#include "validators/suppressions/permit.hpp"

#include "core/names.hpp"
#include "core/timestamp.hpp"
#include "validators/registry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cowork::validators {

std::optional<std::chrono::system_clock::time_point> end_of_day(std::string_view date) {
    constexpr std::string_view shape = "0000-00-00";
    const bool fits = std::equal(date.begin(), date.end(), shape.begin(), shape.end(),
                                 [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
    if (!fits) return std::nullopt;
    const auto begin = parse_timestamp(fmt::format("{}T00:00:00Z", date));
    if (!begin) return std::nullopt;
    using Clock = std::chrono::system_clock;
    constexpr std::chrono::hours day(24);
    return *begin > Clock::time_point::max() - day ? Clock::time_point::max() : *begin + day;
}

void judge_permit(Permit& permit, std::chrono::system_clock::time_point now) {
    if (!permit.fault.empty()) return;
    if (find_rule(permit.rule) == nullptr) {
        const auto hint = nearest(permit.rule, rule_ids());
        permit.fault = "suppression.unknown-rule";
        permit.message = fmt::format("there is no rule '{}'", permit.rule);
        permit.remedy =
            hint.empty() ? "cowork validate --list shows all rules" : fmt::format("did you mean {}?", hint);
    } else if (permit.rule.starts_with("suppression.")) {
        permit.fault = "suppression.malformed";
        permit.message = fmt::format("{} is about permissions, and cannot be allowed by one", permit.rule);
        permit.remedy = "mend or remove the permission that it is about";
    } else if (permit.end && now >= *permit.end) {
        permit.fault = "suppression.expired";
        permit.message = fmt::format("the permission to break {} is over", permit.rule);
        permit.remedy = "mend what it allowed, or decide anew and set another date";
    }
}

}  // namespace cowork::validators
