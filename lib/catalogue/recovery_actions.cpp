#include "catalogue/recovery_actions.hpp"

#include <algorithm>
#include <array>

namespace cowork::catalogue {
namespace {

using Ids = std::string_view;
constexpr std::array runtime{Ids("desktop.runtime.ready")};
constexpr std::array credentials{Ids("desktop.credentials.configured")};
constexpr std::array authority{Ids("workspace.authority.declared")};
constexpr std::array cloud_auth{Ids("workspace.cloud.authenticated")};
constexpr std::array cloud_offline{Ids("workspace.cloud.sync.reachable")};
constexpr std::array database{Ids("cloud.database.migrated"), Ids("gateway.database.ready")};
constexpr std::array object_store{Ids("cloud.object_store.configured")};
constexpr std::array backup{Ids("cloud.backup_posture.configured")};
constexpr std::array opencode{Ids("gateway.private_opencode.reachable")};
constexpr std::array provider{Ids("gateway.provider.healthy")};
constexpr std::array operator_auth{Ids("gateway.operator_auth.configured")};
constexpr std::array pairing{Ids("pairing.connection.active"), Ids("pairing.remote_policy.scoped")};

constexpr std::array rows{
    RecoveryAction{"runtime", "Desktop runtime not ready",
                   "restart the runtime in Desktop, then verify its provider and model", Safety::disruptive,
                   Actor::desktop_user, runtime},
    RecoveryAction{"credentials", "Provider credentials missing",
                   "open Desktop's first-run set-up or its settings and configure a provider", Safety::safe,
                   Actor::desktop_user, credentials},
    RecoveryAction{"authority", "Workspace authority not declared",
                   "choose a topology, and keep one execution authority a thread", Safety::safe,
                   Actor::operator_, authority},
    RecoveryAction{"cloud-auth", "Cloud asks for sign-in",
                   "sign in to the organisation's Cloud, or have the desktop token rotated", Safety::safe,
                   Actor::desktop_user, cloud_auth},
    RecoveryAction{"cloud-offline", "Cloud offline", "check the URL, the token, the network and /readyz",
                   Safety::safe, Actor::operator_, cloud_offline},
    RecoveryAction{"database", "Database not migrated",
                   "run the migrations before any traffic is routed there", Safety::disruptive,
                   Actor::operator_, database},
    RecoveryAction{"object-store", "Object store missing",
                   "configure provider-backed storage for artifacts, checkpoints and uploads", Safety::safe,
                   Actor::operator_, object_store},
    RecoveryAction{"backup", "Backups not attested",
                   "follow the backup runbook, and restore a copy as a drill, never over the live system",
                   Safety::safe, Actor::operator_, backup},
    RecoveryAction{"private-opencode", "Private OpenCode unreachable",
                   "start OpenCode, and keep it on loopback or a private network", Safety::safe,
                   Actor::operator_, opencode},
    RecoveryAction{"provider", "Gateway provider unhealthy",
                   "check the provider's token, signing secret, webhook URL and readiness", Safety::safe,
                   Actor::provider_admin, provider},
    RecoveryAction{"operator-auth", "Gateway operator auth missing",
                   "set an admin token before diagnostics, metrics or deliveries can be reached",
                   Safety::disruptive, Actor::operator_, operator_auth},
    RecoveryAction{"pairing", "Pairing expired or offline",
                   "reconnect the pairing in Desktop, or revoke it and create it anew", Safety::disruptive,
                   Actor::desktop_user, pairing},
};

}  // namespace

std::span<const RecoveryAction> recovery_actions() { return rows; }

const RecoveryAction* recovery_of(std::string_view check_id) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const RecoveryAction& row) {
        return std::find(row.checks.begin(), row.checks.end(), check_id) != row.checks.end();
    });
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace cowork::catalogue
