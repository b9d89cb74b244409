#include "checks/cloud_object_store.hpp"

#include "checks/cloud.hpp"
#include "checks/cloud_target.hpp"
#include "checks/http_layers.hpp"
#include "rules/cloud_server.hpp"

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

constexpr auto wrong = Status::action_required;
constexpr std::array own{
    Reason{"configuration.missing-key", wrong, "a setting that this kind of store needs is not set",
           "set it"},
    Reason{"configuration.invalid-value", wrong, "a value that the server refuses", "correct it"},
    Reason{"configuration.unknown-key", Status::degraded,
           "a key of the object store that the server does not know and ignores",
           "correct its name, or remove the line"},
    Reason{"configuration.placeholder-secret", wrong, "a credential that is still a placeholder",
           "replace it by the real one"},
    Reason{"configuration.ephemeral-storage", wrong, "artifacts that die with the machine", "name a bucket"},
    Reason{"endpoint.unparseable", wrong, "the endpoint cannot be read", "correct it"},
    Reason{"endpoint.scheme", wrong, "the endpoint is neither http nor https", "correct it"},
    Reason{"endpoint.credentials", wrong, "the endpoint holds a user name or password",
           "remove them; credentials have settings of their own"},
    Reason{"endpoint.ambiguous-host", wrong, "two readers of the endpoint could see different hosts",
           "write a plain host name or a plain address"},
    Reason{"endpoint.wildcard-host", wrong, "the endpoint names a wildcard address", "name the store"},
    Reason{"endpoint.metadata-host", wrong, "the endpoint names a cloud metadata service", "name the store"},
    Reason{"object-store.filesystem", Status::degraded, "artifacts live and die with the server's machine",
           "name a bucket with OPEN_COWORK_CLOUD_OBJECT_STORE_KIND and its settings"},
    Reason{"object-store.no-settings", Status::unknown,
           "the server's own settings are not here, or do not name its store",
           "run doctor with the server's env file, or let --accept-readyz take its word"},
    Reason{"object-store.no-credentials", Status::unknown,
           "the store's credentials are not here, so the bucket cannot be looked into",
           "run doctor where they are set, or let --accept-readyz take the server's word"},
    Reason{"object-store.not-asked", Status::unknown, "a provider's own address is not asked unless wanted",
           "run doctor with --online"},
    Reason{"object-store.readyz-failing", wrong, "the server says that its object store fails",
           "look at the server's log, and check the bucket and what opens it"},
    Reason{"object-store.address", wrong, "region or account give no address of the provider",
           "correct OBJECT_STORE_REGION or OBJECT_STORE_ACCOUNT_NAME"},
    Reason{"object-store.cleartext-credentials", wrong,
           "credentials would travel unencrypted over a network that is not private", "use https"},
    Reason{"object-store.no-bucket", wrong, "the store has no such bucket",
           "create it, or correct OPEN_COWORK_CLOUD_OBJECT_STORE_BUCKET"},
    Reason{"object-store.access-denied", wrong, "the credentials may not list the bucket",
           "give them the right to list, read, write and delete in it"},
    Reason{"object-store.key-unknown", wrong, "the store does not know the access key",
           "replace access key and secret by a pair that is in force"},
    Reason{"object-store.signature", wrong, "the secret key is not the access key's",
           "correct OPEN_COWORK_CLOUD_OBJECT_STORE_SECRET_ACCESS_KEY"},
    Reason{"object-store.credentials-refused", wrong, "the token is over, or never was in force",
           "replace it by one that is in force"},
    Reason{"object-store.clock-skew", wrong, "this machine's clock is too far off for a signature",
           "switch time synchronisation on"},
    Reason{"object-store.wrong-region", wrong, "the bucket is in another region",
           "set OPEN_COWORK_CLOUD_OBJECT_STORE_REGION to the region in the evidence"},
    Reason{"object-store.http-status", wrong, "a status that the store does not give to a good request",
           "look at the store's log, and check which service listens there"},
    Reason{"object-store.wrong-shape", wrong, "the answer is not a listing of the bucket",
           "correct the endpoint: it is the store's S3 or blob address, not its console"},
};
constexpr auto reasons = joined(connection_reasons<"object-store">(), own);

