#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "checks/transport_reasons.hpp"
#include "probes/postgres.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::checks {

// What the checks of the running Cloud's work share: where they look, and how looking can fail. They look
// into Postgres, or without it into the Cloud's own diagnostics.

inline constexpr std::array database_source_reasons{
    Reason{"operations.no-source", Status::unknown,
           "neither a URL of the Cloud's Postgres nor a token for its diagnostics is at hand",
           "give a read-only URL with --database-url env:NAME, or an operator's token with --cloud-token"},
    Reason{"operations.database-unreadable", Status::unknown, "the Cloud's Postgres cannot be asked",
           "mend what cloud.database.migrated says"},
};

inline constexpr std::array diagnostics_reasons{
    Reason{"operations.diagnostics-unreadable", Status::unknown,
           "without a database URL the Cloud's own diagnostics were asked, and cannot be read",
           "give a token of scope operator with --cloud-token, or a read-only URL with --database-url"},
};
inline constexpr auto operations_reasons = joined(database_source_reasons, diagnostics_reasons);

// The one row that a query gives; or nothing, and the end of the check in `broken`.
[[nodiscard]] std::optional<probes::PostgresRow> ask_cloud_database(
    Layers& layers, const Context& context, const std::string& sql,
    const std::vector<std::string>& parameters, std::size_t columns, std::optional<Finding>& broken);

// Whether there is a database URL to ask with.
[[nodiscard]] bool has_cloud_database(const Context& context);

[[nodiscard]] Finding no_operations_source(Layers& layers);

// The Cloud's own diagnostics; or nothing, and the end of the check in `broken`.
[[nodiscard]] std::optional<nlohmann::json> ask_cloud_diagnostics(Layers& layers, const Context& context,
                                                                  std::optional<Finding>& broken);
// The end for diagnostics of another shape than the product's.
[[nodiscard]] Finding odd_diagnostics(Layers& layers);

}  // namespace cowork::checks
