#pragma once

#include "capabilities/snapshot.hpp"
#include "config/config.hpp"
#include "config/env_file.hpp"
#include "config/load.hpp"
#include "core/budget.hpp"
#include "probes/files.hpp"
#include "probes/http.hpp"
#include "probes/postgres.hpp"
#include "secrets/redactor.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace cowork::checks {

// What the command line says beside the configuration. Empty texts: not said.
struct Wishes {
    std::string gateway_url;      // --gateway-url
    std::string cloud_url;        // --cloud-url
    std::string data_dir;         // --data-dir: Desktop's user-data root
    std::string ca_file;          // --ca-file: PEM bundle instead of the system's, for every TLS connection
    std::string backup_evidence;  // --backup-evidence: the operator's file
    bool online = false;          // --online: services of other people may be asked too
    std::string telegram_api_url = "https://api.telegram.org";
    bool accept_readyz = false;  // --accept-readyz: the Cloud's own word counts where it proves little
    bool capabilities = false;   // --capabilities: the run is about what an agent can use
    std::string snapshot;        // --snapshot: read before the run, see Context
    std::string resources;       // --resources: Desktop's resources directory
    std::string project;         // --project, absolute: the directory whose configuration counts
    std::chrono::hours tls_warn{21 * 24};
    std::chrono::hours drill_max_age{90 * 24};
};

// What is set up, as far as the configuration and this machine show. The paths of a run decide where they
// name one; where they do not, it is looked for.
struct Presence {
    bool standalone_gateway = false;
    bool channel_gateway = false;
    bool cloud_server = false;  // the server's own settings are at hand
    bool cloud = false;         // a Cloud is used, whoever runs it
    bool desktop = false;
};

// What a check may look at. Everything it refers to outlives the run; const use from many threads is safe.
struct Context {
    const config::Config& config;
    const Redactor& redactor;
    probes::HttpProbe& http;
    probes::PostgresProbe& postgres;
    probes::FileProbe& files;
    Budget run;                          // the whole run's
    std::chrono::milliseconds timeout;   // one probe's limit
    std::vector<std::string> env_files;  // those that were read, in order
    const std::vector<config::EnvDiagnostic>&
        env_diagnostics;                     // lines of those files that are not as they should be
    const config::Environment& environment;  // this process's
    Wishes wishes;
    Presence present;
    // Of --snapshot; null without it. Then nothing else is to be looked at.
    std::shared_ptr<const capabilities::Snapshot> snapshot = nullptr;

    // The budget of one probe: its own limit, within the run's deadline.
    [[nodiscard]] Budget probe() const { return run.part(timeout); }
};

// Keys that are cowork's own, beside the product's.
inline constexpr std::string_view opencode_password_key = "OPENCODE_SERVER_PASSWORD";
inline constexpr std::string_view opencode_username_key = "OPENCODE_SERVER_USERNAME";
// As the product's own launch drill names them.
inline constexpr std::string_view cloud_url_key = "OPEN_COWORK_CLOUD_URL";
inline constexpr std::string_view cloud_token_key = "OPEN_COWORK_CLOUD_TOKEN";

}  // namespace cowork::checks
