#pragma once

#include "report/model.hpp"

#include <vector>

namespace cowork::app {

// What the checks and steps of these rows are about, each once, in the order of the rows.
[[nodiscard]] std::vector<report::RuleText> rule_texts(const std::vector<report::Row>& rows);

}  // namespace cowork::app
