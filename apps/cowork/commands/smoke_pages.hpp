#pragma once

#include "core/error.hpp"
#include "smoke/runner.hpp"

#include <optional>
#include <string>

namespace cowork::app {

// `--plan` and `--list`: what a run would do, offline.
[[nodiscard]] std::string plan_text(catalogue::Intent scenario, const smoke::Choice& choice);
// docs/schemas/plan.schema.json
[[nodiscard]] std::string plan_json(catalogue::Intent scenario, const smoke::Choice& choice);
[[nodiscard]] std::string step_list_text(const smoke::Choice& choice);

// The reference page of all steps and their reason codes, docs/reference/smoke.md.
[[nodiscard]] std::string smoke_page();

}  // namespace cowork::app
