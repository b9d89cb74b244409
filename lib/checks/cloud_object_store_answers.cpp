#include "checks/cloud_object_store.hpp"
#include "checks/http_layers.hpp"
#include "checks/json_answers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cowork::checks {
namespace {

// The stores' own error codes, and what they are called here. S3 writes them into an XML element, Azure into
// a header as well.
struct StoreError {
    std::string_view code;
    std::string_view reason;
};
constexpr std::array errors{
    StoreError{"NoSuchBucket", "object-store.no-bucket"},
    StoreError{"ContainerNotFound", "object-store.no-bucket"},
    StoreError{"AccessDenied", "object-store.access-denied"},
    StoreError{"AllAccessDisabled", "object-store.access-denied"},
    StoreError{"AuthorizationFailure", "object-store.access-denied"},
    StoreError{"AuthorizationPermissionMismatch", "object-store.access-denied"},
    StoreError{"AuthorizationResourceTypeMismatch", "object-store.access-denied"},
    StoreError{"AuthorizationServiceMismatch", "object-store.access-denied"},
    StoreError{"InvalidAccessKeyId", "object-store.key-unknown"},
    StoreError{"SignatureDoesNotMatch", "object-store.signature"},
    StoreError{"ExpiredToken", "object-store.credentials-refused"},
    StoreError{"InvalidToken", "object-store.credentials-refused"},
    StoreError{"AuthenticationFailed", "object-store.credentials-refused"},
    StoreError{"InvalidAuthenticationInfo", "object-store.credentials-refused"},
    StoreError{"NoAuthenticationInformation", "object-store.credentials-refused"},
    StoreError{"RequestTimeTooSkewed", "object-store.clock-skew"},
    StoreError{"PermanentRedirect", "object-store.wrong-region"},
    StoreError{"TemporaryRedirect", "object-store.wrong-region"},
    StoreError{"AuthorizationHeaderMalformed", "object-store.wrong-region"},
};

bool holds(std::string_view body, std::string_view text) { return body.find(text) != std::string_view::npos; }

bool is_xml(const probes::HttpAnswer& answer) {
    const std::string type = answer.media_type();
    return type == "application/xml" || type == "text/xml";
}

const StoreError* error_of(const ObjectStore& store, const probes::HttpAnswer& answer) {
    if (store.kind == StoreKind::gcs) return nullptr;
    const std::string_view named =
        store.kind == StoreKind::azure ? answer.header("x-ms-error-code") : std::string_view{};
    const auto found = std::find_if(errors.begin(), errors.end(), [&](const StoreError& error) {
        return named == error.code ||
               (is_xml(answer) && holds(answer.body, "<Code>" + std::string(error.code) + "</Code>"));
    });
    return found == errors.end() ? nullptr : &*found;
}

// By the status alone; only of an answer that is a store's by its shape.
std::string_view reason_by_status(const ObjectStore& store, const probes::HttpAnswer& answer) {
    if (store.kind != StoreKind::gcs) return "object-store.http-status";
    const auto document = object_of(answer);
    if (!document || !document->contains("error")) return "object-store.http-status";
    if (answer.status == 401) return "object-store.credentials-refused";
    if (answer.status == 403) return "object-store.access-denied";
    if (answer.status == 404) return "object-store.no-bucket";
    return "object-store.http-status";
}

bool is_listing(const ObjectStore& store, const probes::HttpAnswer& answer) {
    switch (store.kind) {
        case StoreKind::s3:
            return is_xml(answer) && holds(answer.body, "<ListBucketResult") &&
                   holds(answer.body, "</ListBucketResult>") &&
                   holds(answer.body, "<Name>" + store.bucket + "</Name>");
        case StoreKind::azure:
            return is_xml(answer) && holds(answer.body, "<EnumerationResults") &&
                   holds(answer.body, "</EnumerationResults>") && !answer.header("x-ms-request-id").empty();
        case StoreKind::gcs: {
            const auto document = object_of(answer);
            return document && text_at(*document, "kind") == "storage#objects";
        }
    }
    return false;
}

std::string_view words_for(std::string_view reason) {
    if (reason == "object-store.no-bucket") return "has no such bucket";
    if (reason == "object-store.access-denied") return "does not let these credentials list the bucket";
    if (reason == "object-store.key-unknown") return "does not know the access key";
    if (reason == "object-store.signature") return "finds that the secret key is not the access key's";
    if (reason == "object-store.credentials-refused") return "refuses the credentials";
    if (reason == "object-store.clock-skew") return "finds this machine's clock too far off";
    if (reason == "object-store.wrong-region") return "keeps the bucket in another region";
    return "answers what no object store answers";
}

}  // namespace

std::optional<Finding> judge_listing(Layers& layers, const Context& context, const ObjectStore& store,
                                     const probes::HttpAnswer& answer) {
    if (answer.status == 200) {
        if (is_listing(store, answer)) {
            layers.passed("content", "the bucket can be listed"_safe);
            return std::nullopt;
        }
        return layers.broke(
            "content", Status::action_required, "object-store.wrong-shape",
            context.redactor.text("{} answers, but not with a listing of the bucket", store.where));
    }
    const StoreError* error = error_of(store, answer);
    if (const auto region = answer.header("x-amz-bucket-region"); !region.empty())
        layers.evidence("bucket_region", context.redactor.clean(region));
    layers.evidence("http_status", std::int64_t{answer.status});
    if (error != nullptr) layers.evidence("error_code", context.redactor.clean(error->code));
    const std::string_view reason = error != nullptr ? error->reason : reason_by_status(store, answer);
    if (reason == "object-store.http-status")
        return layers.broke("http", Status::action_required, reason,
                            context.redactor.text("{} answers status {}", store.where, answer.status));
    return layers.broke("authority", Status::action_required, reason,
                        context.redactor.text("{} {}", store.where, words_for(reason)));
}

void note_versioning(Layers& layers, const ObjectStore& store, const probes::HttpAnswer& answer) {
    if (!answer.ok() || answer.status != 200) return;
    if (store.kind == StoreKind::s3 && is_xml(answer) && holds(answer.body, "<VersioningConfiguration"))
        layers.evidence("versioning", holds(answer.body, "<Status>Enabled</Status>"));
    if (store.kind != StoreKind::gcs) return;
    const auto document = object_of(answer);
    if (!document) return;
    const auto versioning = document->find("versioning");
    layers.evidence("versioning", versioning != document->end() && versioning->is_object() &&
                                      true_at(*versioning, "enabled"));
}

}  // namespace cowork::checks
