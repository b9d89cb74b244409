#pragma once

#include "core/error.hpp"

#include <string>
#include <vector>

namespace cowork::app {

// `--explain RULE`. ErrorCode::usage with the nearest id when there is no such rule.
[[nodiscard]] Result<std::string> explain_rule_text(const std::string& id);
[[nodiscard]] Result<std::string> explain_rule_json(const std::string& id);  // docs/schemas/rules.schema.json

// `--list`: the rules that count, parallel to validators::rule_ids().
[[nodiscard]] std::string rule_list_text(const std::vector<bool>& chosen);
[[nodiscard]] std::string rule_list_json(const std::vector<bool>& chosen);

// The reference page of all rules, docs/reference/validate.md.
[[nodiscard]] std::string rules_page();

}  // namespace cowork::app
