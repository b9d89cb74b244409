#pragma once

#include "report/capability.hpp"
#include "secrets/redactor.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>

namespace cowork::capabilities {

// Rows of a snapshot; none for one whose id, kind or status cannot be used.
[[nodiscard]] std::optional<report::CapabilityRow> snapshot_capability(const nlohmann::json& row,
                                                                       const Redactor& redactor);
// Desktop does not say for which product mode a conflict is, because it tells of itself only.
[[nodiscard]] std::optional<report::ConflictRow> snapshot_conflict(const nlohmann::json& row,
                                                                   const Redactor& redactor);

// The product modes of a list joined by commas, in the product's order; a word that is none of them counts as
// `unknown`, and so does an empty list.
[[nodiscard]] std::string_view product_modes(std::string_view joined);

}  // namespace cowork::capabilities
