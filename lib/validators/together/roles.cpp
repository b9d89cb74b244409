#include "net/url.hpp"
#include "rules/lenient.hpp"
#include "validators/together/deployment.hpp"

#include <array>
#include <unordered_map>

namespace cowork::validators {
namespace {

using rules::CloudRole;

// What two roles must agree on, and how it is compared.
struct Shared {
    std::string_view name;
    std::string_view what;
    enum class As { value, database, set_values } as = As::value;  // set_values: only where both set it
    Severity severity = Severity::error;
};
constexpr std::array shared{
    Shared{"CONTROL_PLANE_URL", "database", Shared::As::database},
    Shared{"SECRET_KEY", "key of stored secrets", Shared::As::value},
    Shared{"SECRET_KEY_REF", "key of stored secrets", Shared::As::value},
    Shared{"OBJECT_STORE_KIND", "kind of object store", Shared::As::value},
    Shared{"OBJECT_STORE_BUCKET", "bucket", Shared::As::value},
    Shared{"OBJECT_STORE_ENDPOINT", "object store", Shared::As::value},
    Shared{"OBJECT_STORE_PREFIX", "prefix of objects", Shared::As::value},
    Shared{"DEPLOYMENT_TIER", "deployment tier", Shared::As::value},
    Shared{"PROFILE", "profile", Shared::As::value, Severity::warning},
    Shared{"INTERNAL_TOKEN", "internal token", Shared::As::set_values},
    Shared{"RETENTION_SESSION_EVENT_MS", "retention", Shared::As::set_values, Severity::warning},
    Shared{"RETENTION_WORKSPACE_EVENT_MS", "retention", Shared::As::set_values, Severity::warning},
};

// Host, port and database: roles may sign in as different users.
std::string database(const std::string& url) {
    const auto parsed = net::parse_url(url);
    if (!parsed) return url;
    constexpr int usual = 5432;
    return fmt::format("{}:{}{}", parsed->host, parsed->port == 0 ? usual : parsed->port, parsed->path);
}

bool differ(const Shared& one, const std::string& a, const std::string& b) {
    if (one.as == Shared::As::set_values && (a.empty() || b.empty())) return false;
    if (one.as == Shared::As::database && !a.empty() && !b.empty()) return database(a) != database(b);
    return a != b;
}

bool is_set(const ComposeProduct& product, std::string_view name) {
    return !product.environment.config.text(product.kind->full_name(name)).empty();
}

// A file that the server reads may set what the environment does not.
bool may_be_in_a_file(const ComposeProduct& a, const ComposeProduct& b, std::string_view name) {
    return (a.cloud.configuration_file && !is_set(a, name)) ||
           (b.cloud.configuration_file && !is_set(b, name));
}

void compare(const ComposeProduct& first, const ComposeProduct& other, Findings& findings) {
    for (const Shared& one : shared) {
        const auto a = first.value(one.name), b = other.value(one.name);
        if (!a || !b || !differ(one, *a, *b) || may_be_in_a_file(first, other, one.name)) continue;
        const std::string key = first.kind->full_name(one.name);
        findings.add("together.roles-disagree", other.where(one.name),
                     service_key(*other.service, "environment." + key),
                     fmt::format("the services {} and {} do not have the same {} ({})", first.service->name,
                                 other.service->name, one.what, key),
                     {}, one.severity);
    }
}

// A role that works with others; nothing for one that is not known, or that may not run with them.
bool is_part(const ComposeProduct& product) {
    return product.is_cloud() && product.runs_server && !product.service->profiles && product.value("ROLE") &&
           product.cloud.role != CloudRole::all_in_one;
}

void check_worker_ids(const Deployment& deployment) {
    std::unordered_map<std::string, const ComposeProduct*> seen;
    for (const ComposeProduct& product : deployment.products) {
        if (!is_part(product) || product.cloud.role != CloudRole::worker) continue;
        const auto id = product.value("WORKER_ID");
        if (!id || id->empty()) continue;
        const auto [known, fresh] = seen.try_emplace(*id, &product);
        if (fresh) continue;
        deployment.document->findings->add(
            "together.worker-id-shared", product.where("WORKER_ID"),
            service_key(*product.service, "environment." + product.kind->full_name("WORKER_ID")),
            fmt::format("the workers {} and {} have the same id", known->second->service->name,
                        product.service->name));
    }
}

}  // namespace

void check_roles(const Deployment& deployment) {
    if (deployment.fragment) return;
    const ComposeProduct* first = nullptr;
    for (const ComposeProduct& product : deployment.products) {
        if (!is_part(product)) continue;
        if (first == nullptr)
            first = &product;
        else
            compare(*first, product, *deployment.document->findings);
    }
    check_worker_ids(deployment);
}

}  // namespace cowork::validators
