#include "rules/lenient.hpp"
#include "validators/compose/checks.hpp"

#include <algorithm>
#include <array>

namespace cowork::validators {
namespace {

using Type = ComposeMount::Type;

// Whether a path is that directory, or in it.
bool within(std::string_view path, std::string_view directory) {
    return path == directory || (path.starts_with(directory) && path[directory.size()] == '/');
}

void check_configuration(const ComposeProduct& product, const ComposeContext& context) {
    std::vector<std::string> places{"/etc/open-cowork"};
    for (const char* key :
         {"OPEN_COWORK_CONFIG_PATH", "OPEN_COWORK_CONFIG_DIR", "OPEN_COWORK_DOWNSTREAM_ROOT"})
        if (const std::string_view path = rules::trimmed(product.environment.config.text(key));
            path.starts_with('/') && path.size() > 1)
            places.emplace_back(path);
    for (const ComposeMount& mount : product.service->mounts) {
        if (!mount.known || mount.read_only || mount.type == Type::tmpfs || mount.type == Type::other)
            continue;
        if (std::none_of(places.begin(), places.end(),
                         [&](const std::string& place) { return within(mount.target, place); }))
            continue;
        context.add("compose.config-mount-writable", mount.where, service_key(*product.service, "volumes"),
                    fmt::format("the service {} can write to its configuration", product.service->name));
    }
}

// Where a service keeps what must last.
struct Data {
    std::string_view what;
    std::vector<std::string> directories;  // a mount on, above or in one of them keeps it
};

// Not a job that takes the image for its tools.
bool runs_its_server(const ComposeService& service) {
    if (service.node->find("entrypoint") != nullptr) return false;
    const std::string_view command = service.command.text();
    return command.empty() || command.starts_with('-') || command.starts_with("postgres ") ||
           command.find("server ") != std::string_view::npos;
}

std::optional<Data> data_of(const ComposeService& service) {
    if (!runs_its_server(service)) return std::nullopt;
    if (is_minio(service)) return Data{"objects", {"/data", "/bitnami/minio/data"}};
    if (!is_postgres(service)) return std::nullopt;
    const ComposeVariable* place = service.variable("PGDATA");
    if (place == nullptr)
        return Data{"database", {"/var/lib/postgresql", "/bitnami/postgresql", "/home/postgres"}};
    if (!place->value.known()) return std::nullopt;
    return Data{"database", {place->value.text()}};
}

bool keeps(const ComposeMount& mount, const Data& data) {
    if (!mount.known) return true;  // nobody can tell
    if (mount.type != Type::bind && mount.type != Type::volume && mount.type != Type::other) return false;
    return std::any_of(data.directories.begin(), data.directories.end(), [&](const std::string& directory) {
        return within(mount.target, directory) || within(directory, mount.target);
    });
}

// PostgreSQL's image up to 17 declares a volume on the directory below: a mount above it keeps nothing.
bool mounted_too_high(const ComposeService& service) {
    const std::string tag = service.image_name().tag;
    const auto major = rules::read_integer(tag.substr(0, tag.find_first_not_of("0123456789")));
    if (service.image_name().name() != "postgres" || !major || *major > 17 ||
        service.variable("PGDATA") != nullptr)
        return false;
    return std::any_of(
               service.mounts.begin(), service.mounts.end(),
               [](const ComposeMount& one) { return one.known && one.target == "/var/lib/postgresql"; }) &&
           std::none_of(service.mounts.begin(), service.mounts.end(), [](const ComposeMount& one) {
               return !one.known || one.target == "/var/lib/postgresql/data";
           });
}

void check_data(const ComposeService& service, const ComposeContext& context) {
    const auto data = data_of(service);
    if (!data || context.fragment || context.local() || service.extends) return;
    const bool high = mounted_too_high(service);
    if (!high && std::any_of(service.mounts.begin(), service.mounts.end(),
                             [&](const ComposeMount& mount) { return keeps(mount, *data); }))
        return;
    context.add("compose.volatile-data", service.where, service_key(service, "volumes"),
                high ? fmt::format("the volume of the service {} is mounted above the directory of its data",
                                   service.name)
                     : fmt::format("the {} of the service {} is kept in no volume", data->what, service.name),
                high ? "mount it on /var/lib/postgresql/data" : "",
                context.lasting() ? Severity::error : Severity::warning);
}

}  // namespace

void check_compose_mounts(const ComposeContext& context) {
    for (const ComposeProduct& product : context.products) check_configuration(product, context);
    for (const ComposeService& service : context.file.services) check_data(service, context);
}

}  // namespace cowork::validators
