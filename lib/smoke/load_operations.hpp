#pragma once

#include "catalogue/catalogue.hpp"
#include "smoke/run.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cowork::smoke {

// What the load check repeats: requests that leave nothing behind, under the names that the product's own
// load report has (contract/cloud.md section 14.2).

enum class LoadService { cloud, standalone_gateway, channel_gateway };
enum class LoadAuth { none, token };  // token: the Cloud's API token, or the gateway's admin token
enum class LoadCategory { read, operator_, gateway };
[[nodiscard]] std::string_view to_string(LoadCategory category);

struct LoadOperation {
    std::string_view name;    // cloud-liveness
    std::string_view row_id;  // of its result: load.cloud_liveness.held
    LoadService service = LoadService::cloud;
    LoadCategory category = LoadCategory::read;
    LoadAuth auth = LoadAuth::none;
    std::string_view path;
    std::string_view needs;  // the step that has to hold before it is repeated
};

[[nodiscard]] std::span<const LoadOperation> load_operations();
// Those of a scenario that this run can send: with a token only where there is one.
[[nodiscard]] std::vector<const LoadOperation*> operations_of(catalogue::Intent scenario, const Run& run);

// Where a service is, and the token that it is shown. Nothing when it may not be asked.
struct LoadTarget {
    std::string base;
    Secret token;  // empty: none
    SafeText where;
};
[[nodiscard]] std::optional<LoadTarget> load_target(LoadService service, const Run& run);

}  // namespace cowork::smoke
