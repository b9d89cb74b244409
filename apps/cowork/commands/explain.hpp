#pragma once

#include "core/error.hpp"
#include "engine/engine.hpp"

#include <string>

namespace cowork::app {

// `--explain ID`: a check, or a reason code of any check. ErrorCode::usage with the nearest id when it is
// neither.
[[nodiscard]] Result<std::string> explain_text(const std::string& id);
[[nodiscard]] Result<std::string> explain_json(const std::string& id);  // docs/schemas/explain.schema.json

// `--list`: the checks that a run would make.
[[nodiscard]] std::string list_text(const engine::Choice& choice);
[[nodiscard]] std::string list_json(std::optional<catalogue::Intent> intent, const engine::Choice& choice);

// The reference page of all checks and reason codes, docs/reference/checks.md.
[[nodiscard]] std::string reference_page();

}  // namespace cowork::app
