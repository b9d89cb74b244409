#pragma once

#include "cowork/command_line.hpp"
#include "report/model.hpp"
#include "validators/validate.hpp"

#include <string_view>
#include <vector>

namespace cowork::app {

// What validate found as a report. `chosen` are the rules that count, parallel to validators::rule_ids();
// `program` is what the user calls cowork by.
[[nodiscard]] report::Report report_of(const validators::Outcome& outcome, const ValidateOptions& options,
                                       const std::vector<bool>& chosen, std::string_view program);

}  // namespace cowork::app
