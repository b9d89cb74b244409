#pragma once

#include "checks/layers.hpp"
#include "probes/postgres.hpp"

#include <optional>

namespace cowork::checks {

// Whose role the session has, and how much is asked of it.
struct CloudRoleUse {
    bool observer = false;    // the URL was given for looking only: perhaps not the Cloud's own role
    bool production = false;  // the server's settings are those of public_production
};

// Tables, ledger, indexes and privileges; ends the check at the first that is not as it should be.
[[nodiscard]] std::optional<Finding> judge_cloud_schema(Layers& layers, const Context& context,
                                                        probes::PostgresSession& session,
                                                        const CloudRoleUse& use);

// The server and the role beside them: version, powers, free connections.
[[nodiscard]] std::optional<Finding> judge_cloud_host(Layers& layers, const Context& context,
                                                      probes::PostgresSession& session,
                                                      const CloudRoleUse& use);

}  // namespace cowork::checks
