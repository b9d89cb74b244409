#include "setup/cloud/server_roles.hpp"

#include <algorithm>
#include <array>

namespace cowork::setup {
namespace {

using rules::CloudRole;
using rules::CloudTier;

// Keys that not every role reads; the first row that fits a name's beginning counts.
struct Use {
    std::string_view beginning;
    bool web, worker, scheduler;
    bool production_everywhere = false;  // public_production asks it of every role
};
constexpr std::array uses{
    Use{"PORT", true, false, false},
    Use{"PUBLISHED_ADDR", true, false, false},
    Use{"CORS_ORIGIN", true, false, false},
    Use{"TRUST_PROXY_HEADERS", true, false, false},
    Use{"TRUSTED_PROXY_CIDRS", true, false, false},
    Use{"MAX_CONNECTIONS", true, false, false},
    Use{"MAX_SSE_", true, false, false},
    Use{"SSE_PG_NOTIFY", true, true, true},
    Use{"SSE_", true, false, false},
    Use{"LIVENESS_PORT", false, true, true},
    // The worker signs with it what its agents propose to the web server, and finds that by the URL.
    Use{"COOKIE_SECRET", true, true, false},
    Use{"PUBLIC_URL", true, true, false},
    Use{"COOKIE_SECURE", true, false, false},
    Use{"INTERNAL_TOKEN", true, false, false},
    Use{"AUTH_MODE", true, false, false, true},
    Use{"HEADER_AUTH_", true, false, false, true},
    Use{"OIDC_", true, false, false},
    Use{"SIGNUP_MODE", true, false, false},
    Use{"ALLOW_SELF_SERVICE_SIGNUP", true, false, false},
    Use{"ALLOWED_EMAIL_DOMAINS", true, false, false},
    Use{"API_TOKEN_", true, false, false},
    Use{"AUTO_PROCESS_COMMANDS", true, false, false},
    Use{"CHECKPOINTS_ENABLED", false, true, false},
    Use{"WORKER_", false, true, false},
    Use{"RUNTIME_DATABASE_", false, false, false},
    Use{"RUNTIME_", false, true, false},
    Use{"EXECUTION_ISOLATION_", false, true, false},
    Use{"ISOLATION_", false, true, false},
    Use{"PROGRESS_WATCHDOG_", false, true, false},
    Use{"SCHEDULER_", false, false, true},
    Use{"RETENTION_SESSION_EVENT_MS", false, false, true, true},
    Use{"RETENTION_WORKSPACE_EVENT_MS", false, false, true, true},
    Use{"RETENTION_", false, false, true},
    Use{"CONCURRENCY_RECONCILE_MS", false, false, true},
    Use{"STRIPE_", true, false, false},
    Use{"BRAND_", true, false, false},
    Use{"PUBLIC_BRANDING_JSON", true, false, false},
    Use{"SUPPORT_URL", true, false, false},
    Use{"PRIVACY_URL", true, false, false},
    Use{"SECURITY_URL", true, false, false},
    Use{"LEGAL_URL", true, false, false},
};

}  // namespace

bool cloud_role_reads(CloudRole role, CloudTier tier, std::string_view name) {
    const auto use = std::find_if(uses.begin(), uses.end(),
                                  [&](const Use& row) { return name.starts_with(row.beginning); });
    if (use == uses.end()) return true;
    if (use->production_everywhere && tier == CloudTier::public_production) return true;
    switch (role) {
        case CloudRole::all_in_one:
            return use->web || use->worker || use->scheduler;
        case CloudRole::web:
            return use->web;
        case CloudRole::worker:
            return use->worker;
        case CloudRole::scheduler:
            return use->scheduler;
    }
    return true;
}

bool shared_by_cloud_roles(std::string_view name) {
    constexpr std::array beginnings{
        std::string_view{"DEPLOYMENT_TIER"},   std::string_view{"PROFILE"},
        std::string_view{"ORG_MODE"},          std::string_view{"SINGLE_ORG_"},
        std::string_view{"PUBLIC_URL"},        std::string_view{"CONTROL_PLANE_URL"},
        std::string_view{"OBJECT_STORE_"},     std::string_view{"SECRET_KEY"},
        std::string_view{"COOKIE_SECRET"},     std::string_view{"AUTH_MODE"},
        std::string_view{"HEADER_AUTH_SECRET"}};
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return name.starts_with(beginning); });
}

}  // namespace cowork::setup
