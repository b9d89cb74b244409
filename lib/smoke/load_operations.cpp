#include "smoke/load_operations.hpp"

#include "checks/cloud_target.hpp"
#include "checks/gateway_target.hpp"

#include <algorithm>
#include <array>

namespace cowork::smoke {
namespace {

using catalogue::Intent;

constexpr std::array operations{
    LoadOperation{"cloud-liveness", "load.cloud_liveness.held", LoadService::cloud, LoadCategory::read,
                  LoadAuth::none, "/livez", "cloud.liveness.answers"},
    LoadOperation{"cloud-readiness", "load.cloud_readiness.held", LoadService::cloud, LoadCategory::read,
                  LoadAuth::none, "/readyz", "cloud.liveness.answers"},
    LoadOperation{"cloud-web-workbench", "load.cloud_web_workbench.held", LoadService::cloud,
                  LoadCategory::read, LoadAuth::none, "/", "cloud.liveness.answers"},
    LoadOperation{"cloud-config-bootstrap", "load.cloud_config_bootstrap.held", LoadService::cloud,
                  LoadCategory::read, LoadAuth::token, "/api/config", "cloud.liveness.answers"},
    LoadOperation{"cloud-workspace-bootstrap", "load.cloud_workspace_bootstrap.held", LoadService::cloud,
                  LoadCategory::read, LoadAuth::token, "/api/workspace", "cloud.liveness.answers"},
    LoadOperation{"cloud-session-list", "load.cloud_session_list.held", LoadService::cloud,
                  LoadCategory::read, LoadAuth::token, "/api/sessions?limit=50", "cloud.liveness.answers"},
    LoadOperation{"cloud-thread-list", "load.cloud_thread_list.held", LoadService::cloud, LoadCategory::read,
                  LoadAuth::token, "/api/threads?limit=50", "cloud.liveness.answers"},
    LoadOperation{"gateway-health", "load.gateway_health.held", LoadService::standalone_gateway,
                  LoadCategory::gateway, LoadAuth::none, "/health", "gateway.health.answers"},
    LoadOperation{"gateway-readiness", "load.gateway_readiness.held", LoadService::standalone_gateway,
                  LoadCategory::gateway, LoadAuth::none, "/ready", "gateway.health.answers"},
    LoadOperation{"gateway-prometheus-metrics", "load.gateway_prometheus_metrics.held",
                  LoadService::standalone_gateway, LoadCategory::gateway, LoadAuth::token, "/metrics",
                  "gateway.health.answers"},
    LoadOperation{"gateway-health", "load.channel_gateway_health.held", LoadService::channel_gateway,
                  LoadCategory::gateway, LoadAuth::none, "/health", "channel.gateway.answers"},
    LoadOperation{"gateway-readiness", "load.channel_gateway_readiness.held", LoadService::channel_gateway,
                  LoadCategory::gateway, LoadAuth::none, "/ready", "channel.gateway.answers"},
};

bool belongs_to(LoadService service, Intent scenario, const checks::Presence& present) {
    switch (service) {
        case LoadService::cloud:
            return scenario != Intent::gateway_only;
        case LoadService::standalone_gateway:
            return scenario == Intent::gateway_only ||
                   (scenario == Intent::full_hybrid && present.standalone_gateway);
        case LoadService::channel_gateway:
            return scenario == Intent::cloud_gateway ||
                   (scenario == Intent::full_hybrid && present.channel_gateway &&
                    !present.standalone_gateway);
    }
    return false;
}

std::optional<checks::Finding> policy(LoadService service, checks::Layers& layers, const Run& run,
                                      checks::ServiceTarget& target) {
    switch (service) {
        case LoadService::cloud:
            return checks::cloud_policy(layers, run.context, target);
        case LoadService::standalone_gateway:
            return checks::gateway_policy(layers, run.context, target);
        case LoadService::channel_gateway:
            return checks::channel_policy(layers, run.context, target);
    }
    return checks::no_gateway();
}

}  // namespace

std::string_view to_string(LoadCategory category) {
    switch (category) {
        case LoadCategory::read:
            return "read";
        case LoadCategory::operator_:
            return "operator";
        case LoadCategory::gateway:
            return "gateway";
    }
    return "read";
}

std::span<const LoadOperation> load_operations() { return operations; }

std::optional<LoadTarget> load_target(LoadService service, const Run& run) {
    checks::Layers layers;
    checks::ServiceTarget target;
    if (policy(service, layers, run, target)) return std::nullopt;
    LoadTarget found{target.base, {}, target.where};
    if (target.token != nullptr) found.token = target.token->clone();
    return found;
}

std::vector<const LoadOperation*> operations_of(Intent scenario, const Run& run) {
    std::vector<const LoadOperation*> chosen;
    for (const LoadOperation& operation : operations) {
        if (!belongs_to(operation.service, scenario, run.context.present)) continue;
        const auto target = load_target(operation.service, run);
        const bool with_token = target && !target->token.empty();
        if (operation.auth == LoadAuth::none || with_token) chosen.push_back(&operation);
    }
    return chosen;
}

}  // namespace cowork::smoke