// What the server says itself. It proves little, because a directory reads ok as well, so it ends well only
// where the operator accepts that.
Finding by_readyz(Layers& layers, const Context& context, std::string_view reason, SafeText why) {
    Layers scratch;
    CloudTarget target;
    if (cloud_policy(scratch, context, target))
        return layers.broke("authority", Status::unknown, reason, std::move(why));
    const auto answer = context.http.fetch_one(cloud_request(target, context, "/readyz"), context.probe());
    if (!answer.ok() && context.run.spent()) return out_of_time(layers, context, "readiness");
    const auto readyz = answer.ok() ? readyz_of(answer) : std::nullopt;
    const ReadyzCheck* check = readyz ? readyz->find("object_store") : nullptr;
    if (check != nullptr) layers.evidence("readyz", check->ok ? "ok"_safe : "error"_safe);
    if (check != nullptr && !check->ok) {
        layers.evidence("detail", context.redactor.clean(check->detail));
        return layers.broke(
            "readiness", wrong, "object-store.readyz-failing",
            context.redactor.text("the Cloud at {} says that its object store fails", target.where));
    }
    if (check != nullptr && context.wishes.accept_readyz)
        return layers.ready(context.redactor.text(
            "the Cloud at {} says that its object store works, which was accepted", target.where));
    return layers.broke("authority", Status::unknown, reason, std::move(why));
}

bool about_the_store(const rules::Violation& violation) {
    return violation.key.starts_with("OPEN_COWORK_CLOUD_OBJECT_STORE_");
}

Finding violated(Layers& layers, const Context& context, const rules::Violation& violation) {
    layers.source(violation.source);
    Finding finding = layers.broke("policy", violation.status, violation.reason_code,
                                   context.redactor.clean(violation.message));
    finding.action = context.redactor.clean(violation.remedy);
    return finding;
}

Finding in_a_directory(Layers& layers, const Context& context, const rules::CloudView& view) {
    if (view.configuration_file && store_setting(context, "KIND").empty())
        return by_readyz(layers, context, "object-store.no-settings",
                         "the configuration file may name the object store, and is not read"_safe);
    return layers.broke("policy", Status::degraded, "object-store.filesystem",
                        "artifacts live in a directory of the server's machine"_safe);
}

// The bucket itself: nothing when it could be listed.
std::optional<Finding> look(Layers& layers, const Context& context, ObjectStore& store) {
    if (auto broken = store_place(layers, context, store)) return broken;
    const auto answers = context.http.fetch(store_requests(store, context), context.probe());
    if (auto broken =
            judge_transport(layers, context, answers[0], http_reasons<"object-store">(Status::offline),
                            "the object store"_safe, store.where))
        return broken;
    if (auto broken = judge_listing(layers, context, store, answers[0])) return broken;
    if (answers.size() > 1) note_versioning(layers, store, answers[1]);
    return std::nullopt;
}

Finding object_store(const Context& context) {
    Layers layers;
    if (!context.present.cloud_server)
        return by_readyz(layers, context, "object-store.no-settings",
                         "the server's own settings are not here"_safe);
    auto violations = rules::check_cloud(context.config);
    std::erase_if(violations, [](const auto& violation) { return !about_the_store(violation); });
    if (!violations.empty() && violations.front().status == wrong)
        return violated(layers, context, violations.front());
    const rules::CloudView view = rules::view_cloud(context.config);
    layers.evidence("kind", context.redactor.clean(view.object_store));
    if (view.object_store == "filesystem")
        return violations.empty() ? in_a_directory(layers, context, view)
                                  : violated(layers, context, violations.front());
    ObjectStore store = store_credentials(context, view.object_store);
    if (store.bucket.empty())
        return by_readyz(layers, context, "object-store.no-settings",
                         "the configuration file may name the bucket, and is not read"_safe);
    if (!store.has_credentials())
        return by_readyz(layers, context, "object-store.no-credentials",
                         "the bucket is opened by credentials that are not here"_safe);
    if (auto broken = look(layers, context, store)) return std::move(*broken);
    if (!violations.empty()) return violated(layers, context, violations.front());
    return layers.ready(context.redactor.text("the bucket at {} can be listed", store.where));
}

using catalogue::Intent;
constexpr std::array waits{Intent::cloud_connect};
constexpr std::array shows{Intent::full_hybrid};
constexpr std::array docs{std::string_view{"docs/reference/checks.md"}};
constexpr std::array rows{
    Check{.id = "cloud.object_store.configured",
          .label = "Cloud object store configured",
          .authority = catalogue::Authority::cloud_worker,
          .control_plane = catalogue::ControlPlane::cloud_control_plane,
          .failing = wrong,
          .looks_at =
              "The object store's settings, and the bucket itself: one listing of at most one object, "
              "signed as the server signs. A provider's own address is asked with --online only.",
          .docs = docs,
          .needs = {},
          .ready_when = waits,
          .also_for = {},
          .reasons = reasons,
          .run = object_store,
          .shown_for = shows},
};

}  // namespace

std::span<const Check> cloud_storage_checks() { return rows; }

}  // namespace cowork::checks
