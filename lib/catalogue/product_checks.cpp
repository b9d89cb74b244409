#include "catalogue/product_checks.hpp"

#include <algorithm>
#include <array>

namespace cowork::catalogue {
namespace {

constexpr std::array rows{
    ProductCheck{"desktop.runtime.ready", "Desktop runtime ready", Authority::desktop_local,
                 Status::action_required},
    ProductCheck{"desktop.credentials.configured", "Desktop provider credentials configured",
                 Authority::desktop_local, Status::action_required},
    ProductCheck{"workspace.authority.declared", "Workspace authority declared", Authority::mixed,
                 Status::degraded},
    ProductCheck{"workspace.cloud.authenticated", "Cloud workspace authenticated", Authority::cloud_worker,
                 Status::action_required},
    ProductCheck{"workspace.cloud.sync.reachable", "Cloud sync reachable", Authority::cloud_worker,
                 Status::offline},
    ProductCheck{"gateway.private_opencode.reachable", "Gateway private OpenCode reachable",
                 Authority::gateway_standalone, Status::action_required},
    ProductCheck{"gateway.provider.healthy", "Gateway provider healthy", Authority::gateway_standalone,
                 Status::degraded},
    ProductCheck{"gateway.operator_auth.configured", "Gateway operator auth configured",
                 Authority::gateway_standalone, Status::action_required},
    ProductCheck{"cloud.database.migrated", "Cloud database migrated", Authority::cloud_worker,
                 Status::action_required},
    ProductCheck{"cloud.object_store.configured", "Cloud object store configured", Authority::cloud_worker,
                 Status::action_required},
    ProductCheck{"cloud.backup_posture.configured", "Cloud backup posture configured",
                 Authority::cloud_worker, Status::degraded},
    ProductCheck{"pairing.connection.active", "Desktop pairing active", Authority::desktop_paired,
                 Status::offline},
    ProductCheck{"pairing.remote_policy.scoped", "Desktop pairing remote policy scoped",
                 Authority::desktop_paired, Status::action_required},
};
static_assert(rows.size() == 13);

}  // namespace

std::span<const ProductCheck> product_checks() { return rows; }

const ProductCheck* find_product_check(std::string_view id) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const ProductCheck& row) { return row.id == id; });
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace cowork::catalogue
