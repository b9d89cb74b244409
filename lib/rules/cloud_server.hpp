#pragma once

#include "rules/service.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace cowork::rules {

// The configuration of the Open Cowork Cloud server, of each of its roles and deployment tiers:
// contract/cloud.md sections 3 and 5 to 9.

inline constexpr std::string_view cloud_prefix = "OPEN_COWORK_CLOUD_";

[[nodiscard]] const Service& cloud_server();

// What a process of the server does.
enum class CloudRole { all_in_one, web, worker, scheduler };
[[nodiscard]] std::string_view to_string(CloudRole role);
// HTTP API, browser sign-in.
[[nodiscard]] constexpr bool runs_web(CloudRole role) {
    return role == CloudRole::all_in_one || role == CloudRole::web;
}
// OpenCode.
[[nodiscard]] constexpr bool runs_execution(CloudRole role) {
    return role == CloudRole::all_in_one || role == CloudRole::worker;
}

// How much the server demands of its settings.
enum class CloudTier { local, self_host_beta, private_beta, public_production };
inline constexpr std::array all_cloud_tiers{CloudTier::local, CloudTier::self_host_beta,
                                            CloudTier::private_beta, CloudTier::public_production};
[[nodiscard]] std::string_view to_string(CloudTier tier);

enum class CloudAuth { none, header, oidc };

// What the server would make of a configuration, with its own defaults. Views point into the Config it was
// read from.
struct CloudView {
    CloudRole role = CloudRole::all_in_one;
    CloudTier tier = CloudTier::local;
    std::string host;           // HOST wins over OPEN_COWORK_CLOUD_HOST
    std::string_view host_key;  // the full name of the key it came from, or would come from
    int port = 0;               // PORT wins over OPEN_COWORK_CLOUD_PORT
    int liveness_port = 0;      // of worker and scheduler; 0 for none
    std::string_view public_url;
    CloudAuth auth = CloudAuth::none;
    bool insecure_auth = false;       // the server's switch for demonstrations
    std::string_view object_store;    // filesystem, s3 ...
    std::string_view database_url;    // empty: state lives in memory
    std::string_view isolation;       // how it runs OpenCode: sandbox ...
    bool configuration_file = false;  // the server reads a file too, which may set what is not set here

    // Where this machine reaches the web server: a wildcard bind address is replaced by loopback.
    [[nodiscard]] std::string local_url() const;
    // The same for the liveness server of a worker or scheduler; empty without one.
    [[nodiscard]] std::string liveness_url() const;
    [[nodiscard]] bool loopback_bind() const;
};
[[nodiscard]] CloudView view_cloud(const config::Config& config);

// All broken rules of that role and tier, the server's refusals first. What the server silently ignores
// although its operator relies on it is action_required too.
[[nodiscard]] std::vector<Violation> check_cloud(const config::Config& config);

}  // namespace cowork::rules
