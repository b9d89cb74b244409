#pragma once

#include "probes/postgres.hpp"
#include "rules/standalone_gateway.hpp"
#include "secrets/secret.hpp"

namespace cowork::checks {

// How the Standalone Gateway connects to its Postgres. `url` is the view's database URL; both outlive the
// target.
[[nodiscard]] probes::PostgresTarget gateway_database(const rules::GatewayView& view, const Secret& url);

}  // namespace cowork::checks
