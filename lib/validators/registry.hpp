#pragma once

#include "validators/findings.hpp"
#include "validators/input.hpp"
#include "validators/rule.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace cowork::validators {

// What looks at the files of one kind.
struct Validator {
    Kind kind;
    std::string_view id;     // of its rows in a report: `validate.env`
    std::string_view label;  // Env file
    void (*run)(const Input& input, const Settings& settings, Findings& findings);
};
[[nodiscard]] const Validator& validator_of(Kind kind);

// The rules in the order of the reference: the groups by subject, in each group as its file has them.
struct RuleGroup {
    std::string_view title;  // a heading
    std::span<const Rule> rules;
};
[[nodiscard]] std::span<const RuleGroup> rule_groups();
// Null when there is none.
[[nodiscard]] const Rule* find_rule(std::string_view id);
[[nodiscard]] std::vector<std::string_view> rule_ids();

}  // namespace cowork::validators
