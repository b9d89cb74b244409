#include "checks/cloud_object_store.hpp"
#include "checks/service_target.hpp"
#include "net/endpoint_policy.hpp"
#include "net/url.hpp"
#include "rules/cloud_server.hpp"
#include "rules/lenient.hpp"

#include <algorithm>

namespace cowork::checks {
namespace {

constexpr std::size_t listing_limit = std::size_t{256} * 1024;  // bytes; a listing of one object is small

// A name that is one label of a host, so that the provider's wildcard certificate covers it.
bool is_label(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// The provider's own address; empty for a kind that has none. Only labels become part of a host.
std::string provider_base(const Context& context, const ObjectStore& store) {
    if (store.kind == StoreKind::gcs) return "https://storage.googleapis.com";
    if (store.kind == StoreKind::azure) {
        const std::string account(store_setting(context, "ACCOUNT_NAME"));
        return is_label(account) ? "https://" + account + ".blob.core.windows.net" : std::string{};
    }
    if (!is_label(store.region)) return {};
    const std::string host = "s3." + store.region + ".amazonaws.com";
    return is_label(store.bucket) ? "https://" + store.bucket + "." + host
                                  : "https://" + host + "/" + net::percent_encode(store.bucket);
}

}  // namespace

bool ObjectStore::has_credentials() const {
    switch (kind) {
        case StoreKind::s3:
            return !key_id.empty() && !secret_key.empty();
        case StoreKind::gcs:
            return !bearer.empty();
        case StoreKind::azure:
            return !bearer.empty() || !sas.empty();
    }
    return false;
}

std::string_view store_setting(const Context& context, std::string_view name) {
    return rules::trimmed(
        context.config.text(rules::cloud_server().full_name("OBJECT_STORE_" + std::string(name))));
}

ObjectStore store_credentials(const Context& context, std::string_view kind) {
    ObjectStore store;
    store.kind = kind == "gcs" ? StoreKind::gcs : kind == "azure-blob" ? StoreKind::azure : StoreKind::s3;
    store.bucket = store_setting(context, "BUCKET");
    store.region = store_setting(context, "REGION");
    if (store.region.empty()) store.region = "us-east-1";
    const auto secret = [&](std::string_view name) { return Secret(store_setting(context, name)); };
    store.key_id = secret("ACCESS_KEY_ID");
    store.secret_key = secret("SECRET_ACCESS_KEY");
    store.session_token = secret("SESSION_TOKEN");
    store.bearer = secret("BEARER_TOKEN");
    std::string_view sas = store_setting(context, "SAS_TOKEN");
    if (sas.starts_with('?')) sas.remove_prefix(1);
    store.sas = Secret(sas);
    return store;
}

std::optional<Finding> store_place(Layers& layers, const Context& context, ObjectStore& store) {
    std::string endpoint(store_setting(context, "ENDPOINT"));
    while (endpoint.ends_with('/')) endpoint.pop_back();
    if (endpoint.empty() && !context.wishes.online)
        return layers.broke("policy", Status::unknown, "object-store.not-asked",
                            "the provider's own address is asked with --online only"_safe);
    const bool own = !endpoint.empty();
    const std::string base = own ? endpoint : provider_base(context, store);
    const auto verdict = net::check_service_endpoint(base);
    if (!verdict.ok())
        return layers.broke(
            "policy", Status::action_required, "object-store.address",
            context.redactor.text("the object store's URL {}", net::describe(verdict.problem)));
    store.where = context.redactor.clean(verdict.url->origin());
    store.secure = verdict.url->secure();
    layers.evidence("url", store.where);
    if (!store.secure && !stays_private(*verdict.url))
        return layers.broke(
            "policy", Status::action_required, "object-store.cleartext-credentials",
            context.redactor.text("{} is http over a public network: no credentials are sent", store.where));
    store.base = base;
    // An endpoint of one's own is asked by path; GCS's API has the bucket's name further on.
    const bool named = !own && store.kind == StoreKind::s3;
    if (!named && store.kind != StoreKind::gcs) store.base += "/" + net::percent_encode(store.bucket);
    layers.passed("policy", context.redactor.text("the object store is expected at {}", store.where));
    return std::nullopt;
}

std::vector<probes::HttpRequest> store_requests(const ObjectStore& store, const Context& context) {
    probes::HttpRequest made;
    made.ca_file = context.wishes.ca_file;
    made.body_limit = listing_limit;
    // In clear only to where a name really leads to a private network.
    if (!store.secure) made.addresses = net::AddressRule::private_only;
    if (!store.bearer.empty() && store.kind != StoreKind::s3) made.bearer = &store.bearer;
    std::vector<probes::HttpRequest> all;
    const auto add = [&](const std::string& rest) {
        made.url = store.base + rest;
        all.push_back(made);
    };
    switch (store.kind) {
        case StoreKind::s3:
            made.s3 = probes::S3Signature{&store.key_id, &store.secret_key,
                                          store.session_token.empty() ? nullptr : &store.session_token,
                                          store.region};
            add("?list-type=2&max-keys=1");
            add("?versioning=");
            break;
        case StoreKind::gcs: {
            const std::string bucket = "/storage/v1/b/" + net::percent_encode(store.bucket);
            add(bucket + "/o?maxResults=1");
            add(bucket + "?fields=versioning");
            break;
        }
        case StoreKind::azure:
            made.headers = {{"x-ms-version", "2021-08-06"}};
            if (!store.sas.empty()) {
                made.bearer = nullptr;
                made.secret_query = &store.sas;
            }
            add("?restype=container&comp=list&maxresults=1");
            break;
    }
    return all;
}

}  // namespace cowork::checks
