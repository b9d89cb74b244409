#include "rules/lenient.hpp"
#include "validators/compose/checks.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using Health = ComposeService::Health;

bool is_official_postgres(const ComposeService& service) {
    const std::string repository = service.image_name().repository;
    return repository == "postgres" || repository == "docker.io/postgres" ||
           repository == "library/postgres" || repository == "docker.io/library/postgres";
}

void check_dependency(const ComposeService& service, const ComposeDependency& dependency,
                      std::string_view part, const ComposeContext& context) {
    const ComposeService* other = context.file.find(dependency.service);
    if (other == nullptr && !dependency.optional && !context.fragment && !context.file.includes)
        context.add("compose.unknown-dependency", dependency.where, service_key(service, part),
                    fmt::format("the service {} needs the service {}, which is not in the file", service.name,
                                dependency.service));
    if (other == nullptr || dependency.condition != "service_healthy") return;
    // The official images of these have no health check of their own.
    const bool none = other->health == Health::disabled ||
                      (other->health == Health::image && !other->builds && !other->extends &&
                       !context.fragment && is_official_postgres(*other));
    if (none)
        context.add("compose.unhealthy-dependency", dependency.where, service_key(service, part),
                    fmt::format("the service {} waits for the health of {}, which has no health check",
                                service.name, other->name));
}

bool is_waited_for(const ComposeService& service, const ComposeFile& file) {
    return std::any_of(file.services.begin(), file.services.end(), [&](const ComposeService& one) {
        return std::any_of(one.dependencies.begin(), one.dependencies.end(), [&](const ComposeDependency& d) {
            return d.service == service.name && d.condition == "service_healthy";
        });
    });
}

// Contract, sections 2.2 and 7.3.
void check_liveness(const ComposeProduct& product, const ComposeContext& context) {
    const ComposeService& service = *product.service;
    const auto role = product.value("ROLE"), port = product.value("LIVENESS_PORT");
    if (!product.is_cloud() || !product.runs_server || service.health != Health::image || !role || !port ||
        context.fragment || rules::runs_web(product.cloud.role) || product.cloud.liveness_port > 0)
        return;
    // Another value than a port is judged as such.
    if (!port->empty() && rules::read_integer(*port) != 0) return;
    context.add("compose.liveness-port", product.where("LIVENESS_PORT"),
                service_key(service, "environment." + product.kind->full_name("LIVENESS_PORT")),
                fmt::format("the {} {} has no port on which its image's health check could ask",
                            rules::to_string(product.cloud.role), service.name),
                {}, is_waited_for(service, context.file) ? Severity::error : Severity::warning);
}

}  // namespace

void check_compose_dependencies(const ComposeContext& context) {
    for (const ComposeService& service : context.file.services) {
        for (const ComposeDependency& one : service.dependencies)
            check_dependency(service, one, "depends_on", context);
        for (const ComposeDependency& one : service.links) check_dependency(service, one, {}, context);
    }
}

void check_compose_health(const ComposeContext& context) {
    for (const ComposeProduct& product : context.products) check_liveness(product, context);
}

}  // namespace cowork::validators
