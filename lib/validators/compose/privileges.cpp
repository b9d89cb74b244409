#include "validators/compose/checks.hpp"
#include "validators/compose/parts.hpp"

#include <algorithm>
#include <optional>

namespace cowork::validators {
namespace {

bool is_docker_socket(const ComposeMount& mount) {
    return mount.known && (mount.source.ends_with("/docker.sock") || mount.target.ends_with("/docker.sock"));
}

// Whether it runs OpenCode in containers of its own; nothing when that is not known.
std::optional<bool> uses_sandbox(const ComposeProduct& product) {
    if (!product.is_cloud() || !product.runs_server) return false;
    const auto isolation = product.value("EXECUTION_ISOLATION_MODE"), role = product.value("ROLE");
    if ((isolation && *isolation != "sandbox") || (role && !rules::runs_execution(product.cloud.role)))
        return false;
    return isolation && role ? std::optional(true) : std::nullopt;
}

void check_socket(const ComposeService& service, const ComposeContext& context) {
    const ComposeProduct* product = context.product_of(service);
    for (const ComposeMount& mount : service.mounts) {
        if (!is_docker_socket(mount)) continue;
        const auto sandbox = product == nullptr ? std::nullopt : uses_sandbox(*product);
        const bool needed = sandbox.value_or(false);
        const Severity severity = needed ? Severity::note : !sandbox ? Severity::warning : Severity::error;
        context.add(
            "compose.docker-socket", mount.where, service_key(service, "volumes"),
            needed
                ? fmt::format("the sandbox of the service {} needs the Docker socket, which makes it root on "
                              "the host",
                              service.name)
                : fmt::format("the service {} holds the Docker socket, which makes it root on the host",
                              service.name),
            needed ? "run the workers on a machine of their own" : "", severity);
    }
}

void check_sandbox(const ComposeProduct& product, const ComposeContext& context) {
    const ComposeService& service = *product.service;
    if (!uses_sandbox(product).value_or(false) || context.fragment) return;
    const auto& places = product.environment.places;
    const bool reached =
        places.find("DOCKER_HOST") != places.end() || service.node->find("use_api_socket") != nullptr ||
        std::any_of(service.mounts.begin(), service.mounts.end(),
                    [](const ComposeMount& mount) { return !mount.known || is_docker_socket(mount); });
    if (reached) return;
    context.add(
        "compose.sandbox-unreachable", service.where, service_key(service),
        fmt::format("the service {} runs OpenCode in a sandbox of Docker and has no Docker", service.name),
        context.local() ? "set OPEN_COWORK_CLOUD_EXECUTION_ISOLATION_MODE to "
                          "development-process, which is for the tier local alone, or mount "
                          "the Docker socket"
                        : "",
        context.lasting() ? Severity::error : Severity::warning);
}

void check_network(const ComposeService& service, const ComposeContext& context) {
    const ComposeProduct* product = context.product_of(service);
    if (!service.network_mode.known() || !service.host_network()) return;
    if (product == nullptr && !is_postgres(service) && !is_minio(service) && !is_opencode(service)) return;
    const bool open = (product != nullptr && product->without_sign_in()) || is_opencode(service);
    context.add("compose.host-network", service.network_mode.where, service_key(service, "network_mode"),
                fmt::format("the service {} runs in the host's network", service.name), {},
                open ? Severity::error : Severity::warning);
}

}  // namespace

void check_compose_privileges(const ComposeContext& context) {
    for (const ComposeService& service : context.file.services) {
        if (service.privileged.known() && is_yes(service.privileged.text()))
            context.add("compose.privileged", service.privileged.where, service_key(service, "privileged"),
                        fmt::format("the service {} is privileged", service.name));
        check_socket(service, context);
        check_network(service, context);
    }
    for (const ComposeProduct& product : context.products) check_sandbox(product, context);
}

}  // namespace cowork::validators
