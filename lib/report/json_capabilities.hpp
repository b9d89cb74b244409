#pragma once

#include "report/capability.hpp"

#include <nlohmann/json_fwd.hpp>

namespace cowork::report {

// The rows of the lists `capabilities` and `conflicts` of docs/schemas/report.schema.json.
[[nodiscard]] nlohmann::ordered_json capability_json(const CapabilityRow& row);
[[nodiscard]] nlohmann::ordered_json conflict_json(const ConflictRow& row);

}  // namespace cowork::report
