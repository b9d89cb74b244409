#pragma once

#include "report/workspace.hpp"

#include <nlohmann/json_fwd.hpp>

namespace cowork::report {

// The rows as docs/schemas/report.schema.json has them.
[[nodiscard]] nlohmann::ordered_json workspace_json(const WorkspaceRow& row);
[[nodiscard]] nlohmann::ordered_json pairing_json(const PairingRow& row);

}  // namespace cowork::report
