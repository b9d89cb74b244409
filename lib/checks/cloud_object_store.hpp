#pragma once

#include "checks/context.hpp"
#include "checks/layers.hpp"
#include "secrets/secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::checks {

// The look into the bucket: how each kind of store is asked, and what its answers mean.

enum class StoreKind { s3, gcs, azure };

// Where the bucket is and what opens it.
struct ObjectStore {
    StoreKind kind = StoreKind::s3;
    std::string base;  // of the bucket, or of GCS's API; without a trailing slash
    SafeText where;
    std::string bucket;
    std::string region;
    bool secure = true;
    Secret key_id, secret_key, session_token;  // S3
    Secret bearer;                             // GCS, Azure
    Secret sas;                                // Azure, without its question mark

    // Whether anything opens it; a machine's own role is not seen here.
    [[nodiscard]] bool has_credentials() const;
};

// The settings of the object store, each trimmed.
[[nodiscard]] std::string_view store_setting(const Context& context, std::string_view name);

// Reads the credentials, whose rules have been judged already.
[[nodiscard]] ObjectStore store_credentials(const Context& context, std::string_view kind);
// Fills in where it is, or ends the check when it may not be asked there.
[[nodiscard]] std::optional<Finding> store_place(Layers& layers, const Context& context, ObjectStore& store);

// One object's name at most, and then whether versions are kept, which not every key may read.
[[nodiscard]] std::vector<probes::HttpRequest> store_requests(const ObjectStore& store,
                                                              const Context& context);

// Ends the check unless the first answer is a listing of that bucket; the second adds evidence.
[[nodiscard]] std::optional<Finding> judge_listing(Layers& layers, const Context& context,
                                                   const ObjectStore& store,
                                                   const probes::HttpAnswer& answer);
void note_versioning(Layers& layers, const ObjectStore& store, const probes::HttpAnswer& answer);

}  // namespace cowork::checks
